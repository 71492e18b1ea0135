import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { drawPartners } from '../../../training/data/draw-partners.ts';
import { Random } from '../../../training/random.ts';

test('photos at even places get one of their kind, those at odd places one of another, as far as there are any', () => {
  const batches = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 24 });
  const property = fc.property(batches, fc.nat(), (kinds, seed) => {
    const labels = Int32Array.from(kinds);
    const { partner, similar } = drawPartners(labels, new Random(seed));
    assert.deepEqual([partner.length, similar.length], [labels.length, labels.length]);
    for (const [i, label] of labels.entries()) {
      const own = kinds.filter((kind) => kind === label).length;
      const wantsAlike = i % 2 === 0;
      assert.equal(similar[i], labels[partner[i]!] === label ? 1 : 0);
      if (wantsAlike) assert.equal(similar[i], 1);
      else assert.equal(similar[i], own === kinds.length ? 1 : 0);
      // Only who has nobody else is held against itself.
      if (partner[i] === i) assert.equal(wantsAlike ? own : kinds.length, wantsAlike ? 1 : own);
    }
  });
  fc.assert(property, { numRuns: 300, seed: 1 });
});

test('of photos without look-alikes half of the pairs are alike, each with itself', () => {
  const { partner, similar } = drawPartners(Int32Array.from([3, 1, 4, 5, 9, 2]), new Random(1));
  assert.deepEqual([...similar], [1, 0, 1, 0, 1, 0]);
  assert.deepEqual([partner[0], partner[2], partner[4]], [0, 2, 4]);
});

test('every photo of another kind is chosen now and then', () => {
  const labels = Int32Array.from([0, 1, 0, 2, 3, 4]);
  const chosen = new Set(
    Array.from({ length: 200 }, (_, seed) => drawPartners(labels, new Random(seed)).partner[1]),
  );
  assert.deepEqual([...chosen].sort(), [0, 2, 3, 4, 5]);
});
