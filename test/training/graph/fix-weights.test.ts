import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onnxEngine } from '../../../training/engines/onnx.ts';
import { type Compute, fixWeights } from '../../../training/graph/fix-weights.ts';
import { resultsOf, sourcesOf } from '../../../training/graph/graph.ts';
import { inOrder, input } from '../../../training/graph/tensor.ts';
import { mobilenet } from '../../../training/modules/mobilenet.ts';
import { vit } from '../../../training/modules/vit.ts';
import { Pass, Weights } from '../../../training/modules/weights.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from './draw.ts';
import { evaluate, run } from './interpreter.ts';

const compute: Compute = async (tensors) => tensors.map((tensor) => evaluate(tensor));
const images = input('images', [1, 3, 32, 32]);
const given = { images: uniform(1, images.size) };

/** First values, moved a little, so that running statistics and gains are no longer 0 and 1. */
function values(weights: Weights) {
  return new Map(
    [...weights.all].map(([name, tensor], i) => {
      const drawn = uniform(i, tensor.size, 0.5, 1.5);
      return [name, evaluate(tensor).map((value, at) => (value === 0 ? 0.1 : value) * drawn[at]!)];
    }),
  );
}

test('a convnet becomes convolutions and additions; its norms are folded, its result stays', async () => {
  const weights = new Weights(1);
  const features = mobilenet(weights, { width: 0.25 }).encode(images, new Pass({ training: false }));
  const learned = values(weights);
  const graph = await fixWeights({ features }, learned, compute);
  const ops = new Set(inOrder(resultsOf(graph)).map(({ op }) => op));
  assert.deepEqual([...ops].sort(), ['add', 'clip', 'constant', 'conv', 'input', 'reshape', 'sum']);
  assert.deepEqual(sourcesOf(graph).states, []);
  const expected = run(
    { outputs: { features }, updates: new Map() },
    { ...given, ...Object.fromEntries(learned) },
  );
  assertClose(run(graph, given).outputs['features']!, expected.outputs['features']!, 1e-9, 'features');
});

/** How many matrix products these are computed with. */
const products = (tensors: Parameters<typeof inOrder>[0]) =>
  inOrder(tensors).filter(({ op }) => op === 'matmul').length;

test('adapters are added to their matrices', async () => {
  const weights = new Weights(1);
  const options = {
    side: 32,
    patch: 16,
    dim: 8,
    depth: 1,
    heads: 2,
    pool: 'class',
    adapter: { rank: 2 },
  } as const;
  const features = vit(weights.frozen(), options).encode(images, new Pass({ training: false }));
  const learned = values(weights);
  const graph = await fixWeights({ features }, learned, compute);
  assert.equal(
    products(resultsOf(graph)),
    products([features]) - 4,
    'four linear layers of a block have one each',
  );
  const expected = run(
    { outputs: { features }, updates: new Map() },
    { ...given, ...Object.fromEntries(learned) },
  );
  assertClose(run(graph, given).outputs['features']!, expected.outputs['features']!, 1e-9, 'features');
});

test('the finished graph runs on ONNX Runtime without any state', async () => {
  const weights = new Weights(1);
  const features = mobilenet(weights, { width: 0.25 }).encode(images, new Pass({ training: false }));
  const graph = await fixWeights({ features }, values(weights), compute);
  const engine = onnxEngine({ provider: 'cpu', threads: 1 });
  const memory = engine.memory();
  const program = await engine.compile(graph, memory);
  const { features: made } = await program.run({ images: Float32Array.from(given.images) });
  assertClose(made!, run(graph, given).outputs['features']!, 1e-4, 'features');
  assert.deepEqual(memory.names, []);
  await program.close();
});

test('a missing weight is named', async () => {
  const weights = new Weights(1);
  const features = mobilenet(weights, { width: 0.25 }).encode(images, new Pass({ training: false }));
  await assert.rejects(
    fixWeights({ features }, new Map(), compute),
    /“stem.conv.filters” .* is given no values/,
  );
});
