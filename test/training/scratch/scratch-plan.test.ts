import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LearnOptions, LearnRequest } from '../../../src-main/contract/learn.ts';
import type { RunPlan } from '../../../training/run-plan.ts';
import {
  methodFor,
  networksFor,
  planJudged,
  runRequestOf,
  viewsFor,
  withLength,
} from '../../../training/scratch/scratch-plan.ts';

const request = (options: LearnOptions = {}, classes = false): LearnRequest => ({
  encoder: '/encoder',
  data: '/photos',
  goal: 'likeness',
  start: 'scratch',
  minutes: 10,
  classes,
  engine: 'cpu',
  seed: 1,
  threads: 1,
  out: '/run',
  options,
});

test('folders teach by SupCon where they count, photos by SimCLR; methods that cannot learn here are refused', () => {
  assert.equal(methodFor(request(), 5), 'simclr');
  assert.equal(methodFor(request({}, true), 5), 'supcon');
  assert.equal(methodFor(request({}, true), 0), 'simclr');
  assert.equal(methodFor(request({ method: 'byol' }, true), 5), 'byol');
  assert.throws(() => methodFor(request({ method: 'clip' }), 5), /learns words/);
  assert.throws(() => methodFor(request({ method: 'supcon' }), 5), /learns from folders/);
});

test('networks grow with their images, none larger than the photos; those that want patches get them', () => {
  assert.deepEqual(
    networksFor('simclr', 100).map(({ side }) => side),
    [32, 64, 96, 96],
  );
  assert.deepEqual(
    networksFor('simclr', 8).map(({ side }) => side),
    [32],
  );
  assert.ok(networksFor('dinov2', 500).every(({ net }) => net.startsWith('vit')));
});

test('a small library gets small batches, and never more than it has', () => {
  const choice = { net: 'resnet-18', side: 96 } as const;
  const batch = (photos: number, options: LearnOptions = {}) =>
    runRequestOf(request(options), 'simclr', choice, photos, '/out').batch;
  assert.deepEqual([batch(41), batch(1000), batch(5000)], [40, 64, 128]);
  assert.deepEqual([batch(1000, { batch: 256 }), batch(100, { batch: 256 })], [256, 100]);
});

test('steps fit into the time, one at least', () => {
  const run = { stepsPerEpoch: 20 } as RunPlan;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 3_600_000 }), (stepMs, ms) => {
      const { steps, epochs } = withLength(run, stepMs, ms);
      assert.ok(steps >= 1 && (steps === 1 || steps * stepMs <= ms));
      assert.ok(epochs * 20 >= steps && (epochs - 1) * 20 < steps);
    }),
  );
  assert.equal(withLength(run, 1, 3_600_000).epochs, 400);
});

test('the base looks at as many photos as its share of the time allows, those held out among them', () => {
  const counts = { heldOut: 400, learned: 3600 };
  const slow = planJudged(counts, { decode: 20, view: 100 }, 2);
  assert.deepEqual(slow, { asked: 80, known: 120 });
  const fast = planJudged(counts, { decode: 1, view: 1 }, 60);
  assert.deepEqual(fast, { asked: 400, known: 3600 });
  // Nothing held out: similarities are read by photos that were learned from.
  assert.deepEqual(planJudged({ heldOut: 0, learned: 50 }, { decode: 1, view: 1 }, 60), {
    asked: 50,
    known: 50,
  });
});

test('grey pictures keep their brightness and, without an up, are turned; what a person says goes first', () => {
  const grey = { grey: 0.9, sidedness: 1, uprightness: 1 };
  assert.deepEqual(viewsFor(grey, request()), {
    scans: true,
    change: { smallestCrop: 0.4, colour: 0.25, grey: 0, blur: null, mirror: null, turns: true },
  });
  assert.equal(viewsFor({ ...grey, uprightness: 9 }, request()).change.turns, false);
  assert.equal(viewsFor({ ...grey, sidedness: 50 }, request()).change.mirror, false);
  const photos = viewsFor(
    { grey: 0.1, sidedness: 1, uprightness: 1 },
    request({ mirror: true, colour: 0.7 }),
  );
  assert.equal(photos.scans, false);
  assert.deepEqual(photos.change, {
    smallestCrop: null,
    colour: 0.7,
    grey: null,
    blur: null,
    mirror: true,
    turns: false,
  });
});
