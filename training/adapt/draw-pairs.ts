import type { Feeds } from '../engines/engine.ts';
import { Random } from '../random.ts';
import { adapterInputs } from './adapter-step.ts';
import type { ViewFeatures } from './view-features.ts';
import { viewPlaces } from './view-pixels.ts';

export interface PairSource {
  readonly features: ViewFeatures;
  /** [N]: photos of one group are never each other's negatives. */
  readonly groups: Int32Array;
  /** [N] mates of each photo. */
  readonly mates: readonly (readonly number[])[];
  /** [N] classes, -1 without; null when they are not learned from. */
  readonly labels: Int32Array | null;
}

/** How often a pair is the photo and a mate of it, where it has one, instead of two views of itself. */
const mateShare = 0.5;
/** How often the first of a pair is the photo as it is: what is compared afterwards are whole photos. */
const wholeShare = 0.5;

/**
 * A pair for each photo of a batch. What is drawn depends on seed, epoch and photo alone, so that a run that is taken up
 * again sees what it would have seen.
 * @param photos  rows, 0..N-1.
 */
export function drawPairs(
  { features, groups, mates, labels }: PairSource,
  photos: Int32Array,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): Feeds {
  const { views, dim, values } = features;
  const [first, second] = [new Float32Array(photos.length * dim), new Float32Array(photos.length * dim)];
  for (const [i, photo] of photos.entries()) {
    const random = new Random(seed, 'pair', epoch, photo);
    const one = random.uniform() < wholeShare ? viewPlaces.whole : random.integer(views);
    const turn = 1 + random.integer(views - 1);
    const own = mates[photo]!;
    const withMate = random.uniform() < mateShare && own.length > 0;
    const other = withMate ? own[random.integer(own.length)]! : photo;
    const two = withMate ? random.integer(views) : (one + turn) % views;
    first.set(values.subarray((photo * views + one) * dim).subarray(0, dim), i * dim);
    second.set(values.subarray((other * views + two) * dim).subarray(0, dim), i * dim);
  }
  const ids = Int32Array.from(photos, (photo) => groups[photo]!);
  return {
    [adapterInputs.first]: first,
    [adapterInputs.second]: second,
    [adapterInputs.ids]: ids,
    ...(labels && {
      [adapterInputs.labels]: Int32Array.from(photos, (photo) => classOf(photo, labels, groups)),
    }),
  };
}

/** A photo without a class is, with its group, a class of its own. */
function classOf(photo: number, labels: Int32Array, groups: Int32Array): number {
  return labels[photo]! >= 0 ? labels[photo]! : classesAtMost + groups[photo]!;
}

/** Classes are numbered below this. */
const classesAtMost = 2 ** 24;
