import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { dot, isUnit, meanDirection, rowOf, toUnit, vectorLength } from '../../models/embedding.ts';

const of = (...values: number[]) => Float32Array.from(values);

test('dot sums the products, and refuses vectors of different lengths', () => {
  assert.equal(dot(of(1, 2, 3), of(4, 5, 6)), 32);
  assert.throws(() => dot(of(1), of(1, 2)), RangeError);
});

test('any vector with a direction becomes one of length 1 in the same direction', () => {
  const component = fc.float({ min: Math.fround(-1e6), max: Math.fround(1e6), noNaN: true });
  fc.assert(
    fc.property(fc.array(component, { minLength: 1, maxLength: 40 }), (values) => {
      const vector = Float32Array.from(values);
      fc.pre(vectorLength(vector) > 1e-6);
      const unit = toUnit(vector);
      assert.ok(isUnit(unit));
      assert.ok(Math.abs(dot(unit, vector) / vectorLength(vector) - 1) < 1e-4);
    }),
  );
});

test('a vector without direction is refused', () => {
  for (const values of [[0, 0], [Number.NaN, 1], [Number.POSITIVE_INFINITY, 0], []])
    assert.throws(() => toUnit(of(...values)), RangeError);
});

test('the mean direction does not depend on how long the vectors are', () => {
  const [x, y] = meanDirection([of(5, 0), of(0, 0.1)]);
  assert.ok(Math.abs(x! - Math.SQRT1_2) < 1e-6 && Math.abs(y! - Math.SQRT1_2) < 1e-6);
});

test('opposite vectors and no vectors have no mean direction', () => {
  assert.throws(() => meanDirection([of(1, 0), of(-1, 0)]), RangeError);
  assert.throws(() => meanDirection([]), RangeError);
  assert.throws(() => meanDirection([of(1, 0), of(1, 0, 0)]), RangeError);
});

test('a row is a copy: it survives the matrix', () => {
  const matrix = of(1, 2, 3, 4, 5, 6);
  const row = rowOf(matrix, 1, 3);
  matrix.fill(0);
  assert.deepEqual(row, of(4, 5, 6));
  assert.equal(row.buffer.byteLength, 12);
  assert.throws(() => rowOf(matrix, 2, 3), RangeError);
});
