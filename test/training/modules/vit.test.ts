import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booleans, constant } from '../../../training/graph/tensor.ts';
import { conv } from '../../../training/graph/ops/conv.ts';
import { matmul } from '../../../training/graph/ops/matmul.ts';
import { reshape, transpose } from '../../../training/graph/ops/shape.ts';
import { resampleMatrix } from '../../../training/modules/resample.ts';
import { patches, vit } from '../../../training/modules/vit.ts';
import { Pass, Weights } from '../../../training/modules/weights.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from '../graph/draw.ts';
import { evaluate } from '../graph/interpreter.ts';

const options = { side: 8, patch: 4, dim: 8, depth: 1, heads: 2 } as const;
const pass = () => new Pass({ training: true });

test('patches times weights is the convolution of that size and stride', () => {
  const images = constant(uniform(1, 2 * 3 * 64), [2, 3, 8, 8]);
  const filters = constant(uniform(2, 5 * 3 * 16), [5, 3, 4, 4]);
  const rows = matmul(patches(images, 4), reshape(filters, [5, 48]), { transposeB: true }); // [2, 4, 5]
  const image = transpose(reshape(conv(images, filters, { stride: 4 }), [2, 5, 4]), [0, 2, 1]);
  assertClose(evaluate(rows), evaluate(image), 1e-12, 'patches');
});

test('what a hidden patch shows makes no difference, what the others show does', () => {
  const encoder = vit(new Weights(1), { ...options, pool: 'mean' });
  const pixels = uniform(1, 3 * 64);
  const mask = booleans([true, false, false, false], [1, 4]);
  const of = (values: Float64Array) =>
    evaluate(encoder.tokens(constant(values, [1, 3, 8, 8]), pass(), mask).whole);
  assertClose(of(pixels.with(0, 9)), of(pixels), 0, 'a pixel of the hidden patch');
  assert.notDeepEqual([...of(pixels.with(7, 9))], [...of(pixels)]);
});

test('without positions the order of patches would not matter; with them it does', () => {
  const encoder = vit(new Weights(1), { ...options, pool: 'mean' });
  const pixels = uniform(1, 3 * 64);
  const mirrored = pixels.map((_, at) => pixels[at - (at % 8) + ((at + 4) % 8)]!); // left and right patches change places
  const of = (values: Float64Array) => evaluate(encoder.encode(constant(values, [1, 3, 8, 8]), pass()));
  assert.notDeepEqual([...of(mirrored)], [...of(pixels)]);
});

test('resampling keeps constants, and a line as it is where sizes are equal', () => {
  const matrix = resampleMatrix(7, 4);
  for (let row = 0; row < 4; row++) {
    const total = matrix.subarray(row * 7, row * 7 + 7).reduce((sum, weight) => sum + weight, 0);
    assert.ok(Math.abs(total - 1) < 1e-12);
  }
  assert.deepEqual([...resampleMatrix(3, 3)].map(Math.abs), [1, 0, 0, 0, 1, 0, 0, 0, 1]);
});

test('halving a line weighs four neighbours as Keys does at half distance', () => {
  // At distance 0.5 and 1.5 with a = -0.75: 0.59375 and -0.09375.
  const matrix = resampleMatrix(8, 4);
  assertClose(
    matrix.subarray(8, 16),
    [0, -0.09375, 0.59375, 0.59375, -0.09375, 0, 0, 0],
    1e-12,
    'second row',
  );
});
