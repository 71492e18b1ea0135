/** Photos to learn from, wherever they lie: a folder, an archive, a library. */
import type { ReadPhoto } from '../../models/pixels.ts';

export interface TrainingPhoto {
  /** Absolute; for a photo in an archive, the archive's path, a slash, and the name within. */
  readonly path: string;
  /** Place of its class in `classes`; null where there are no classes. */
  readonly label: number | null;
  readonly captions: readonly string[];
  /** When it was taken, where that is known without opening it. */
  readonly takenAtMs: number | null;
  /** Where the set itself says so, by folders named train and test (or val): held-out photos are never learned from. */
  readonly part: 'train' | 'held-out' | null;
}

export interface PhotoSet {
  /** In a fixed order: by path. */
  readonly photos: readonly TrainingPhoto[];
  /** Names of the classes; empty without. */
  readonly classes: readonly string[];
  /** Sentences for the person: what was passed over, and why. */
  readonly notes: readonly string[];
  /** @throws LikenessError as readPixels does. */
  read(index: number, options: { readonly longSide: number }): Promise<ReadPhoto>;
  close(): Promise<void>;
}
