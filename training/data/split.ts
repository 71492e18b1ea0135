/** Parts a set into photos to learn from and photos to test with. */
import { Random } from '../random.ts';
import type { TrainingPhoto } from './photo-set.ts';

export interface Split {
  /** Places in `photos`, rising. */
  readonly train: Int32Array;
  readonly heldOut: Int32Array;
}

export interface SplitOptions {
  /** Share of the photos to hold out, 0 to 1. */
  readonly share?: number;
  readonly seed: number;
  /** Photos held out at most. */
  readonly most?: number;
}

/** Fewer photos are all learned from. */
const fewest = 10;

/**
 * Where the set has parts of its own, they count as they are, so that published splits stay comparable. Else the last photos
 * are held out where most have a time, as a library grows by later photos; where not, photos drawn by the seed.
 * A group goes whole to one side; groups that no longer fit are passed over.
 * @param groups  the group of each photo: groupPhotos.
 * @returns nothing held out of fewer than 10 photos, or where all are one group; else at least one.
 */
export function splitHeldOut(
  photos: readonly Pick<TrainingPhoto, 'takenAtMs' | 'part'>[],
  groups: Int32Array,
  { share = 0.1, seed, most = 2000 }: SplitOptions,
): Split {
  if (groups.length !== photos.length)
    throw new RangeError(`splitHeldOut: ${photos.length} photos, but ${groups.length} group numbers`);
  const own = photos.map(({ part }) => part === 'held-out');
  if (own.includes(true)) return parted(own);
  const held = photos.map(() => false);
  if (photos.length < fewest) return parted(held);
  const target = Math.min(most, Math.max(1, Math.round(photos.length * share)));
  for (const i of choose(membersOf(groups), photos, target, seed)) held[i] = true;
  return parted(held);
}

function parted(held: readonly boolean[]): Split {
  const places = held.keys().toArray();
  return {
    train: Int32Array.from(places.filter((i) => !held[i])),
    heldOut: Int32Array.from(places.filter((i) => held[i])),
  };
}

function membersOf(groups: Int32Array): number[][] {
  const members = new Map<number, number[]>();
  for (const [i, group] of groups.entries()) {
    const known = members.get(group);
    if (known) known.push(i);
    else members.set(group, [i]);
  }
  return [...members.values()];
}

function choose(
  groups: readonly (readonly number[])[],
  photos: readonly Pick<TrainingPhoto, 'takenAtMs'>[],
  target: number,
  seed: number,
): number[] {
  const ordered = new Random(seed, 'held out').shuffle([...groups]);
  const timed = photos.filter(({ takenAtMs }) => takenAtMs !== null).length;
  if (timed > photos.length / 2) {
    const latest = new Map(groups.map((group) => [group, latestOf(group, photos)]));
    ordered.sort((a, b) => compare(latest.get(b)!, latest.get(a)!));
  }
  const chosen: number[] = [];
  for (const group of ordered)
    if (chosen.length + group.length <= target) for (const i of group) chosen.push(i);
  if (chosen.length > 0 || groups.length < 2) return chosen;
  // All groups are larger than what was asked for: the smallest does least harm.
  return [...ordered.reduce((least, group) => (group.length < least.length ? group : least))];
}

function latestOf(group: readonly number[], photos: readonly Pick<TrainingPhoto, 'takenAtMs'>[]): number {
  return group.reduce((latest, i) => Math.max(latest, photos[i]!.takenAtMs ?? -Infinity), -Infinity);
}

/** Of two numbers, infinite ones too. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
