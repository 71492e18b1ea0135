import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PairSource, drawPairs } from '../../../training/adapt/draw-pairs.ts';
import { rowsOf } from '../../../training/evaluate/rows.ts';

/** 6 photos of 3 views; each number tells photo and view: 10 photo + view. */
const source = (change: Partial<PairSource> = {}): PairSource => ({
  features: {
    count: 6,
    views: 3,
    dim: 1,
    values: Float32Array.from({ length: 18 }, (_, at) => 10 * Math.floor(at / 3) + (at % 3)),
    rows: () => rowsOf(new Float32Array(1), 1),
  },
  groups: Int32Array.of(0, 0, 1, 2, 3, 4),
  mates: [[1], [0], [], [], [], []],
  labels: null,
  ...change,
});
const photos = Int32Array.of(0, 2, 5);
const draws = (of: PairSource, epochs = 200) =>
  Array.from(
    { length: epochs },
    (_, epoch) => drawPairs(of, photos, { seed: 1, epoch }) as Record<string, Float32Array>,
  );

test('a pair is two different views of a photo, or the photo and its mate', () => {
  for (const { first, second } of draws(source()))
    for (const [i, photo] of photos.entries()) {
      const [a, b] = [first![i]!, second![i]!];
      assert.equal(Math.floor(a / 10), photo);
      if (photo === 0) assert.ok(Math.floor(b / 10) === 1 || (Math.floor(b / 10) === 0 && a !== b));
      else assert.ok(Math.floor(b / 10) === photo && a !== b);
    }
  const withMate = draws(source()).filter(({ second }) => second![0]! >= 10).length;
  assert.ok(withMate > 70 && withMate < 130, `${withMate} of 200 with the mate`);
});

test('what is drawn for a photo does not depend on the rest of the batch', () => {
  const all = drawPairs(source(), photos, { seed: 1, epoch: 4 }) as Record<string, Float32Array>;
  const one = drawPairs(source(), Int32Array.of(5), { seed: 1, epoch: 4 }) as Record<string, Float32Array>;
  assert.deepEqual([one['first']![0], one['second']![0]], [all['first']![2], all['second']![2]]);
});

test('groups go along, and classes where they are learned from; without a class, a group is one', () => {
  const labels = Int32Array.of(-1, -1, 0, 0, 1, -1);
  const fed = drawPairs(source({ labels }), Int32Array.of(0, 1, 2, 3, 5), { seed: 1, epoch: 0 });
  assert.deepEqual(fed['ids'], Int32Array.of(0, 0, 1, 2, 4));
  const [a, b, c, d, e] = fed['labels'] as Int32Array;
  assert.deepEqual([c, d, a === b, a === e, a! > 1], [0, 0, true, false, true]);
  assert.equal('labels' in drawPairs(source(), photos, { seed: 1, epoch: 0 }), false);
});
