/** Which photos belong together: taken within seconds of each other, or nearly the same picture. */

export interface Groupable {
  /** 64 bits: differenceHash. */
  readonly hash: bigint;
  /** null where it is not known. Only times of a camera are worth to be given: the files of a copied folder share theirs. */
  readonly takenAtMs: number | null;
}

/** Hashes with fewer bits set, or fewer not set, are of pictures with almost no structure: they say nothing. */
const leastBits = 5;

/**
 * Photos of one group are never each other's negatives and never parted between learning and testing.
 * A burst goes on as long as each photo was taken within `withinMs` of the one before it. Pictures are near-equal when their
 * hashes differ in `hashDistance` bits at most, 15 or less. What is linked in either way, over others too, is one group.
 * @returns for each photo the number of its group; groups are numbered from 0 by their first photo.
 * Cost: of d + 2 parts of two hashes that differ in d bits, two are equal; only photos that agree in two parts are compared,
 *   after one sorting for each two of the parts, 15 at distance 4. 100,000 photos take 0.5 s of a shared server core, 0.8 s
 *   where all of them agree in half of their bits (test/training/data/groups.test.ts).
 */
export function groupPhotos(
  photos: readonly Groupable[],
  {
    withinMs = 10_000,
    hashDistance = 4,
  }: { readonly withinMs?: number; readonly hashDistance?: number } = {},
): Int32Array {
  if (!(hashDistance >= 0 && hashDistance <= 15))
    throw new RangeError(`groupPhotos: a hash distance of 0 to 15, got ${hashDistance}`);
  const groups = new Groups(photos.length);
  joinBursts(photos, groups, withinMs);
  joinNearEqual(photos, groups, hashDistance);
  return groups.numbers();
}

function joinBursts(photos: readonly Groupable[], groups: Groups, withinMs: number): void {
  const times = Float64Array.from(photos, ({ takenAtMs }) => takenAtMs ?? Number.NaN);
  const order = Int32Array.from(photos.keys()).filter((i) => !Number.isNaN(times[i]));
  order.sort((a, b) => times[a]! - times[b]!);
  for (let at = 1; at < order.length; at++) {
    const [before, after] = [order[at - 1]!, order[at]!];
    if (times[after]! - times[before]! <= withinMs) groups.join(before, after);
  }
}

function joinNearEqual(photos: readonly Groupable[], groups: Groups, distance: number): void {
  const words = new Uint32Array(BigUint64Array.from(photos, ({ hash }) => hash).buffer);
  /** First photo of each hash. Equal ones are joined first: 10,000 copies of one photo are one hash in what follows. */
  const firsts = new Map<bigint, number>();
  for (const [i, { hash }] of photos.entries()) {
    const bits = bitsIn(words[2 * i]!) + bitsIn(words[2 * i + 1]!);
    if (bits < leastBits || bits > 64 - leastBits) continue;
    const first = firsts.get(hash);
    if (first === undefined) firsts.set(hash, i);
    else groups.join(first, i);
  }
  if (distance === 0) return;
  const places = Int32Array.from(firsts.values());
  // Five at least, so that two of them and a place fit into one number.
  const parts = Math.max(5, distance + 2);
  const keys = Array.from({ length: parts }, (_, part) =>
    Int32Array.from(places, (place) => keyOf(words, place, part, parts)),
  );
  for (const [at, one] of keys.entries())
    for (const other of keys.slice(at + 1)) joinAgreeing({ places, words, one, other, distance }, groups);
}

interface Agreeing {
  /** [N] photos. */
  readonly places: Int32Array;
  /** The halves of each photo's hash, side by side. */
  readonly words: Uint32Array;
  /** [N]: two parts of each hash. */
  readonly one: Int32Array;
  readonly other: Int32Array;
  readonly distance: number;
}

/** Compares all hashes that agree in two parts, sorted so that they lie side by side. */
function joinAgreeing({ places, words, one, other, distance }: Agreeing, groups: Groups): void {
  const count = places.length;
  const sorted = new Float64Array(count);
  for (let at = 0; at < count; at++) sorted[at] = (one[at]! * partRange + other[at]!) * count + at;
  sorted.sort();
  const [first, second] = [new Uint32Array(count), new Uint32Array(count)];
  const [keys, order] = [new Int32Array(count), new Int32Array(count)];
  for (let i = 0; i < count; i++) {
    keys[i] = Math.floor(sorted[i]! / count);
    const place = places[sorted[i]! - keys[i]! * count]!;
    order[i] = place;
    first[i] = words[2 * place]!;
    second[i] = words[2 * place + 1]!;
  }
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count && keys[j] === keys[i]; j++)
      if (bitsIn(first[i]! ^ first[j]!) + bitsIn(second[i]! ^ second[j]!) <= distance)
        groups.join(order[i]!, order[j]!);
}

/** A part of a hash is below this. */
const partRange = 2 ** 13;

/** Every `parts`-th bit from `part` on: neighbouring bits are often equal, and would make few and large classes. */
function keyOf(words: Uint32Array, place: number, part: number, parts: number): number {
  let key = 0;
  for (let bit = part; bit < 64; bit += parts)
    key = key * 2 + ((words[2 * place + (bit >>> 5)]! >>> (bit & 31)) & 1);
  return key;
}

/** Bits set among 32. Source: Warren, «Hacker's Delight», figure 5-2. */
function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Union-find with halved paths: Tarjan and van Leeuwen 1984. */
class Groups {
  readonly #parents: Int32Array;

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, i) => i);
  }

  join(a: number, b: number): void {
    const [first, second] = [this.#top(a), this.#top(b)];
    // The first photo of a group is its top.
    if (first !== second) this.#parents[Math.max(first, second)] = Math.min(first, second);
  }

  numbers(): Int32Array {
    const numbers = new Int32Array(this.#parents.length);
    let count = 0;
    for (let i = 0; i < numbers.length; i++) {
      const top = this.#top(i);
      numbers[i] = top === i ? count++ : numbers[top]!;
    }
    return numbers;
  }

  #top(at: number): number {
    const parents = this.#parents;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  }
}
