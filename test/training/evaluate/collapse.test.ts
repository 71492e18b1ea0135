import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { collapseOf, teacherAlarm } from '../../../training/evaluate/collapse.ts';
import { symmetricEigenvalues } from '../../../training/evaluate/eigenvalues.ts';
import { rowsOf } from '../../../training/evaluate/rows.ts';
import { normal } from '../graph/draw.ts';
import { drawnRows, sameRows } from './drawn-rows.ts';

test('evenly spread embeddings have spread 1 and use every dimension', () => {
  const { collapsed, spread, effectiveRank, reason } = collapseOf(drawnRows(1, 1000, 32));
  assert.ok(Math.abs(spread - 1) < 0.02, `${spread}`);
  assert.ok(effectiveRank > 30 && effectiveRank <= 32, `${effectiveRank}`);
  assert.deepEqual([collapsed, reason], [false, null]);
});

test('a direction that all share is no collapse, as long as they differ in others', () => {
  const { collapsed, spread, effectiveRank } = collapseOf(drawnRows(1, 500, 64, 2));
  assert.equal(collapsed, false);
  assert.ok(spread > 0.4 && spread < 0.5, `${spread}`); // 1 / √5: a fifth of the squared length differs
  assert.ok(effectiveRank > 55, `${effectiveRank}`);
});

test('equal embeddings are a collapse', () => {
  const { collapsed, spread, reason } = collapseOf(sameRows(100, [1, 2, 3, 4, 5, 6, 7, 8]));
  assert.ok(collapsed && spread < 1e-6 && /nearly the same embedding/.test(reason!));
  assert.ok(collapseOf(sameRows(100, [0, 0, 0])).collapsed, 'zeros too');
});

test('a little noise on one embedding is a collapse', () => {
  const noise = normal(1, 200 * 16, 0.02);
  const rows = rowsOf(
    Float32Array.from(noise, (value, at) => value + (at % 16 === 0 ? 1 : 0)),
    16,
  );
  assert.ok(collapseOf(rows).collapsed);
});

test('embeddings on a line are a collapse although they spread', () => {
  const along = normal(2, 300);
  const values = Float32Array.from({ length: 300 * 16 }, (_, at) => {
    const dim = at % 16;
    return dim === 0 ? 1 : dim === 1 ? along[Math.floor(at / 16)]! : 0;
  });
  const { collapsed, spread, effectiveRank, reason } = collapseOf(rowsOf(values, 16));
  assert.ok(collapsed && spread > 0.1 && effectiveRank < 2 && /on a line/.test(reason!));
});

test('one photo, or none, tells nothing and says so', () => {
  for (const count of [0, 1]) {
    const { collapsed, reason } = collapseOf(drawnRows(1, count, 8));
    assert.deepEqual([collapsed, typeof reason], [false, 'string']);
  }
});

test('few photos that differ are not held for a line', () => {
  assert.equal(collapseOf(drawnRows(1, 2, 64)).collapsed, false);
  assert.equal(collapseOf(drawnRows(1, 50, 2)).collapsed, false);
});

test('NaN is a collapse', () => {
  assert.ok(collapseOf(rowsOf(Float32Array.of(1, NaN, 0, 1), 2)).collapsed);
});

test('eigenvalues of a matrix turned by reflections are those it was made of', () => {
  const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 999 }), (chosen, seed) => {
      const n = chosen.length;
      const matrix = Float64Array.from({ length: n * n }, (_, at) =>
        at % (n + 1) === 0 ? chosen[at / (n + 1)]! : 0,
      );
      for (let turn = 0; turn < 3; turn++) reflect(matrix, n, normal(seed + turn, n));
      const made = symmetricEigenvalues(matrix, n);
      for (const [at, value] of chosen.toSorted((a, b) => b - a).entries())
        assert.ok(Math.abs(made[at]! - value) < 1e-12, `${made[at]} for ${value}`);
    }),
  );
});

/** matrix ← H matrix H, H = 1 - 2 v vᵀ / |v|². */
function reflect(matrix: Float64Array, n: number, v: Float64Array): void {
  const squares = v.reduce((sum, value) => sum + value * value, 0);
  for (const [row, column] of [
    [n, 1],
    [1, n],
  ] as const)
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += matrix[i * row + j * column]! * v[j]!;
      for (let j = 0; j < n; j++) matrix[i * row + j * column]! -= (2 * sum * v[j]!) / squares;
    }
}

test('a teacher whose answers depend on the photo is well', () => {
  assert.equal(teacherAlarm({ entropy: 2, spread: 6, prototypes: 1024 }), null);
});

test('a teacher that answers alike is named: uniform, or always the same', () => {
  const uniform = teacherAlarm({ entropy: 6.93, spread: 6.931, prototypes: 1024 });
  assert.match(uniform!, /uniform/);
  assert.match(teacherAlarm({ entropy: 0.001, spread: 0.002, prototypes: 1024 })!, /one prototype has won/);
  assert.match(teacherAlarm({ entropy: NaN, spread: 1, prototypes: 1024 })!, /no numbers/);
});
