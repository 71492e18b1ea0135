/** What is decided before an adapter is fitted, and written into the run's folder. */
import type { LearnRequest } from '../../src-main/contract/learn.ts';

/** Outputs of an encoder that an adapter may be put behind: likeness, and words. */
export const adaptedOutputs = ['features', 'embedding'] as const;
export type AdaptedOutput = (typeof adaptedOutputs)[number];

export interface AdaptPlan {
  readonly request: LearnRequest;
  /** Of the encoder that one begins with. */
  readonly base: string;
  /** Known once some photos have been timed. */
  readonly looking: AdaptLooking | null;
  /** H, of the adapters. */
  readonly hidden: number;
  /** What is learned; null for an output that stays as it is. */
  readonly likeness: LikenessPlan | null;
  readonly words: WordsPlan | null;
  /** Of AdamW. */
  readonly decay: number;
  /** B as the person wants it; null leaves it to the number of photos. */
  readonly batch: number | null;
  /** Known once the features are there and some steps have been timed. */
  readonly length: AdaptLength | null;
}

export interface AdaptLooking {
  /** V. */
  readonly views: number;
  /** Photos of the set that are looked at; those to be held out are among them. */
  readonly photos: number;
}

export interface LikenessPlan {
  /** Of AdamW. */
  readonly rate: number;
  /** Of both comparisons, > 0. */
  readonly temperature: number;
  /** Weight of 1 - cosine to the features that one began with. */
  readonly anchor: number;
  /** Weight of the loss that draws a class together; 0 without classes. */
  readonly classes: number;
}

export interface WordsPlan {
  /** Of AdamW. */
  readonly rate: number;
  /** > 0. */
  readonly temperature: number;
  /** Weight of 1 - cosine to the embedding that one began with. */
  readonly anchor: number;
}

export interface AdaptLength {
  readonly steps: number;
  /** Of each output that is learned. */
  readonly of: Readonly<Partial<Record<AdaptedOutput, EpochLength>>>;
}

export interface EpochLength {
  /** B. */
  readonly batch: number;
  readonly stepsPerEpoch: number;
}

/** Chosen on photos that no figure in docs/learning.md is of; docs/learning.md tells what others did. */
export const adaptDefaults = {
  hidden: 256,
  likeness: { rate: 1e-3, temperature: 0.1, anchor: 4, classes: 2 },
  words: { rate: 3e-4, temperature: 0.05, anchor: 16 },
  decay: 0.05,
  batch: 256,
  epochs: 20,
  clip: 1,
} as const;

/** What is learned, before anything is known of the photos. */
export function newPlan(request: LearnRequest, base: string): AdaptPlan {
  const { goal, options } = request;
  const { hidden, likeness, words, decay } = adaptDefaults;
  const temperature = (usual: number) => options.temperature ?? usual;
  return {
    request,
    base,
    looking: null,
    hidden,
    likeness:
      goal === 'words'
        ? null
        : {
            ...likeness,
            rate: options.rate ?? likeness.rate,
            temperature: temperature(likeness.temperature),
            classes: request.classes ? likeness.classes : 0,
          },
    words:
      goal === 'likeness'
        ? null
        : { ...words, rate: options.rate ?? words.rate, temperature: temperature(words.temperature) },
    decay,
    batch: options.batch ?? null,
    length: null,
  };
}

/** Views of a photo: more teach more, up to a point, and each costs one look of the encoder. */
const viewsRange = { least: 3, most: 6 } as const;
/** Of the time, what the encoder may take for looking, and the adapter for learning; measuring and writing take the rest. */
const shares = { looking: 0.7, learning: 0.85 } as const;
/** Bytes of vectors at most. */
const mostBytes = 2 ** 29;
/** Photos at least, though time be short. */
const fewestPhotos = 200;

export interface Speed {
  /** ms to decode a photo. */
  readonly decode: number;
  /** ms to prepare and encode one view. */
  readonly view: number;
}

/** As many views as time allows, then as many photos. @param dim  numbers that are kept of a view. */
export function planViews(
  photos: number,
  dim: number,
  { decode, view }: Speed,
  minutes: number,
): AdaptLooking {
  const { least, most } = viewsRange;
  const milliseconds = shares.looking * minutes * 60_000;
  const affordable = Math.floor((milliseconds / photos - decode) / view);
  const views = Math.min(most, Math.max(least, affordable));
  const inTime = Math.floor(milliseconds / (decode + views * view));
  const inMemory = Math.floor(mostBytes / (4 * views * dim));
  return { views, photos: Math.min(photos, inMemory, Math.max(fewestPhotos, inTime)) };
}

/**
 * @param photos  to learn from of each output, B or more. @param stepMs  of one step. @param leftMs  of all time left.
 */
export function planLength(
  photos: Readonly<Partial<Record<AdaptedOutput, number>>>,
  batch: number | null,
  stepMs: number,
  leftMs: number,
): AdaptLength {
  const of = Object.fromEntries(
    Object.entries(photos).map(([output, count]) => [output, epochOf(count, batch)]),
  ) as AdaptLength['of'];
  const longest = Math.max(...Object.values(of).map(({ stepsPerEpoch }) => stepsPerEpoch));
  // A small library has epochs of one step: it goes through more of them.
  const enough = Math.max(adaptDefaults.epochs * longest, fewestSteps);
  const inTime = Math.floor((shares.learning * leftMs) / stepMs);
  return { steps: Math.max(longest, Math.min(enough, inTime)), of };
}

/** @param photos  B or more. @param batch  null for as many photos as do well together. */
export function epochOf(photos: number, batch: number | null): EpochLength {
  const together = batch ?? batchFor(photos);
  return { batch: together, stepsPerEpoch: Math.floor(photos / together) };
}

/** B: a step is to see as many other photos as it can, and an epoch is to be more than one step. */
export const batchFor = (photos: number) =>
  Math.min(adaptDefaults.batch, photos < 2 * adaptDefaults.batch ? Math.max(2, photos >> 1) : photos);

const fewestSteps = 200;
