import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LearnRequest } from '../../../src-main/contract/learn.ts';
import {
  adaptDefaults,
  batchFor,
  newPlan,
  planLength,
  planViews,
} from '../../../training/adapt/adapt-plan.ts';

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
  assert.deepEqual(planLength({ features: 5000 }, null, 50, 3.6e6), {
    steps: 380,
    of: { features: { batch: 256, stepsPerEpoch: 19 } },
  });
  assert.equal(planLength({ features: 5000 }, null, 50, 0).steps, 19);
  assert.equal(planLength({ features: 100 }, null, 1, 3.6e6).steps, 200);
});

test('two outputs learn side by side, each in its own batches, as long as the longer one wants', () => {
  const { steps, of } = planLength({ features: 5000, embedding: 40 }, null, 1, 3.6e6);
  assert.equal(steps, 380);
  assert.deepEqual(of.embedding, { batch: 20, stepsPerEpoch: 2 });
  assert.deepEqual(planLength({ features: 5000 }, 500, 1, 3.6e6).of.features, {
    batch: 500,
    stepsPerEpoch: 10,
  });
});

const request: LearnRequest = {
  encoder: '',
  data: '',
  goal: 'everything',
  start: 'adapter',
  minutes: 1,
  classes: true,
  engine: 'auto',
  seed: 1,
  threads: 1,
  out: '',
  options: {},
};

test('the goal says what is learned, and what a person sets counts', () => {
  const all = newPlan(request, 'base');
  assert.deepEqual([all.likeness?.classes, all.words?.anchor], [2, adaptDefaults.words.anchor]);
  assert.equal(newPlan({ ...request, goal: 'likeness' }, 'base').words, null);
  const words = newPlan({ ...request, goal: 'words', classes: false }, 'base');
  assert.equal(words.likeness, null);
  const own = newPlan(
    { ...request, options: { temperature: 0.2, rate: 0.01, batch: 64, grey: null } },
    'base',
  );
  assert.deepEqual(
    [own.likeness?.temperature, own.words?.temperature, own.likeness?.rate, own.words?.rate, own.batch],
    [0.2, 0.2, 0.01, 0.01, 64],
  );
});
