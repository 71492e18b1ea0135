/**
 * A map of photos: x and y of each in turn, -1..1. Groups of neighbours for the colours, and a few photos far from one another
 * for the pictures on it. Pure.
 */

export interface MapGroups {
  /** Group of each photo. */
  readonly of: readonly number[];
  /** x and y of each group's middle in turn. */
  readonly middles: readonly number[];
}

const rounds = 12;

/**
 * k-means (Lloyd 1982) on the plane. It begins from the middles it is given, so that a group keeps its colour from one look to
 * the next; else from photos far apart.
 * @param places  2N numbers. @param count  groups at most.
 */
export function groupPlaces(
  places: readonly number[],
  count: number,
  begin: readonly number[] = [],
): MapGroups {
  const photos = places.length >> 1;
  const groups = Math.min(count, photos);
  let middles =
    begin.length === 2 * groups
      ? [...begin]
      : farApart(places, groups).flatMap((at) => [places[2 * at]!, places[2 * at + 1]!]);
  let of: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const next = Array.from({ length: photos }, (_, at) =>
      nearest(middles, places[2 * at]!, places[2 * at + 1]!),
    );
    const settled = round > 0 && next.every((group, at) => group === of[at]);
    of = next;
    if (settled) break;
    middles = middlesOf(places, of, middles);
  }
  return { of, middles };
}

/**
 * A photo of each group, near to its middle, the largest group first. None covers another, neither here nor on the map before; a
 * group whose photos all would is left out.
 * @param before  the same photos on the other map. @param apart  least distance between two, in the units of the maps.
 * @returns indexes of photos.
 */
export function photosToShow(
  places: readonly number[],
  before: readonly number[],
  groups: MapGroups,
  apart: number,
): number[] {
  const members = Map.groupBy(groups.of.keys(), (at) => groups.of[at]!);
  const shown: number[] = [];
  for (const [group, photos] of [...members].toSorted(([, a], [, b]) => b.length - a.length)) {
    const [x, y] = [groups.middles[2 * group]!, groups.middles[2 * group + 1]!];
    const free = photos
      .toSorted((a, b) => distance(places, a, x, y) - distance(places, b, x, y))
      .find((at) => areApart(places, [...shown, at], apart) && areApart(before, [...shown, at], apart));
    if (free !== undefined) shown.push(free);
  }
  return shown;
}

/** Is the last of some photos so far from all others of them? */
function areApart(places: readonly number[], photos: readonly number[], apart: number): boolean {
  const last = photos.at(-1)!;
  const [x, y] = [places[2 * last]!, places[2 * last + 1]!];
  return photos.slice(0, -1).every((at) => distance(places, at, x, y) >= apart);
}

/** Does any of these photos cover another one? */
export function coverEachOther(places: readonly number[], photos: readonly number[], apart: number): boolean {
  return photos.some((_, index) => !areApart(places, photos.slice(0, index + 1), apart));
}

/** How far a photo moved, on average, as a share of the map's width. */
export function meanMove(before: readonly number[], now: readonly number[]): number {
  const photos = Math.min(before.length, now.length) >> 1;
  if (photos === 0) return 0;
  let sum = 0;
  for (let at = 0; at < photos; at++) sum += distance(before, at, now[2 * at]!, now[2 * at + 1]!);
  return sum / photos / 2;
}

/** The first photo, then whichever lies farthest from all before it. */
function farApart(places: readonly number[], count: number): number[] {
  const photos = places.length >> 1;
  const chosen = photos > 0 ? [0] : [];
  const far = Array.from({ length: photos }, () => Infinity);
  while (chosen.length < count) {
    const last = chosen.at(-1)!;
    let best = 0;
    for (let at = 0; at < photos; at++) {
      far[at] = Math.min(far[at]!, distance(places, at, places[2 * last]!, places[2 * last + 1]!));
      if (far[at]! > far[best]!) best = at;
    }
    if (far[best] === 0) break;
    chosen.push(best);
  }
  return chosen;
}

function nearest(middles: readonly number[], x: number, y: number): number {
  let best = 0;
  for (let group = 1; 2 * group < middles.length; group++)
    if (distance(middles, group, x, y) < distance(middles, best, x, y)) best = group;
  return best;
}

/** A group that nobody is in keeps its middle. */
function middlesOf(places: readonly number[], of: readonly number[], old: readonly number[]): number[] {
  const sums = old.map(() => 0);
  const counts = Array.from({ length: old.length >> 1 }, () => 0);
  of.forEach((group, at) => {
    sums[2 * group]! += places[2 * at]!;
    sums[2 * group + 1]! += places[2 * at + 1]!;
    counts[group]! += 1;
  });
  return sums.map((sum, at) => (counts[at >> 1]! > 0 ? sum / counts[at >> 1]! : old[at]!));
}

const distance = (places: readonly number[], at: number, x: number, y: number): number =>
  Math.hypot(places[2 * at]! - x, places[2 * at + 1]! - y);
