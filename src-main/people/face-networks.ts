/** The networks that a face passes: one finds it, one may mark its features, one tells it from others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { faceNumbers } from '../../models/face-numbers.ts';
import type { Session } from '../../models/inference.ts';
import { LikenessError } from '../contract/errors.ts';
import { faceApi } from './families/face-api.ts';
import type { FaceFamily } from './families/face-family.ts';
import { yunetSface } from './families/yunet-sface.ts';

const networkSchema = v.object({ file: v.string(), sha256: v.string() });

/** Of a family each file has its part: src-main/people/families. */
const familySchema = v.variant('family', [
  v.object({
    family: v.literal('face-api'),
    networks: v.object({ detector: networkSchema, landmarks: networkSchema, descriptor: networkSchema }),
  }),
  v.object({
    family: v.literal('yunet-sface'),
    networks: v.object({ detector: networkSchema, descriptor: networkSchema }),
  }),
]);

/** faces.json: what a face model is. */
const faceModelSchema = v.intersect([
  familySchema,
  v.object({
    id: v.pipe(v.string(), v.minLength(1)),
    name: v.string(),
    licence: v.string(),
    source: v.string(),
    ...faceNumbers,
  }),
]);
export type FaceModelCard = v.InferOutput<typeof faceModelSchema>;

/** @param dir  folder of the model. @throws LikenessError encoder-broken. */
export function readFaceModel(dir: string): FaceModelCard {
  try {
    return v.parse(faceModelSchema, JSON.parse(readFileSync(join(dir, 'faces.json'), 'utf8')));
  } catch (cause) {
    throw new LikenessError(
      'encoder-broken',
      'The model that finds faces cannot be read.',
      'Install Likeness again.',
      { cause },
    );
  }
}

export interface FaceNetworks {
  readonly card: FaceModelCard;
  readonly family: FaceFamily;
}

/** @param open  loads a model by its path. @throws LikenessError encoder-broken. */
export async function openFaceNetworks(
  dir: string,
  open: (path: string) => Promise<Session>,
): Promise<FaceNetworks> {
  const card = readFaceModel(dir);
  const opened = ({ file }: { readonly file: string }) => open(join(dir, file));
  const [detector, descriptor] = [
    await opened(card.networks.detector),
    await opened(card.networks.descriptor),
  ];
  const family =
    card.family === 'face-api'
      ? faceApi({ detector, landmarks: await opened(card.networks.landmarks), descriptor }, card.dim)
      : yunetSface({ detector, descriptor }, card.dim);
  return { card, family };
}
