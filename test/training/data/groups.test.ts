import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Groupable, groupPhotos } from '../../../training/data/groups.ts';
import { Random } from '../../../training/random.ts';

const bitsOf = (hash: bigint) => [...hash.toString(2)].filter((bit) => bit === '1').length;

/** Every photo against every other, and groups painted over until nothing changes. */
function plainGroups(photos: readonly Groupable[], withinMs: number, hashDistance: number): number[] {
  const times = photos
    .flatMap(({ takenAtMs }) => (takenAtMs === null ? [] : [takenAtMs]))
    .sort((a, b) => a - b);
  const linked = (a: Groupable, b: Groupable): boolean => {
    const structured = [a, b].every(({ hash }) => bitsOf(hash) >= 5 && bitsOf(hash) <= 59);
    if (structured && bitsOf(a.hash ^ b.hash) <= hashDistance) return true;
    if (a.takenAtMs === null || b.takenAtMs === null) return false;
    return Math.abs(a.takenAtMs - b.takenAtMs) <= withinMs && times.length > 0;
  };
  const groups = photos.map((_, i) => i);
  for (let changed = true; changed;) {
    changed = false;
    for (const [i, a] of photos.entries())
      for (const [j, b] of photos.entries())
        if (groups[j]! > groups[i]! && linked(a, b)) {
          groups[j] = groups[i]!;
          changed = true;
        }
  }
  const numbers = [...new Set(groups)];
  return groups.map((group) => numbers.indexOf(group));
}

/** Hashes a few bits from each other, some of them without structure; times close together. */
const photo = fc.record({
  hash: fc
    .tuple(
      fc.constantFrom(0n, 2n ** 64n - 1n, 0x0f1e2d3c4b5a6978n, 0xaaaaaaaa55555555n),
      fc.array(fc.integer({ min: 0, max: 63 }), { maxLength: 7 }),
    )
    .map(([hash, flips]) => flips.reduce((flipped, bit) => flipped ^ (1n << BigInt(bit)), hash)),
  takenAtMs: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 400 })),
});

test('groups are those of comparing every photo with every other', () => {
  fc.assert(
    fc.property(
      fc.array(photo, { maxLength: 24 }),
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 0, max: 8 }),
      (photos, withinMs, hashDistance) => {
        const groups = groupPhotos(photos, { withinMs, hashDistance });
        assert.deepEqual([...groups], plainGroups(photos, withinMs, hashDistance));
      },
    ),
    { numRuns: 500 },
  );
});

const random = new Random(3);
const word = () => BigInt(random.integer(2 ** 32));
const anyHash = () => (word() << 32n) | word();

test('a burst is a chain of photos, each within ten seconds of the one before', () => {
  const times = [0, 10_000, 20_000, 30_001, 40_000, null];
  const photos = times.toReversed().map((takenAtMs) => ({ hash: anyHash(), takenAtMs }));
  assert.deepEqual([...groupPhotos(photos)], [0, 1, 1, 2, 2, 2]);
});

test('pictures without structure are not glued together', () => {
  const flat = [0n, 0n, 1n, 2n ** 64n - 1n, 2n ** 64n - 1n];
  assert.deepEqual([...groupPhotos(flat.map((hash) => ({ hash, takenAtMs: null })))], [0, 1, 2, 3, 4]);
});

test('no photo and one photo are no trouble, a wrong distance is refused', () => {
  assert.equal(groupPhotos([]).length, 0);
  assert.deepEqual([...groupPhotos([{ hash: 5n, takenAtMs: 1 }])], [0]);
  for (const hashDistance of [-1, 16, Number.NaN])
    assert.throws(() => groupPhotos([], { hashDistance }), RangeError);
});

const copies = (count: number, hash: () => bigint): Groupable[] =>
  Array.from({ length: count }, () => ({ hash: hash(), takenAtMs: random.integer(1e12) }));

test('100,000 photos are grouped within two seconds, whether all differ or all are one', () => {
  const skewed = anyHash();
  for (const photos of [
    copies(100_000, anyHash),
    copies(100_000, () => 0x0f1e2d3c4b5a6978n),
    // Half of all bits alike in all photos, as a sky over the sea makes them.
    copies(100_000, () => ((skewed << 32n) & 0xffffffff00000000n) | word()),
  ]) {
    // Of the processor's time, so that a busy machine counts as a free one.
    const begun = process.cpuUsage();
    const groups = groupPhotos(photos);
    const { user, system } = process.cpuUsage(begun);
    const seconds = (user + system) / 1e6;
    console.log(`${new Set(groups).size} groups of 100,000 photos in ${seconds.toFixed(2)} s`);
    assert.ok(seconds < 2, `${seconds} s`);
  }
});
