import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { refine } from '../../src-main/duplicates/align.ts';
import { type Affine, type Plane, after, inverse, sampleAt } from '../../src-main/duplicates/plane.ts';
import { drawnPicture, lookOf } from './pictures.ts';

const source = (await lookOf(drawnPicture(3))).planes[48];
const start: Affine = [1, 0, 0, 0, 1, 0];

/** The picture as it looks through a map: at (x, y) stands what lies at map(x, y). */
function seenThrough(plane: Plane, [a, b, c, d, e, f]: Affine, side: number): Plane {
  return {
    side,
    values: Float32Array.from({ length: side * side }, (_, i) => {
      const [x, y] = [((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side];
      const value = sampleAt(plane, a * x + b * y + c, d * x + e * y + f);
      return Number.isNaN(value) ? 0 : value;
    }),
  };
}

const small = fc.double({ min: -0.012, max: 0.012, noNaN: true });

test('a picture that was moved, scaled, turned and toned a little is laid back where it was', () => {
  fc.assert(
    fc.property(
      fc.tuple(small, small, small, small, small, small),
      fc.double({ min: 0.7, max: 1.3, noNaN: true }),
      fc.integer({ min: -30, max: 30 }),
      ([a, b, c, d, e, f], gain, bias) => {
        const map: Affine = [0.9 + a, b, 0.05 + c, d, 0.9 + e, 0.05 + f];
        const seen = seenThrough(source, map, 48);
        const toned = { ...seen, values: seen.values.map((value) => gain * value + bias) };
        const found = refine(toned, source, [0.9, 0, 0.05, 0, 0.9, 0.05], 20);
        assert.ok(found);
        for (const [i, value] of found.affine.entries())
          assert.ok(Math.abs(value - map[i]!) < 0.01, `${found.affine} for ${map}`);
        assert.ok(Math.abs(found.gain - gain) < 0.05 && Math.abs(found.bias - bias) < 8);
      },
    ),
    { numRuns: 40 },
  );
});

test('what is painted over is left out', () => {
  const seen = seenThrough(source, [1, 0, 0.02, 0, 1, 0.01], 48);
  for (let i = 0; i < 48 * 8; i++) seen.values[i] = 0;
  const found = refine(seen, seenThrough(source, start, 48), start, 20);
  assert.ok(found);
  assert.ok(Math.abs(found.affine[2] - 0.02) < 0.005 && Math.abs(found.gain - 1) < 0.03);
});

test('where they hardly overlap, or there is nothing to see, it says so', () => {
  assert.equal(refine(source, source, [1, 0, 0.95, 0, 1, 0.95], 5), null);
  const blank = { side: 48, values: new Float32Array(48 * 48).fill(100) };
  const found = refine(blank, blank, start, 5);
  assert.ok(!found || found.affine.every((value, i) => value === start[i]));
});

test('a map and its inverse come to nothing', () => {
  fc.assert(
    fc.property(fc.tuple(small, small, small, small, small, small), ([a, b, c, d, e, f]) => {
      const map: Affine = [1 + a, b, c, d, -1 + e, f];
      const both = after(inverse(map), map);
      assert.ok(both.every((value, i) => Math.abs(value - start[i]!) < 1e-9));
    }),
  );
});
