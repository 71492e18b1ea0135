import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourcesOf } from '../../../training/graph/graph.ts';
import { input, state } from '../../../training/graph/tensor.ts';
import { type OptimizerPlan, homeAdamW } from '../../../training/methods/optimizer-plan.ts';
import { type RunLength, planned } from '../../../training/optim/planned.ts';
import { cosineFrom, warmUpCosine } from '../../../training/optim/schedule.ts';
import { assertClose } from '../engines/operations.ts';
import { run } from '../graph/interpreter.ts';

const length: RunLength = { batch: 256, steps: 100, stepsPerEpoch: 20 };
const sgd: OptimizerPlan = {
  kind: 'sgd',
  rate: 0.1,
  scaling: 'linear',
  decay: 0.01,
  warmUp: { steps: 0 },
  final: 0,
};
const rates = (plan: OptimizerPlan, of = length) => {
  const made = planned(plan, of);
  return Array.from({ length: of.steps }, (_, k) => made.rate(k));
};

/** Weights after some steps along a gradient of ones, from ones; by the name of each parameter. */
function moved(plan: OptimizerPlan, names: readonly string[], steps: number, of = length, shape = [1, 1]) {
  const made = planned(plan, of);
  const parameters = names.map((name) => state(name, shape, () => Float32Array.of(1)));
  const gradient = input('gradient', shape);
  const updates = new Map(
    parameters.flatMap((parameter, i) => [...made.optimizer.update(names[i]!, parameter, gradient)]),
  );
  const graph = { outputs: {}, updates };
  const read = new Set(sourcesOf(graph).inputs.map(({ attributes: { name } }) => name));
  let states: Record<string, ArrayLike<number>> = {};
  for (let k = 0; k < steps; k++) {
    const fed = Object.entries(made.feeds(k)).filter(([name]) => read.has(name));
    const feeds = Object.fromEntries(fed.map(([name, value]) => [name, [value]]));
    states = { ...states, ...run(graph, { ...states, ...feeds, gradient: [1] }).states };
  }
  return names.map((name) => states[name]?.[0] ?? 1);
}

test('the rate grows with the batch as the plan says', () => {
  const first = (scaling: OptimizerPlan['scaling'], batch: number) =>
    rates({ ...sgd, scaling }, { ...length, batch })[0]!;
  assertClose([first('linear', 512), first('linear', 64)], [0.2, 0.025], 1e-12, 'linear');
  assertClose([first('root', 1024), first('root', 64)], [0.2, 0.05], 1e-12, 'root');
  assertClose([first('none', 1024), first('none', 2)], [0.1, 0.1], 1e-12, 'none');
});

test('warm-up is counted in shares, epochs or steps, and never takes more than a tenth of a run', () => {
  const rise = (warmUp: OptimizerPlan['warmUp'], steps = 1000) => {
    const all = rates({ ...sgd, warmUp }, { ...length, steps });
    return all.indexOf(Math.max(...all));
  };
  assert.deepEqual([rise({ share: 0.05 }), rise({ epochs: 2 }), rise({ steps: 7 })], [50, 40, 7]);
  assert.deepEqual([rise({ steps: 2000 }), rise({ epochs: 10 }, 100), rise({ share: 0.5 })], [100, 10, 100]);
  assert.deepEqual([rise({ steps: 2000 }, 4), rise({ share: 0.05 }, 1)], [0, 0]);
});

test('the rate rises, then falls by half a cosine to its last share', () => {
  const plan = { ...homeAdamW, rate: 0.01 };
  assertClose(
    rates(plan),
    warmUpCosine({ steps: 100, warmUp: 5, base: 0.01, final: 0.0001 }),
    1e-12,
    'rates',
  );
});

test('every kind of optimizer is fed the rate and decay of its step', () => {
  const decays = cosineFrom(0.04, 0.4, 100);
  const plan: OptimizerPlan = { ...sgd, decay: 0.04, decayTo: 0.4 };
  for (const k of [0, 40, 99]) {
    const rate = rates(plan)[k]!;
    for (const kind of ['sgd', 'lars'] as const) {
      const feeds = planned({ ...plan, kind }, length).feeds(k);
      assert.deepEqual([feeds['scheduled.rate'], feeds['scheduled.decay']], [rate, decays[k]]);
    }
    const adam = planned({ ...plan, kind: 'adamw', beta2: 0.95 }, length).feeds(k);
    const [scaleM, scaleV] = [0.1 / (1 - 0.9 ** (k + 1)), Math.sqrt(0.05 / (1 - 0.95 ** (k + 1)))];
    assertClose([adam['scheduled.shrink']!], [1 - rate * decays[k]!], 1e-12, 'shrink');
    assertClose([adam['scheduled.step']!], [(rate * scaleM) / scaleV], 1e-12, 'step');
    assertClose([adam['scheduled.epsilon']!], [1e-8 / scaleV], 1e-12, 'epsilon');
  }
});

test('a decay without another to arrive at stays', () => {
  for (const k of [0, 50, 99]) assert.equal(planned(sgd, length).feeds(k)['scheduled.decay'], 0.01);
});

test('a constant group keeps its rate, a late one waits, one that never moves stays', () => {
  const plan: OptimizerPlan = {
    ...sgd,
    decay: 0,
    groups: [
      { starts: 'head.still', rate: 'never' },
      { starts: 'head.late', rate: 'late' },
      { starts: 'head', rate: 'constant' },
    ],
  };
  const made = planned(plan, length);
  assert.equal(made.feeds(99)['constant.rate'], 0.1);
  assert.ok(made.feeds(99)['scheduled.rate']! < 0.001);
  // The first tenth of a run of several epochs would be ten steps, an epoch twenty: the shorter counts.
  assert.deepEqual([made.feeds(9)['late.rate'], made.feeds(10)['late.rate']], [0, made.rate(10)]);
  const short = planned(plan, { ...length, steps: 1000 });
  assert.deepEqual([short.feeds(19)['late.rate'], short.feeds(20)['late.rate']], [0, short.rate(20)]);

  const [still, late, constant, other] = moved(plan, ['head.still.w', 'head.late.w', 'head.w', 'body.w'], 5);
  assert.deepEqual([still, late], [1, 1]);
  assert.ok(constant! < other! && other! < 1, `${constant} ${other}`);
  const [afterwards] = moved(plan, ['head.late.w'], 12);
  assert.ok(afterwards! < 1);
});

test('biases and gains decay only where the plan says all do', () => {
  const far: OptimizerPlan = { ...sgd, decay: 0.5 };
  const step = (plan: OptimizerPlan, shape: number[]) => 1 - moved(plan, ['w'], 1, length, shape)[0]!;
  assertClose([step(far, [1, 1]), step(far, [1])], [0.15, 0.1], 1e-6, 'matrices alone');
  assertClose([step({ ...far, decaysAll: true }, [1])], [0.15], 1e-6, 'all');
  const adam: OptimizerPlan = { ...far, kind: 'adamw' };
  assertClose([step(adam, [1, 1]), step(adam, [1])], [0.15, 0.1], 1e-6, 'AdamW, matrices alone');
  assertClose([step({ ...adam, decaysAll: true }, [1])], [0.15], 1e-6, 'AdamW, all');
});

test('beta2 and epsilon are the plan’s', () => {
  const feeds = planned({ ...homeAdamW, beta2: 0.98, epsilon: 1e-6 }, length).feeds(0);
  assertClose([feeds['scheduled.epsilon']!], [1e-6], 1e-12, 'epsilon');
});
