import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Random } from '../../../training/random.ts';
import { drawMask } from '../../../training/transforms/draw-mask.ts';

const hiddenOf = (mask: Uint8Array) => mask.reduce((sum, one) => sum + one, 0);

test('a mask hides nothing, or a tenth to a half of the patches', () => {
  const property = fc.property(fc.integer({ min: 1, max: 16 }), fc.nat(), (grid, seed) => {
    const mask = drawMask(grid, new Random(seed));
    assert.equal(mask.length, grid * grid);
    assert.ok(mask.every((one) => one === 0 || one === 1));
    const hidden = hiddenOf(mask);
    const [least, most] = [Math.round(0.1 * mask.length), Math.round(0.5 * mask.length)];
    assert.ok(hidden === 0 || (hidden >= least && hidden <= most), `${hidden} of ${mask.length}`);
  });
  fc.assert(property, { numRuns: 300, seed: 1 });
});

const many = Array.from({ length: 2000 }, (_, seed) => drawMask(8, new Random(seed)));

test('half of the photos are shown whole, the others hide three tenths on average', () => {
  const hidden = many.map(hiddenOf).filter((count) => count > 0);
  assert.ok(Math.abs(hidden.length / many.length - 0.5) < 0.04, `${hidden.length}`);
  const share = hidden.reduce((sum, count) => sum + count / 64, 0) / hidden.length;
  assert.ok(Math.abs(share - 0.3) < 0.02, `${share}`);
});

test('no side of the photo is hidden more often than the other', () => {
  const counts = Array.from({ length: 64 }, (_, at) => many.reduce((sum, mask) => sum + mask[at]!, 0));
  const share = (wanted: (row: number, column: number) => boolean) =>
    counts.reduce((sum, count, at) => sum + (wanted(Math.floor(at / 8), at % 8) ? count : 0), 0) /
    counts.reduce((sum, count) => sum + count, 0);
  for (const half of [share((row) => row < 4), share((_, column) => column < 4)])
    assert.ok(Math.abs(half - 0.5) < 0.02, `${half}`);
  assert.ok(Math.min(...counts) > 40, counts.join());
});

test('what is hidden lies together: most hidden patches have a hidden neighbour', () => {
  let [together, all] = [0, 0];
  for (const mask of many)
    for (const [at, hidden] of mask.entries()) {
      if (hidden === 0) continue;
      all++;
      const besides = [at % 8 > 0 ? at - 1 : -1, at % 8 < 7 ? at + 1 : -1, at - 8, at + 8];
      if (besides.some((place) => mask[place] === 1)) together++;
    }
  assert.ok(together / all > 0.9, `${together} of ${all}`);
});

test('the same random gives the same mask', () => {
  assert.deepEqual(drawMask(8, new Random(5)), drawMask(8, new Random(5)));
});
