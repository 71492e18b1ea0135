/** Which photos of a library are looked at, learned from and held out, as rows of the cached features. */
import { LikenessError } from '../../src-main/contract/errors.ts';
import { Random } from '../random.ts';
import type { RunData } from '../run-data.ts';
import type { AdaptPlan } from './adapt-plan.ts';
import type { PairSource } from './draw-pairs.ts';
import { findMates } from './find-mates.ts';
import type { LookedAt, ViewFeatures } from './view-features.ts';
import { viewPlaces } from './view-pixels.ts';

/** Photos to learn from at least: fewer are no batch. */
const fewest = 8;

/** Places in the cache, drawn by the seed, rising; a tenth or so of them held out, as among all. */
export function somePhotos({ cache }: RunData, photos: number, seed: number): Int32Array {
  const all = Int32Array.from(cache.photos.keys());
  if (photos >= all.length) return all;
  return new Random(seed, 'looked at').shuffle(all).slice(0, photos).sort();
}

/** What is known of the rows of the features. */
export interface Library extends Pick<RunData, 'groups' | 'labels' | 'classes'> {
  /** Rows of photos that could be read. */
  readonly train: Int32Array;
  readonly heldOut: Int32Array;
}

/** @throws LikenessError bad-input when too few photos are left to learn from. */
export function libraryOf(data: RunData, places: Int32Array, { readable }: LookedAt): Library {
  const held = new Set(data.heldOut);
  const rows = Int32Array.from(places.keys()).filter((row) => readable[row] === 1);
  const train = rows.filter((row) => !held.has(places[row]!));
  if (train.length < fewest) throw tooFew(train.length, fewest);
  return {
    groups: Int32Array.from(places, (at) => data.groups[at]!),
    labels: Int32Array.from(places, (at) => data.labels[at]!),
    classes: data.classes,
    train,
    heldOut: rows.filter((row) => held.has(places[row]!)),
  };
}

export function pairSource(features: ViewFeatures, { groups, labels }: Library, plan: AdaptPlan): PairSource {
  const all = [...groups.keys()];
  const [whole, half] = [features.rows(viewPlaces.whole, all), features.rows(viewPlaces.half, all)];
  return {
    features,
    groups,
    mates: findMates(groups, whole, half),
    labels: plan.likeness && plan.likeness.classes > 0 ? labels : null,
  };
}

/** What is said where photos are too few. */
export function tooFew(photos: number, needed: number): LikenessError {
  return new LikenessError(
    'bad-input',
    `There are ${photos} photos to learn from, and ${needed} at least are needed.`,
    'Choose more photos, or bring back those that are gone.',
  );
}
