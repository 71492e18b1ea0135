import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../training/random.ts';
import { CollapseWatch, type Watched } from '../../training/watch-collapse.ts';

const dim = 16;
const random = new Random(1);
const noise = (count: number, scale: number) =>
  Float32Array.from({ length: count }, () => scale * random.normal());
const apart: Watched = { values: noise(32 * dim, 1), dim, teacher: null };
const same: Watched = { values: noise(32 * dim, 0.001).map((value) => value + 1), dim, teacher: null };

/** Steps at which the alarm was on. */
function alarms(watch: CollapseWatch, steps: number, at: (step: number) => Watched): number[] {
  const on: number[] = [];
  for (let step = 0; step < steps; step++) {
    watch.look(step, () => at(step));
    if (watch.alarmed) on.push(step);
  }
  return on;
}

test('embeddings that tell photos apart raise no alarm', () => {
  const watch = new CollapseWatch({ steps: 1000 });
  assert.deepEqual(
    alarms(watch, 1000, () => apart),
    [],
  );
  assert.ok(watch.latest.spread > 0.9 && watch.latest.effectiveRank > 10 && watch.latest.reason === null);
});

test('collapse counts after the first tenth of a run, and only when several looks in a row show it', () => {
  const watch = new CollapseWatch({ steps: 1000 });
  assert.equal(alarms(watch, 1000, () => same)[0], 140);
  assert.match(watch.latest.reason!, /nearly the same embedding/);
  // A short run is watched from the sixth look on.
  assert.equal(alarms(new CollapseWatch({ steps: 100 }), 100, () => same)[0], 90);
  assert.deepEqual(
    alarms(new CollapseWatch({ steps: 40 }), 40, () => same),
    [],
  );
});

test('one good look begins the count again, and ends an alarm', () => {
  const now = (step: number) => (step % 50 === 0 ? apart : same);
  assert.deepEqual(alarms(new CollapseWatch({ steps: 1000 }), 1000, now), []);
  const until = (step: number) => (step < 300 ? same : apart);
  assert.equal(alarms(new CollapseWatch({ steps: 1000 }), 1000, until).at(-1), 299);
});

test('it looks at the first step that it sees and then at every tenth, and computes nothing for the others', () => {
  const looked: number[] = [];
  const watch = new CollapseWatch({ steps: 100 });
  for (let step = 7; step < 32; step++)
    watch.look(step, () => {
      looked.push(step);
      return apart;
    });
  assert.deepEqual(looked, [7, 10, 20, 30]);
});

test('a teacher that says the same of every photo is collapse, whatever the student’s embeddings', () => {
  const watch = new CollapseWatch({ steps: 100, every: 1, patience: 2 });
  const teacher = (entropy: number, entropyOfMean: number): Watched => ({
    ...apart,
    teacher: { entropy, entropyOfMean, prototypes: 64 },
  });
  watch.look(50, () => teacher(1, 3));
  assert.ok(!watch.latest.collapsed);
  watch.look(51, () => teacher(0.01, 0.011));
  watch.look(52, () => teacher(0.01, 0.011));
  assert.ok(watch.alarmed);
  assert.match(watch.latest.reason!, /one prototype has won/);
  watch.look(53, () => teacher(4.15, 4.151));
  assert.match(watch.latest.reason!, /uniform/);
});

test('embeddings that are no numbers are collapse', () => {
  const watch = new CollapseWatch({ steps: 100, every: 1, patience: 1 });
  watch.look(50, () => ({ ...apart, values: apart.values.map(() => Number.NaN) }));
  assert.ok(watch.alarmed);
});
