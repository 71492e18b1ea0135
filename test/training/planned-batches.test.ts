import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { PlannedBatch } from '../../training/data/load-batches.ts';
import { plannedBatches } from '../../training/planned-batches.ts';
import type { RunData } from '../../training/run-data.ts';
import type { RunPlan } from '../../training/run-plan.ts';

/** Photos 0 to `photos` - 1, of which every fifth is held out. */
function dataOf(photos: number, labelOf: (at: number) => number = () => -1): RunData {
  const places = Int32Array.from({ length: photos }, (_, at) => at);
  const labels = places.map(labelOf);
  const data = {
    labels,
    classes: Math.max(...labels) + 1,
    train: places.filter((at) => at % 5 !== 0),
    heldOut: places.filter((at) => at % 5 === 0),
  };
  return data as unknown as RunData; // the plan of batches looks at nothing else
}

function planOf(data: RunData, batch: number, { epochs = 3, perClass = 1, seed = 1 } = {}): RunPlan {
  const stepsPerEpoch = Math.floor(data.train.length / batch);
  const plan = {
    batch,
    stepsPerEpoch,
    steps: epochs * stepsPerEpoch,
    request: { seed },
    knobs: { perClass },
  };
  return plan as unknown as RunPlan;
}

const list = (plan: RunPlan, data: RunData, from = 0) => [...plannedBatches(plan, data, from)];
const photosOf = (batches: readonly PlannedBatch[]) => batches.flatMap(({ photos }) => [...photos]);

test('batches from any step on are those of a run from the beginning', () => {
  const shapes = fc.record({
    photos: fc.integer({ min: 10, max: 60 }),
    batch: fc.integer({ min: 2, max: 8 }),
    classes: fc.integer({ min: 1, max: 4 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
    perClass: fc.constantFrom(1, 2),
  });
  const property = fc.property(shapes, ({ photos, batch, classes, part, perClass }) => {
    const data = dataOf(photos, (at) => at % classes);
    const plan = planOf(data, perClass === 2 ? 4 : batch, { perClass });
    const all = list(plan, data);
    assert.equal(all.length, plan.steps);
    const from = Math.floor(part * plan.steps);
    assert.deepEqual(list(plan, data, from), all.slice(from));
    for (const [step, each] of all.entries()) {
      assert.deepEqual([each.step, each.epoch], [step, Math.floor(step / plan.stepsPerEpoch)]);
      assert.equal(each.photos.length, plan.batch);
    }
  });
  fc.assert(property, { numRuns: 200, seed: 2 });
});

test('an epoch sees every photo once, each in another order, and none that is held out', () => {
  const data = dataOf(50);
  const plan = planOf(data, 8);
  const epochs = [0, 1, 2].map((epoch) => photosOf(list(plan, data).filter((each) => each.epoch === epoch)));
  for (const photos of epochs)
    assert.deepEqual(
      photos.toSorted((a, b) => a - b),
      [...data.train],
    );
  assert.notDeepEqual(epochs[0], epochs[1]);
  assert.notDeepEqual(photosOf(list(planOf(data, 8, { seed: 2 }), data)), photosOf(list(plan, data)));
});

test('batches by class hold as many photos of each, and never one that is held out or has no class', () => {
  const data = dataOf(80, (at) => (at % 7 === 0 ? -1 : at % 4));
  for (const { photos } of list(planOf(data, 8, { perClass: 4 }), data)) {
    const counts = Map.groupBy(photos, (at) => data.labels[at]!);
    assert.deepEqual(
      [...counts.values()].map(({ length }) => length),
      [4, 4],
    );
    assert.ok(!counts.has(-1) && photos.every((at) => data.train.includes(at)));
  }
});

test('where classes differ in size, an epoch is filled up with batches dealt anew', () => {
  // Of 40 photos to learn from 32 are of one class, which has a partner for eight of them only.
  const data = dataOf(50, (at) => (at % 25 < 21 ? 0 : 1));
  const plan = planOf(data, 8, { perClass: 4, epochs: 2 });
  const batches = list(plan, data);
  assert.equal(batches.length, plan.steps);
  for (const { photos } of batches) assert.equal(new Set([...photos].map((at) => data.labels[at])).size, 2);
});

test('where classes cannot make a batch, photos are drawn without them', () => {
  // One photo in each class: nobody has a partner.
  const data = dataOf(20, (at) => at);
  const plan = planOf(data, 4, { perClass: 2 });
  const [first] = list(plan, data);
  assert.equal(new Set(first!.photos).size, 4);
});
