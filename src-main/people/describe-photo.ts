/** One photo looked at for faces while somebody waits: a face was drawn on it, or pictures of its faces are gone. */
import { LikenessError } from '../contract/errors.ts';
import type { Box, FoundFace } from '../contract/people.ts';
import type { EngineProcess } from '../jobs/engine-process.ts';
import type { PeopleStore } from '../store/store.ts';
import type { FaceModel } from './face-model.ts';

export interface DescribePhotoOptions {
  readonly people: PeopleStore;
  readonly engine: EngineProcess;
  readonly model: FaceModel;
  /** Folder that takes the faces' pictures. */
  readonly crops: string;
}

/**
 * Looks at a photo and keeps what it finds, as the job does: the faces' pictures are written anew, so their places are too.
 * @param drawn  a box that a person drew just now.
 * @returns the face in that box, which is not kept yet, and its place; null where none was drawn.
 * @throws LikenessError why the photo or the model cannot be read.
 */
export async function describePhoto(
  content: { readonly id: number; readonly hash: string; readonly path: string },
  { people, engine, model, crops }: DescribePhotoOptions,
  drawn?: Box,
): Promise<{ readonly face: FoundFace; readonly n: number } | null> {
  const { id: contentId, hash, path } = content;
  const spots = people.facts.lasting(hash);
  const boxes = [...spots.map(({ box }) => box), ...(drawn ? [drawn] : [])];
  const [outcome] = await engine.call('findFaces', {
    photos: [{ path, hash, boxes }],
    model: model.dir,
    crops,
  });
  if (!outcome!.ok) throw new LikenessError(outcome!.error.code, outcome!.error.message, outcome!.error.hint);
  const n = outcome!.faces.length - 1;
  const kept = drawn ? outcome!.faces.slice(0, n) : outcome!.faces;
  people.faces.save({ contentId, hash, model: model.id }, kept, spots);
  return drawn ? { face: outcome!.faces[n]!, n } : null;
}
