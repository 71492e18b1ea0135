/**
 * What keeps a method without negatives from giving every photo the same answer is taken away on purpose: then the alarm
 * must go off, and with it in place stay quiet. Small perceptrons on drawn noise learn it in some hundred steps.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onnxEngine } from '../../training/engines/onnx.ts';
import { add } from '../../training/graph/ops/elementwise.ts';
import { squaredDistance, unit } from '../../training/graph/ops/length.ts';
import { mean } from '../../training/graph/ops/reduce.ts';
import { type Tensor, booleans, constant, input, integers } from '../../training/graph/tensor.ts';
import { byol } from '../../training/methods/byol.ts';
import { dino } from '../../training/methods/dino.ts';
import type { Method, Networks } from '../../training/methods/method.ts';
import { projected } from '../../training/methods/projected.ts';
import { simsiam } from '../../training/methods/simsiam.ts';
import type { Encoder } from '../../training/modules/encoder.ts';
import { head } from '../../training/modules/head.ts';
import type { Weights } from '../../training/modules/weights.ts';
import { planned } from '../../training/optim/planned.ts';
import type { OptimizerPlan } from '../../training/methods/optimizer-plan.ts';
import { momentumTo1 } from '../../training/optim/schedule.ts';
import { Random } from '../../training/random.ts';
import { assemble, stepGraph, stepInputs } from '../../training/step.ts';
import { CollapseWatch } from '../../training/watch-collapse.ts';

const [batch, dim, steps] = [32, 16, 800];
const engine = onnxEngine({ provider: 'cpu', threads: 1 });

/** Sixteen numbers stand for a photo. */
const networks: Networks = {
  encoder: (at: Weights): Encoder => ({
    dim: 32,
    encode: head(at, [dim, 64, 32], { hidden: 'plain', last: 'linear' }),
  }),
  text: null,
  batchNorm: true,
};

/** Views of a photo: the photo under fresh noise. */
function drawViews(random: Random, count: number): Record<string, Float32Array> {
  const photos = Float32Array.from({ length: batch * dim }, () => random.normal());
  const noisy = () => photos.map((value) => value + 0.5 * random.normal());
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`view${i}`, noisy()]));
}

/** Trains, and says what the watch saw at the end. */
async function watched<Knobs extends object, Parts>(
  method: Method<Knobs, Parts>,
  knobs: Knobs,
  plan: OptimizerPlan,
  views: number,
) {
  const trained = assemble(method, knobs, networks, 1);
  const order = Array.from({ length: batch }, (_, i) => i);
  const none = booleans(Array<boolean>(batch).fill(false), [batch, 1]);
  const seen = {
    views: Array.from({ length: views }, (_, i) => input(`view${i}`, [batch, dim])),
    masks: [none, none],
    tokens: integers(order),
    ends: integers(order),
  };
  const known = {
    ids: integers(order),
    labels: integers(order),
    partner: integers(order),
    similar: integers(order),
    settled: constant(1),
    masks: seen.masks,
  };
  const optimizer = planned(plan, { batch, steps, stepsPerEpoch: steps / 10 });
  const graph = stepGraph(trained, seen, known, { ...plan, optimizer: optimizer.optimizer });
  const memory = engine.memory();
  const program = await engine.compile(graph, memory);
  const momenta = momentumTo1(trained.slow?.momentum ?? 0, steps);
  const watch = new CollapseWatch({ steps });
  const random = new Random(5);
  for (let k = 0; k < steps && !watch.alarmed; k++) {
    const momentum = trained.slow?.rises ? momenta[k]! : (trained.slow?.momentum ?? 0);
    const results = await program.run({
      ...drawViews(random, views),
      ...optimizer.feeds(k),
      [stepInputs.momentum]: momentum,
      teacherTemperature: 0.04,
    });
    const entropies = [results['metric.entropy'], results['metric.entropyOfMean']];
    watch.look(k, () => ({
      values: results['watched'] as Float32Array,
      dim: graph.outputs['watched']!.shape.at(-1)!,
      teacher: entropies[0]
        ? { entropy: entropies[0][0]!, entropyOfMean: entropies[1]![0]!, prototypes: 32 }
        : null,
    }));
  }
  await program.close();
  await memory.close();
  return watch;
}

