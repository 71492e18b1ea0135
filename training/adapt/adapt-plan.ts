/** What is decided before an adapter is fitted, and written into the run's folder. */
import type { LearnRequest } from '../../src-main/contract/learn.ts';
import type { AdapterLosses } from './adapter-step.ts';

export interface AdaptPlan {
  readonly request: LearnRequest;
  /** Of the encoder that one begins with. */
  readonly base: string;
  /** V. */
  readonly views: number;
  /** Photos of the set that are looked at; those to be held out are among them. */
  readonly photos: number;
  /** H, of the adapter. */
  readonly hidden: number;
  readonly losses: AdapterLosses;
  /** Of AdamW. */
  readonly rate: number;
  readonly decay: number;
  /** B as the person wants it; null leaves it to the number of photos. */
  readonly batch: number | null;
  /** Known once the features are there and some steps have been timed. */
  readonly length: AdaptLength | null;
}

export interface AdaptLength {
  /** B. */
  readonly batch: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
}

/** Chosen on photos that no figure in docs/learning.md is of; docs/learning.md tells what others did. */
export const adaptDefaults = {
  hidden: 256,
  temperature: 0.1,
  anchor: 4,
  classes: 2,
  rate: 1e-3,
  decay: 0.05,
  batch: 256,
  epochs: 20,
  clip: 1,
} as const;

/** Views of a photo: more teach more, up to a point, and each costs one look of the encoder. */
const viewsRange = { least: 3, most: 6 } as const;
/** Of the time, what the encoder may take for looking, and the adapter for learning; measuring and writing take the rest. */
const shares = { looking: 0.7, learning: 0.85 } as const;
/** Bytes of features at most. */
const mostBytes = 2 ** 29;
/** Photos at least, though time be short. */
const fewestPhotos = 200;

export interface Speed {
  /** ms to decode a photo. */
  readonly decode: number;
  /** ms to prepare and encode one view. */
  readonly view: number;
}

/** As many views as time allows, then as many photos. @param dim  D. */
export function planViews(
  photos: number,
  dim: number,
  { decode, view }: Speed,
  minutes: number,
): { readonly views: number; readonly photos: number } {
  const { least, most } = viewsRange;
  const milliseconds = shares.looking * minutes * 60_000;
  const affordable = Math.floor((milliseconds / photos - decode) / view);
  const views = Math.min(most, Math.max(least, affordable));
  const inTime = Math.floor(milliseconds / (decode + views * view));
  const inMemory = Math.floor(mostBytes / (4 * views * dim));
  return { views, photos: Math.min(photos, inMemory, Math.max(fewestPhotos, inTime)) };
}

/**
 * @param photos  to learn from, 2 or more. @param batch  B, no more than these. @param stepMs  of one step. @param leftMs  of all time left.
 */
export function planLength(photos: number, batch: number, stepMs: number, leftMs: number): AdaptLength {
  const stepsPerEpoch = Math.floor(photos / batch);
  const wanted = adaptDefaults.epochs * stepsPerEpoch;
  // A small library has epochs of one step: it goes through more of them.
  const enough = Math.max(wanted, fewestSteps);
  const inTime = Math.floor((shares.learning * leftMs) / stepMs);
  return { batch, stepsPerEpoch, steps: Math.max(stepsPerEpoch, Math.min(enough, inTime)) };
}

/** B: a step is to see as many other photos as it can, and an epoch is to be more than one step. */
export const batchFor = (photos: number) =>
  Math.min(adaptDefaults.batch, photos < 2 * adaptDefaults.batch ? Math.max(2, photos >> 1) : photos);

const fewestSteps = 200;
