import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linearProbe } from '../../../training/evaluate/linear-probe.ts';
import { minimise } from '../../../training/evaluate/minimise.ts';
import { rowsOf } from '../../../training/evaluate/rows.ts';
import { drawnClasses, drawnRows, sameRows } from './drawn-rows.ts';

const options = { classes: 4, threads: 1 };

test('classes that a plane parts are learned, at any scale of the features', async () => {
  const shape = { dim: 12, classes: 4, apart: 2.5 };
  const bank = drawnClasses(1, { ...shape, count: 400 });
  const held = drawnClasses(2, { ...shape, count: 200 });
  const plain = await linearProbe(bank, held, options);
  assert.ok(plain.accuracy > 0.97, `${plain.accuracy}`);
  const scaled = ({ rows, labels }: typeof bank) => ({
    rows: rowsOf(rows.values.map((value, at) => 100 + value * 10 ** ((at % 12) - 6)) as Float32Array, 12),
    labels,
  });
  const wide = await linearProbe(scaled(bank), scaled(held), options);
  assert.ok(wide.accuracy > 0.9, `${wide.accuracy}`);
});

test('few labels are drawn by the seed, and give the same figure again', async () => {
  const shape = { dim: 12, classes: 4, apart: 0.5 };
  const bank = drawnClasses(1, { ...shape, count: 400 });
  const held = drawnClasses(2, { ...shape, count: 200 });
  const few = (seed: number) => linearProbe(bank, held, { ...options, perClass: 3, seed });
  const [one, again, other] = [await few(1), await few(1), await few(2)];
  assert.deepEqual(one, again);
  assert.notDeepEqual(one.predicted, other.predicted);
  assert.ok(one.accuracy < (await linearProbe(bank, held, options)).accuracy);
});

test('few labels are as few as asked for: what is no rule cannot be known of the others', async () => {
  // Noise in more dimensions than rows can be learned by heart, but only what was seen.
  const noise = { rows: drawnRows(1, 80, 96), labels: Array.from({ length: 80 }, (_, at) => at % 4) };
  assert.equal((await linearProbe(noise, noise, options)).accuracy, 1);
  const few = await linearProbe(noise, noise, { ...options, perClass: 5 });
  assert.ok(few.accuracy > 0.25 && few.accuracy < 0.7, `${few.accuracy}`); // a quarter by heart, chance for the others
});

test('the boundary between two equal classes lies in the middle', async () => {
  const bank = { rows: rowsOf(Float32Array.of(1, 3, 1, 3), 1), labels: [0, 1, 0, 1] };
  const held = { rows: rowsOf(Float32Array.of(1.9, 2.1), 1), labels: [0, 1] };
  const { predicted } = await linearProbe(bank, held, { classes: 2, threads: 1 });
  assert.deepEqual([...predicted], [0, 1]);
});

test('features that tell nothing name the commonest class', async () => {
  const bank = { rows: sameRows(5, [1, 2]), labels: [0, 1, 1, 1, 2] };
  const { predicted } = await linearProbe(bank, { rows: drawnRows(1, 3, 2), labels: [0, 1, 2] }, options);
  assert.deepEqual([...predicted], [1, 1, 1]);
});

test('one photo of one class is enough to run', async () => {
  const one = { rows: drawnRows(1, 1, 3), labels: [0] };
  assert.equal((await linearProbe(one, one, { classes: 1, threads: 1 })).accuracy, 1);
});

test('an empty bank and wrong labels are refused', async () => {
  const one = { rows: drawnRows(1, 1, 3), labels: [0] };
  await assert.rejects(linearProbe({ rows: drawnRows(1, 0, 3), labels: [] }, one, options), RangeError);
  await assert.rejects(linearProbe({ ...one, labels: [4] }, one, options), /label 4 of 4/);
});

test('the lowest point of a narrow curved valley is found', async () => {
  const found = await minimise(valley, Float64Array.of(-1.2, 1), { most: 200, tolerance: 1e-10 });
  for (const value of found) assert.ok(Math.abs(value - 1) < 1e-6, `${found.join(', ')}`);
});

/** Rosenbrock's: 0 at (1, 1). */
const valley = ([x, y]: Float64Array) => {
  const [a, b] = [1 - x!, y! - x! * x!];
  const gradient = Float64Array.of(-2 * a - 400 * x! * b, 200 * b);
  return Promise.resolve({ value: a * a + 100 * b * b, gradient });
};
