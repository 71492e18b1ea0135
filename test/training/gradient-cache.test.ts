import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine, Program, Results } from '../../training/engines/engine.ts';
import { onnxEngine } from '../../training/engines/onnx.ts';
import { type CachedTraining, GradientCache } from '../../training/gradient-cache.ts';
import { gradient } from '../../training/graph/gradient.ts';
import { mul, relu } from '../../training/graph/ops/elementwise.ts';
import { input } from '../../training/graph/tensor.ts';
import { clip } from '../../training/losses/clip.ts';
import { ntXent } from '../../training/losses/nt-xent.ts';
import { head } from '../../training/modules/head.ts';
import { chain, linear } from '../../training/modules/linear.ts';
import { type Layer, Pass, Weights, filledWith } from '../../training/modules/weights.ts';
import { clipGlobally } from '../../training/optim/clip.ts';
import { moveAll } from '../../training/optim/optimizer.ts';
import { sgd } from '../../training/optim/sgd.ts';
import { assertClose } from './engines/operations.ts';
import { normal } from './graph/draw.ts';

const batch = 12;
const engine = onnxEngine({ provider: 'cpu', threads: 1 });
const feeds = (seed: number) => ({
  first: Float32Array.from(normal(seed, batch * 6)),
  second: Float32Array.from(normal(seed + 1, batch * 6)),
});

function training(
  build: (at: Weights) => Layer = (at) => chain(linear(at.in('a'), 6, 8), relu, linear(at.in('b'), 8, 4)),
) {
  const weights = new Weights(1);
  const network = build(weights.in('network'));
  const optimizer = sgd();
  const cached: CachedTraining = {
    weights,
    embed: (count, pass) => ({
      z1: network(input('first', [count, 6]), pass),
      z2: network(input('second', [count, 6]), pass),
    }),
    compare: ({ z1, z2 }) => ({
      loss: mul(ntXent(z1!, z2!, { temperature: 0.1 }).loss, input('weight', [])),
    }),
    watched: 'z1',
    optimizer,
    clip: 1,
  };
  return { ...cached, optimizer };
}

/** The same steps with everything in one graph. */
async function wholeBatch(steps: number) {
  const { weights, embed, compare, optimizer } = training();
  const { loss } = compare(embed(batch, new Pass({ training: true })));
  const { gradients, norm } = clipGlobally(gradient(loss, [...weights.parameters.values()]), 1);
  const memory = engine.memory();
  const program = await engine.compile(
    { outputs: { loss, norm }, updates: moveAll(optimizer, weights.parameters, gradients) },
    memory,
  );
  const results = [];
  for (let k = 0; k < steps; k++) {
    const made = await program.run({ ...feeds(10 * k), weight: 2, ...optimizer.rates(k, 0.5) });
    results.push({ loss: made['loss']![0]!, norm: made['norm']![0]! });
  }
  return { results, weights: await memory.read([...weights.parameters.keys()]) };
}

async function cachedBatch(steps: number, micro: number, on: Engine = engine) {
  const memory = on.memory();
  const halved: number[] = [];
  const cached = training();
  const cache = await GradientCache.open(on, memory, cached, {
    batch,
    micro,
    onHalved: (now) => halved.push(now),
  });
  const results = [];
  for (let k = 0; k < steps; k++)
    results.push(
      numbersOf(await cache.step({ ...feeds(10 * k), weight: 2, ...cached.optimizer.rates(k, 0.5) })),
    );
  await cache.close();
  return { results, halved, weights: await memory.read([...cached.weights.parameters.keys()]) };
}

const numbersOf = ({ loss, norm }: Results) => ({ loss: loss![0]!, norm: norm![0]! });

function assertSame(
  made: Awaited<ReturnType<typeof cachedBatch>>,
  whole: Awaited<ReturnType<typeof wholeBatch>>,
): void {
  for (const [k, { loss, norm }] of whole.results.entries())
    assertClose([made.results[k]!.loss, made.results[k]!.norm], [loss, norm], 1e-5, `step ${k}`);
  for (const [name, values] of whole.weights) assertClose(made.weights.get(name)!, values, 1e-5, name);
}

test('any size of micro-batch gives the losses, gradients and weights of the whole batch', async () => {
  const whole = await wholeBatch(3);
  for (const micro of [1, 3, 12]) assertSame(await cachedBatch(3, micro), whole);
});

test('where memory does not suffice the micro-batch is halved, told, and the result is the same', async () => {
  // A device that cannot hold more than three photos at a time.
  const small: Engine = {
    ...engine,
    async compile(graph, memory): Promise<Program> {
      const program = await engine.compile(graph, memory);
      const run: Program['run'] = async (given, accept) => {
        const first = (given as Record<string, Float32Array>)['first'];
        if (first && first.length > 3 * 6)
          throw new Error('Failed to allocate memory for requested buffer of size 1');
        return program.run(given, accept);
      };
      return { onCpu: program.onCpu, run, close: () => program.close() };
    },
  };
  const made = await cachedBatch(3, 12, small);
  assert.deepEqual(made.halved, [6, 3]);
  assertSame(made, await wholeBatch(3));
});

