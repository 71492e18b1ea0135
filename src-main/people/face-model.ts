/** The model that finds faces and tells them apart. */
import { LikenessError } from '../contract/errors.ts';

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
