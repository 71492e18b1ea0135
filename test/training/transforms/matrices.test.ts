import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Axis, Resampler } from '../../../training/transforms/matrices.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from '../graph/draw.ts';
import { blurred, resized } from './plain-view.ts';

const whole = (source: number): Axis => ({ start: 0, length: source, flip: false, sigma: 0 });

/** [S, C] row by row. */
function matrixOf(source: number, side: number, axis: Axis): Float32Array {
  const matrix = new Float32Array(side * source);
  new Resampler(source, side).write(axis, matrix, { first: 0, viewStride: source, sourceStride: 1 });
  return matrix;
}

const cases = fc
  .record({
    source: fc.integer({ min: 1, max: 60 }),
    side: fc.integer({ min: 1, max: 60 }),
    from: fc.double({ min: 0, max: 0.9, noNaN: true }),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
    flip: fc.boolean(),
    sigma: fc.double({ min: 0, max: 4, noNaN: true }),
  })
  .map(({ source, side, from, share, flip, sigma }) => ({
    source,
    side,
    axis: { start: from * source, length: share * (1 - from) * source, flip, sigma },
  }));

test('every row sums to 1: an even colour stays as it is', () => {
  fc.assert(
    fc.property(cases, ({ source, side, axis }) => {
      const matrix = matrixOf(source, side, axis);
      for (let view = 0; view < side; view++) {
        const sum = matrix
          .subarray(view * source, (view + 1) * source)
          .reduce((total, each) => total + each, 0);
        assert.ok(Math.abs(sum - 1) < 1e-5, `row ${view} sums to ${sum}`);
      }
    }),
  );
});

test('the whole of a photo at its own size is the identity, and twice flipped too', () => {
  const side = 9;
  const identity = Float32Array.from({ length: side * side }, (_, i) => Number(i % (side + 1) === 0));
  assertClose(matrixOf(side, side, whole(side)), identity, 1e-7, 'identity');
  const flipped = matrixOf(side, side, { ...whole(side), flip: true });
  const twice = Float32Array.from(identity, (_, i) => {
    const [row, column] = [Math.floor(i / side), i % side];
    return identity.reduce(
      (sum, _each, k) => (k < side ? sum + flipped[row * side + k]! * flipped[k * side + column]! : sum),
      0,
    );
  });
  assertClose(twice, identity, 1e-7, 'twice flipped');
});

test('flipping turns the order of the rows and nothing else', () => {
  const axis: Axis = { start: 3.2, length: 11.5, flip: false, sigma: 0.8 };
  const [plain, flipped] = [matrixOf(20, 7, axis), matrixOf(20, 7, { ...axis, flip: true })];
  for (let view = 0; view < 7; view++)
    assert.deepEqual(
      flipped.subarray(view * 20, (view + 1) * 20),
      plain.subarray((6 - view) * 20, (7 - view) * 20),
    );
});

test('strides lay the transposed matrix, and what lies beside it stays', () => {
  const axis: Axis = { start: 1, length: 8, flip: true, sigma: 0.5 };
  const [source, side] = [10, 6];
  const plain = matrixOf(source, side, axis);
  const among = new Float32Array(source * side + 2);
  new Resampler(source, side).write(axis, among, { first: 1, viewStride: 1, sourceStride: side });
  for (let i = 0; i < source * side; i++)
    assert.equal(among[1 + (i % source) * side + Math.floor(i / source)], plain[i]);
  assert.deepEqual([among[0], among.at(-1)], [0, 0]);
});

test('two matrices resize and blur as two-dimensional loops do', () => {
  const [source, side] = [14, 9];
  const image = uniform(1, 3 * source * source, 0, 255);
  const box = { left: 0.21, top: 0.05, width: 0.62, height: 0.95 };
  for (const sigma of [0, 1.3]) {
    const rows = matrixOf(source, side, {
      start: box.top * source,
      length: box.height * source,
      flip: false,
      sigma,
    });
    const columns = matrixOf(source, side, {
      start: box.left * source,
      length: box.width * source,
      flip: false,
      sigma,
    });
    const resampled = resized(image, box, side);
    const expected = sigma === 0 ? resampled : blurred(resampled, sigma);
    const got = expected.map((_, i) => {
      const [channel, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
      let sum = 0;
      for (let sy = 0; sy < source; sy++)
        for (let sx = 0; sx < source; sx++)
          sum +=
            rows[y * source + sy]! *
            columns[x * source + sx]! *
            image[(channel * source + sy) * source + sx]!;
      return sum;
    });
    assertClose(got, expected, 1e-6, `sigma ${sigma}`);
  }
});

test('a crop that is empty or reaches out of the photo is refused', () => {
  for (const [start, length] of [
    [0, 0],
    [-1, 5],
    [6, 5],
    [0, Number.NaN],
  ] as const)
    assert.throws(() => matrixOf(10, 4, { start, length, flip: false, sigma: 0 }), RangeError);
});
