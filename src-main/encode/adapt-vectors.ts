/** Vectors of an encoder that was made from another one, computed from that one's: no photo is looked at. */
import { join } from 'node:path';
import { readEncoderCard } from '../../models/card.ts';
import type { Session } from '../../models/inference.ts';
import type { EngineCalls } from '../contract/engine.ts';
import { LikenessError } from '../contract/errors.ts';
import { floatRows } from './float-rows.ts';
import { openSession, type SessionOptions } from './session.ts';

/** What turns each output; null for one that stays as it is. */
export interface OpenedAdapters {
  readonly dim: { readonly features: number; readonly embedding: number };
  readonly features: Session | null;
  readonly embedding: Session | null;
}

/** @param dir  the encoder's folder. @throws LikenessError encoder-broken; bad-input when it stands by itself. */
export async function openAdapters(dir: string, options: SessionOptions): Promise<OpenedAdapters> {
  const { adapts, dim } = readEncoderCard(dir);
  if (!adapts)
    throw new LikenessError(
      'bad-input',
      `The encoder in “${dir}” was not made from another one.`,
      'Its vectors come from the photos themselves.',
    );
  return { dim, features: await openSession(join(dir, adapts.file), options), embedding: null };
}

/** @throws RangeError when the vectors are not of the base's length. */
export async function adaptVectors(
  { dim, features, embedding }: OpenedAdapters,
  vectors: Pick<EngineCalls['adapt'][0], 'features' | 'embedding'>,
): Promise<EngineCalls['adapt'][1]> {
  return {
    features: features && (await turned(features, vectors.features, dim.features)),
    embedding: embedding && (await turned(embedding, vectors.embedding, dim.embedding)),
  };
}

async function turned(session: Session, data: Float32Array, dim: number): Promise<Float32Array> {
  const rows = data.length / dim;
  if (!Number.isInteger(rows)) throw new RangeError(`${data.length} numbers are no rows of ${dim}.`);
  const [input, output] = [session.inputs[0]!, session.outputs[0]!];
  const made = await session.run({ [input]: { data, dims: [rows, dim] } });
  return floatRows(made, output, [rows, dim]);
}
