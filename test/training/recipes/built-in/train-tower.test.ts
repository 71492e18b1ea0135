/** The loop: what is drawn, what moves, and that it can be stopped. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCheckpoint } from '../../../../training/checkpoint.ts';
import { towerModel } from '../../../../training/recipes/built-in/finish-tower.ts';
import { isBefore } from '../../../../training/recipes/built-in/tower.ts';
import {
  type TowerPlan,
  builtTower,
  files,
  rateAt,
  sideAt,
  trainTower,
} from '../../../../training/recipes/built-in/train-tower.ts';
import { engine, folder, tinyDrawer, tinyPlan, tinyShape, writeViews } from './tiny-run.ts';

const views = join(folder, 'views');
await writeViews(views);

/** Runs, and stops behind a step. @returns the lines of the log. */
async function train(name: string, plan: TowerPlan, stopAfter = Infinity) {
  const dir = join(folder, name);
  const stop = new AbortController();
  const done = await trainTower({
    dir,
    plan,
    engine,
    drawer: await tinyDrawer(views, plan),
    signal: stop.signal,
    report: ({ step }) => step >= stopAfter && stop.abort(),
  });
  const lines = readFileSync(join(dir, files.log), 'utf8').trimEnd().split('\n');
  return { dir, done, losses: lines.map((line) => (JSON.parse(line) as { loss: number }).loss) };
}

test('a run that is stopped and taken up gives the same losses and weights', async () => {
  const whole = await train('whole', tinyPlan);
  const first = await train('parts', tinyPlan, 2);
  assert.deepEqual([whole.done, first.done], [6, 2]);
  const both = await train('parts', tinyPlan);
  assert.deepEqual(both.losses, whole.losses);
  const [one, other] = await Promise.all(
    [whole.dir, both.dir].map((dir) => readCheckpoint(join(dir, files.checkpoint))),
  );
  assert.deepEqual(one!.tensors, other!.tensors);
});

test('the loss falls', async () => {
  const { losses } = await train('falls', { ...tinyPlan, steps: 40, sides: [{ until: 1, side: 32 }] });
  const mean = (part: readonly number[]) => part.reduce((sum, loss) => sum + loss, 0) / part.length;
  assert.ok(mean(losses.slice(-5)) < mean(losses.slice(0, 5)) - 0.3, losses.join(' '));
});

test('held stages stay as they were, and the others move', async () => {
  const { dir } = await train('held', { ...tinyPlan, held: 2 });
  const { tensors } = await readCheckpoint(join(dir, files.checkpoint));
  const { weights } = builtTower({ ...tinyPlan, held: 2 });
  let moved = 0;
  for (const [name, tensor] of weights.all) {
    const first = (tensor.attributes as unknown as { first: () => Float32Array }).first();
    const same = Buffer.from(first.buffer).equals(
      Buffer.from(tensors.get(`tower.${name}`)!.numbers.slice().buffer),
    );
    assert.equal(same, isBefore(name, 2), name);
    moved += Number(!same);
  }
  assert.ok(moved > 20);
});

test('a run goes on from a finished tower, and begins near what that one says', async () => {
  const plan = { ...tinyPlan, steps: 60, sides: [{ until: 1, side: 64 }] };
  const learned = await train('teaches', plan);
  const { tensors } = await readCheckpoint(join(learned.dir, files.checkpoint));
  const { weights } = builtTower(plan);
  const values = new Map(
    [...weights.all.keys()].map((name) => [name, tensors.get(`tower.${name}`)!.numbers]),
  );
  const start = join(folder, 'start.onnx');
  writeFileSync(
    start,
    await towerModel(values as Map<string, Float32Array>, { seed: 1, shape: tinyShape }, 64, engine),
  );
  const on = await train('goes-on', { ...plan, start, steps: 1, rate: 0 });
  assert.ok(
    on.losses[0]! < learned.losses[0]! - 0.3,
    `${on.losses[0]}, at a random start ${learned.losses[0]}`,
  );
});

test('the rate rises, and falls to nothing; the side grows', () => {
  const plan = { steps: 100, warmUp: 10, rate: 1, sides: tinyPlan.sides };
  assert.ok(rateAt(plan, 0) < 0.11 && rateAt(plan, 9) > 0.95);
  for (let step = 10; step < 99; step++) assert.ok(rateAt(plan, step + 1) < rateAt(plan, step));
  assert.ok(rateAt(plan, 100) < 1e-9);
  assert.deepEqual([sideAt(plan, 49), sideAt(plan, 50), sideAt(plan, 200)], [32, 64, 64]);
});
