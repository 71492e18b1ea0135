import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchFor, planLength, planViews } from '../../../training/adapt/adapt-plan.ts';

test('more time looks at more views, and when there is too little, at fewer photos', () => {
  const speed = { decode: 20, view: 10 };
  assert.deepEqual(planViews(1000, 384, speed, 60), { views: 6, photos: 1000 });
  assert.equal(planViews(5000, 384, speed, 8).views, 4);
  const short = planViews(100_000, 384, speed, 10);
  assert.equal(short.views, 3);
  assert.ok(short.photos * 50 <= 0.7 * 600_000 && short.photos > 8000);
  assert.equal(planViews(100_000, 384, speed, 0.01).photos, 200);
  assert.equal(planViews(50, 384, speed, 0.01).photos, 50);
});

test('features fit in half a gigabyte', () => {
  const { views, photos } = planViews(1e6, 1152, { decode: 0.001, view: 0.001 }, 600);
  assert.ok(photos * views * 1152 * 4 <= 2 ** 29);
});

test('an epoch has two steps at least, a short run one epoch at least, a small library enough steps', () => {
  assert.equal(batchFor(5000), 256);
  assert.equal(batchFor(300), 150);
  assert.equal(batchFor(3), 2);
  assert.deepEqual(planLength(5000, 256, 50, 3.6e6), { batch: 256, stepsPerEpoch: 19, steps: 380 });
  assert.equal(planLength(5000, 256, 50, 0).steps, 19);
  assert.equal(planLength(100, 50, 1, 3.6e6).steps, 200);
});
