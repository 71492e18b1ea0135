import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LossScale } from '../../../training/optim/loss-scale.ts';

test('an overflow drops the step, halves the scale and is counted', () => {
  const loss = new LossScale({ start: 8 });
  assert.equal(loss.accept(Infinity), false);
  assert.equal(loss.accept(Number.NaN), false);
  assert.deepEqual([loss.scale, loss.skipped], [2, 2]);
});

test('after a row of good steps a larger scale is tried', () => {
  const loss = new LossScale({ start: 8, growEvery: 3 });
  for (let i = 0; i < 3; i++) assert.equal(loss.accept(1), true);
  assert.equal(loss.scale, 16);
  loss.accept(Infinity);
  for (let i = 0; i < 2; i++) loss.accept(1);
  assert.equal(loss.scale, 8, 'the row starts again after an overflow');
});

test('the scale never falls below 1', () => {
  const loss = new LossScale({ start: 1 });
  loss.accept(Infinity);
  assert.equal(loss.scale, 1);
});
