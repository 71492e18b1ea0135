import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignmentOf, uniformityOf } from '../../../training/evaluate/spread.ts';
import { assertClose } from '../engines/operations.ts';
import { goldenCases } from '../golden.ts';
import { drawnRows, goldenRows, sameRows } from './drawn-rows.ts';

for (const { name, inputs, params, outputs } of goldenCases('infonce', 'alignment'))
  test(`${name} is the golden one`, () => {
    const { alpha } = params as { alpha: number };
    const made = alignmentOf(goldenRows(inputs['z1']!), goldenRows(inputs['z2']!), alpha);
    assertClose([made], [outputs['loss'] as number], 1e-9, name);
  });

for (const { name, inputs, params, outputs } of goldenCases('infonce', 'uniformity'))
  test(`${name} is the golden one`, () => {
    const made = uniformityOf(goldenRows(inputs['x']!), params as { t: number });
    assertClose([made], [outputs['loss'] as number], 1e-9, name);
  });

test('opposite views are as far as can be', () => {
  assert.ok(Math.abs(alignmentOf(sameRows(3, [1, 2]), sameRows(3, [-2, -4])) - 4) < 1e-6);
});

test('photos spread evenly in many dimensions come near -4, equal ones give 0', () => {
  const even = uniformityOf(drawnRows(1, 500, 256));
  assert.ok(even < -3.9 && even > -4, `${even}`);
  assert.ok(Math.abs(uniformityOf(sameRows(9, [1, 2, 3]))) < 1e-6);
});

test('of more than 2,000 photos a seeded sample is nearly as good', () => {
  const rows = drawnRows(2, 3000, 8);
  const [one, again, other] = [1, 1, 2].map((seed) => uniformityOf(rows, { seed }));
  assert.equal(one, again);
  assert.notEqual(one, other);
  assert.ok(Math.abs(one! - other!) < 0.01, `${one} ${other}`);
});

test('one photo has no pair', () => {
  assert.ok(Number.isNaN(uniformityOf(drawnRows(1, 1, 3))));
});