test('a step that is not accepted leaves the weights as they are, and the next one starts clean', async () => {
  const memory = engine.memory();
  const cached = training();
  const cache = await GradientCache.open(engine, memory, cached, { batch, micro: 4 });
  const before = await memory.read([...cached.weights.parameters.keys()]);
  const given = { ...feeds(0), weight: 2, ...cached.optimizer.rates(0, 0.5) };
  await cache.step(given, () => false);
  for (const [name, values] of before) assert.deepEqual((await memory.read([name])).get(name), values);
  const { norm } = numbersOf(await cache.step(given));
  assertClose([norm], [(await wholeBatch(1)).results[0]!.norm], 1e-5, 'norm');
});

test('a scaled loss gives the same gradients, and one that is scaled too far shows in their length', async () => {
  const memory = engine.memory();
  const cached = { ...training(), scaled: true };
  const cache = await GradientCache.open(engine, memory, cached, { batch, micro: 4 });
  const given = { ...feeds(0), weight: 2, ...cached.optimizer.rates(0, 0.5) };
  const { norm } = numbersOf(await cache.step({ ...given, lossScale: 3e38 }, () => false));
  assert.ok(!Number.isFinite(norm), `${norm}`);
  const made = [];
  for (const lossScale of [65_536, 1])
    made.push(numbersOf(await cache.step({ ...given, lossScale }, () => false)));
  const expected = (await wholeBatch(1)).results[0]!;
  for (const each of made)
    assertClose([each.loss, each.norm], [expected.loss, expected.norm], 1e-5, 'scaled');
  await cache.close();
});

test('operations left to the processor are counted over all graphs', async () => {
  const memory = engine.memory();
  const slow: Engine = {
    ...engine,
    async compile(graph, of): Promise<Program> {
      const program = await engine.compile(graph, of);
      const onCpu = new Map([['Gather', 1]]);
      return { onCpu, run: (...all) => program.run(...all), close: () => program.close() };
    },
  };
  const cached = training();
  const cache = await GradientCache.open(slow, memory, cached, { batch, micro: 4 });
  await cache.step({ ...feeds(0), weight: 2, ...cached.optimizer.rates(0, 0.5) });
  assert.deepEqual([...cache.onCpu], [['Gather', 4]]);
  await cache.close();
});

test('a network with batch norm is refused, and so is a micro-batch that does not divide the batch', async () => {
  const normed = training((at) => head(at, [6, 8, 4], { hidden: 'norm', last: 'linear' }));
  await assert.rejects(
    GradientCache.open(engine, engine.memory(), normed, { batch, micro: 4 }),
    /batch norm sees only/,
  );
  await assert.rejects(
    GradientCache.open(engine, engine.memory(), training(), { batch, micro: 5 }),
    /5 does not divide/,
  );
});

test('a parameter of the loss itself moves as it does on the whole batch: the temperature of CLIP', async () => {
  const make = () => {
    const weights = new Weights(1);
    const network = linear(weights.in('network'), 6, 4);
    const logScale = weights.parameter('logScale', [], filledWith(1));
    const cached: CachedTraining = {
      weights,
      embed: (count, pass) => ({
        image: network(input('first', [count, 6]), pass),
        text: network(input('second', [count, 6]), pass),
      }),
      compare: ({ image, text }) => ({
        loss: clip(image!, text!, logScale).loss,
        after: (moved) => new Map([[logScale, mul(moved.get(logScale) as typeof logScale, 0.5)]]),
      }),
      watched: 'image',
      optimizer,
    };
    return cached;
  };
  const optimizer = sgd();
  const given = { ...feeds(3), ...optimizer.rates(0, 0.5) };
  const after: number[] = [];
  for (const micro of [batch, 4]) {
    const memory = engine.memory();
    const cache = await GradientCache.open(engine, memory, make(), { batch, micro });
    await cache.step(given);
    after.push((await memory.read(['logScale'])).get('logScale')![0]!);
    await cache.close();
  }
  const { weights, embed, compare } = make();
  const { loss } = compare(embed(batch, new Pass({ training: true })));
  const [slope] = gradient(loss, [weights.parameters.get('logScale')!]);
  const program = await engine.compile({ outputs: { slope: slope! }, updates: new Map() }, engine.memory());
  const { slope: value } = await program.run(feeds(3));
  assertClose(after, [0.5 * (1 - 0.5 * value![0]!), 0.5 * (1 - 0.5 * value![0]!)], 1e-5, 'logScale');
});