function assertQuiet(watch: CollapseWatch): void {
  assert.ok(!watch.alarmed && !watch.latest.collapsed, `quiet: ${JSON.stringify(watch.latest)}`);
}
function assertAlarm(watch: CollapseWatch): void {
  assert.ok(watch.alarmed, `alarm: ${JSON.stringify(watch.latest)}`);
  assert.match(watch.latest.reason!, /photo/);
}

const simsiamKnobs = { out: 32, narrow: 16 };
const simsiamPlan = { ...simsiam.presets.small.optimizer, rate: 0.4 };

/**
 * Batch norm at the very end of a head keeps embeddings apart by force for a long while, whatever the loss wants. Without it
 * there (the paper's “hidden-only”, table 3) SimSiam does not collapse either, as long as it is whole.
 */
const hiddenOnly: typeof simsiam = {
  ...simsiam,
  parts: ({ trained }, nets, { out, narrow }) => ({
    ...projected(trained, nets, (width) => [width, width, width, out], { hidden: 'norm', last: 'linear' }),
    predict: head(trained.in('predictor'), [out, narrow, out], { hidden: 'norm', last: 'linear' }),
  }),
};
const apart = (a: Tensor, b: Tensor) => mean(squaredDistance(unit(a), unit(b)));

test('SimSiam stays awake with its stop-gradient and predictor', async () => {
  assertQuiet(await watched(simsiam, simsiamKnobs, simsiamPlan, 2));
  assertQuiet(await watched(hiddenOnly, simsiamKnobs, simsiamPlan, 2));
});

test('SimSiam without stop-gradient collapses, and the alarm goes off', async () => {
  const withoutStop: typeof simsiam = {
    ...hiddenOnly,
    compare: (_, { p1, p2, z1, z2 }) => ({ loss: add(apart(p1!, z2!), apart(p2!, z1!)) }),
  };
  assertAlarm(await watched(withoutStop, simsiamKnobs, simsiamPlan, 2));
});

test('SimSiam without predictor collapses, and the alarm goes off', async () => {
  const withoutPredictor: typeof simsiam = {
    ...hiddenOnly,
    parts: (at, nets, knobs) => ({ ...hiddenOnly.parts(at, nets, knobs), predict: (z) => z }),
  };
  assertAlarm(await watched(withoutPredictor, simsiamKnobs, simsiamPlan, 2));
});

const byolKnobs = { hidden: 64, out: 32, momentum: 0.98 };
const byolPlan = { ...byol.presets.small.optimizer, rate: 0.02 };

test('BYOL stays awake with its slow target and predictor', async () =>
  assertQuiet(await watched(byol, byolKnobs, byolPlan, 2)));

test('BYOL without predictor and slow target collapses, and the alarm goes off', async () => {
  const bare: typeof byol = {
    ...byol,
    parts: (at, nets, knobs) => ({ ...byol.parts(at, nets, knobs), predict: (z) => z }),
    slow: () => ({ moves: 'after', momentum: 0, rises: false }),
    compare: (_, { p1, p2, z1 }) => ({ loss: add(apart(p1!, p2!), apart(p1!, z1!)) }),
  };
  assertAlarm(await watched(bare, byolKnobs, byolPlan, 2));
});

const dinoKnobs = {
  ...dino.presets.small.knobs,
  prototypes: 32,
  hidden: 64,
  bottleneck: 16,
  // It would keep the answers apart by itself.
  norm: false,
  momentum: 0.99,
};
const dinoPlan = { ...dino.presets.small.optimizer, rate: 0.02, groups: [] };

test('DINO stays awake with centering and a slow teacher', async () =>
  assertQuiet(await watched(dino, dinoKnobs, dinoPlan, 4)));

test('DINO without centering collapses, and the alarm goes off', async () => {
  const uncentred: typeof dino = {
    ...dino,
    compare: (parts, z, known, knobs) => ({
      ...dino.compare(parts, z, known, knobs),
      after: () => new Map(),
    }),
  };
  assertAlarm(await watched(uncentred, dinoKnobs, dinoPlan, 4));
});

test('DINO without a slow teacher collapses, and the alarm goes off', async () => {
  const eager: typeof dino = { ...dino, slow: () => ({ moves: 'after', momentum: 0, rises: false }) };
  assertAlarm(await watched(eager, dinoKnobs, dinoPlan, 4));
});
