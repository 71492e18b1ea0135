import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitHeldOut } from '../../../training/data/split.ts';

const untimed = (count: number) =>
  Array.from({ length: count }, () => ({ takenAtMs: null, part: null }) as const);
const alone = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

test('every photo is on one side, no group on both, and no more held out than asked for', () => {
  const photo = fc.record({
    takenAtMs: fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 0, max: 1000 }) }, fc.constant(null)),
    part: fc.constant(null),
  });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(photo, fc.integer({ min: 0, max: 20 })), { maxLength: 80 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 30 }),
      (rows, share, most) => {
        const photos = rows.map(([photo]) => photo);
        const groups = Int32Array.from(rows, ([, group]) => group);
        const { train, heldOut } = splitHeldOut(photos, groups, { share, most, seed: 1 });
        assert.deepEqual(
          [...train, ...heldOut].sort((a, b) => a - b),
          [...alone(photos.length)],
        );
        const tested = new Set(Array.from(heldOut, (i) => groups[i]!));
        assert.ok(train.every((i) => !tested.has(groups[i]!)));
        const sizes = [...Map.groupBy(groups, (group) => group).values()].map(({ length }) => length);
        const target = Math.min(most, Math.max(1, Math.round(photos.length * share)));
        const least = photos.length < 10 || sizes.length < 2 ? 0 : 1;
        assert.ok(heldOut.length >= least);
        assert.ok(
          heldOut.length <= Math.max(target, ...(heldOut.length > target ? [Math.min(...sizes)] : [])),
        );
        if (photos.length < 10) assert.equal(heldOut.length, 0);
      },
    ),
  );
});

test('a tenth is held out by the seed, 2,000 at most, the same every time', () => {
  const first = splitHeldOut(untimed(1000), alone(1000), { seed: 1 });
  assert.equal(first.heldOut.length, 100);
  assert.deepEqual(splitHeldOut(untimed(1000), alone(1000), { seed: 1 }), first);
  assert.notDeepEqual(splitHeldOut(untimed(1000), alone(1000), { seed: 2 }).heldOut, first.heldOut);
  assert.equal(splitHeldOut(untimed(30_000), alone(30_000), { seed: 1 }).heldOut.length, 2000);
  assert.equal(splitHeldOut(untimed(10), alone(10), { seed: 1 }).heldOut.length, 1);
  assert.equal(splitHeldOut(untimed(9), alone(9), { seed: 1 }).heldOut.length, 0);
  assert.equal(splitHeldOut([], alone(0), { seed: 1 }).train.length, 0);
});

test('a group of a whole library is held out by nobody, however large it is', () => {
  const photos = Array.from({ length: 300_000 }, () => ({ takenAtMs: 1, part: null }) as const);
  assert.equal(splitHeldOut(photos, new Int32Array(300_000), { seed: 1 }).heldOut.length, 0);
});

test('where most photos have a time, the last ones are held out', () => {
  const photos = Array.from({ length: 100 }, (_, i) => ({
    takenAtMs: i % 3 === 0 ? null : (i * 37) % 100,
    part: null,
  }));
  const { train, heldOut } = splitHeldOut(photos, alone(100), { seed: 1 });
  const earliest = Math.min(...Array.from(heldOut, (i) => photos[i]!.takenAtMs ?? -1));
  assert.equal(heldOut.length, 10);
  for (const i of train) assert.ok((photos[i]!.takenAtMs ?? -1) < earliest);
});

test("a set's own parts win", () => {
  const parts = ['train', 'held-out', null, 'train', 'held-out'] as const;
  const photos = parts.map((part, i) => ({ part, takenAtMs: 100 - i }));
  const { train, heldOut } = splitHeldOut(photos, Int32Array.of(0, 0, 1, 1, 1), { seed: 1, most: 1 });
  assert.deepEqual(
    [[...train], [...heldOut]],
    [
      [0, 2, 3],
      [1, 4],
    ],
  );
  assert.throws(() => splitHeldOut(photos, alone(4), { seed: 1 }), RangeError);
});
