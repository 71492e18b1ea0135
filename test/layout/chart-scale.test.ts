import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { chartScale } from '../../src-renderer/layout/chart-scale.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

test('the scale holds every value, and its ticks are evenly apart and told apart', () => {
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1, maxLength: 20 }), (values) => {
      const { min, max, ticks, digits } = chartScale(values);
      const slack = 1e-6 * Math.max(1, Math.abs(min), Math.abs(max));
      assert.ok(values.every((value) => value >= min - slack && value <= max + slack));
      assert.deepEqual([ticks[0], ticks[2]], [min, max]);
      assert.ok(Math.abs(ticks[1] - (min + max) / 2) <= slack);
      assert.equal(new Set(ticks.map((tick) => tick.toFixed(digits))).size, 3);
    }),
  );
});

test('a scale is no more than a little longer than its values', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e4, noNaN: true }), finite, (span, low) => {
      fc.pre(Math.abs(low) < 100 * span);
      const { min, max } = chartScale([low, low + span]);
      assert.ok(max - min <= 4 * span, `${min} to ${max} for ${low} to ${low + span}`);
    }),
  );
});

test('noise is not drawn as a mountain', () => {
  const { min, max } = chartScale([0.4716, 0.4717], { least: 0.1 });
  assert.ok(max - min >= 0.1);
});

test('shares of a hundred never end above it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 9 }),
      (values) => {
        const { min, max } = chartScale(values, { least: 4, within: [0, 100] });
        assert.ok(max <= 100 + 1e-6 || min <= 1e-6, `${min} to ${max}`);
        assert.ok(values.every((value) => value >= min - 1e-6 && value <= max + 1e-6));
      },
    ),
  );
  assert.deepEqual(chartScale([100, 100], { least: 4, within: [0, 100] }).ticks, [96, 98, 100]);
  assert.deepEqual(chartScale([0, 0], { least: 4, within: [0, 100] }).ticks, [0, 2, 4]);
});

test('without values the axis is that of a share', () => {
  assert.deepEqual(chartScale([]).ticks, [0, 0.5, 1]);
});
