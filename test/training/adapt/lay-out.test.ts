import assert from 'node:assert/strict';
import { test } from 'node:test';
import { affinitiesOf, layOut, principalPlane } from '../../../training/adapt/lay-out.ts';
import { rowsOf, unitRows } from '../../../training/evaluate/rows.ts';
import { normal } from '../graph/draw.ts';

const [count, dim] = [60, 8];
/** Three clouds around three axes. */
const clouds = (() => {
  const noise = normal(1, count * dim);
  return unitRows(
    rowsOf(
      Float32Array.from(
        { length: count * dim },
        (_, at) => 0.2 * noise[at]! + Number(at % dim === Math.floor(at / dim) % 3),
      ),
      dim,
    ),
  );
})();

test('affinities are symmetric, sum to 1, and are larger within a cloud', () => {
  const near = affinitiesOf(clouds);
  assert.ok(Math.abs(near.reduce((sum, value) => sum + value, 0) - 1) < 1e-4);
  assert.ok(Math.abs(near[5]! - near[5 * count]!) < 1e-9);
  assert.ok(near[3]! > 3 * near[1]!);
});

test('each row of affinities has the perplexity that was asked for', () => {
  // One cloud of all directions: (count - 1) / 3 neighbours, as few as there are.
  const rows = unitRows(rowsOf(Float32Array.from(normal(2, 31 * dim)), dim));
  const near = affinitiesOf(rows);
  const entropy = -near.reduce((sum, p) => sum + (p > 1e-11 ? p * Math.log(p) : 0), 0);
  // Of the whole: log N more than of a row, and a little more by making it symmetric.
  const row = entropy - Math.log(31);
  assert.ok(row >= Math.log(10) - 0.01 && row < Math.log(10) + 0.5, `${Math.exp(row)}`);
});

test('clouds come to lie apart', () => {
  const near = affinitiesOf(clouds);
  const at = layOut(near, principalPlane(clouds, 1), { iterations: 400, early: 100 });
  const distance = (i: number, j: number) =>
    Math.hypot(at[2 * i]! - at[2 * j]!, at[2 * i + 1]! - at[2 * j + 1]!);
  let right = 0;
  for (let i = 0; i < count; i++) {
    const [nearest] = [...Array(count).keys()]
      .filter((j) => j !== i)
      .sort((a, b) => distance(i, a) - distance(i, b));
    right += Number(nearest! % 3 === i % 3);
  }
  assert.ok(right >= 0.95 * count, `${right} of ${count}`);
});

test('the first plane holds the two directions of most deviation, and the same seed gives the same', () => {
  const rows = rowsOf(
    Float32Array.from(normal(3, 200 * 4), (value, at) => value * [5, 3, 0.1, 0.1][at % 4]!),
    4,
  );
  const plane = principalPlane(rows, 1);
  assert.deepEqual(principalPlane(rows, 1), plane);
  const correlation = (axis: number, d: number) => {
    const [x, y] = [0, 1].map((which) =>
      Array.from({ length: 200 }, (_, i) => (which === 0 ? plane[2 * i + axis]! : rows.values[i * 4 + d]!)),
    ) as [number[], number[]];
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const product = (a: number[], b: number[]) =>
      a.reduce((sum, value, i) => sum + (value - mean(a)) * (b[i]! - mean(b)), 0);
    return Math.abs(product(x, y)) / Math.sqrt(product(x, x) * product(y, y));
  };
  assert.ok(correlation(0, 0) > 0.95 && correlation(1, 1) > 0.95);
});
