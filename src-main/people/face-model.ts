/** The model that finds faces and tells them apart. */
import { LikenessError, toErrorData } from '../contract/errors.ts';
import { readFaceModel } from './face-networks.ts';

export interface FaceModel {
  /** Name of the weights: descriptors of two models are never compared. */
  readonly id: string;
  /** Folder of its files. */
  readonly dir: string;
}

/** @throws LikenessError no-encoder where there is none. */
export function required(model: FaceModel | null): FaceModel {
  if (model) return model;
  throw new LikenessError(
    'no-encoder',
    'The model that finds faces is not installed.',
    'Install Likeness again, a version that brings one.',
  );
}

/** @param dir  where it should lie. @returns null where there is none, or one that cannot be read, which is told. */
export function installedFaces(dir: string): FaceModel | null {
  try {
    return { id: readFaceModel(dir).id, dir };
  } catch (thrown) {
    console.error(toErrorData(thrown).message);
    return null;
  }
}
