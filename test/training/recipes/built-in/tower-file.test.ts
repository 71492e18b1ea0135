/** A tower as a file, and a file as a tower that is trained on. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { encodeOnnx, readOnnx } from '../../../../models/onnx-messages.ts';
import { unit } from '../../../../training/graph/ops/length.ts';
import { type Tensor, input } from '../../../../training/graph/tensor.ts';
import { Pass } from '../../../../training/modules/weights.ts';
import {
  type TowerValues,
  foldedValues,
  measureStatistics,
  withNorms,
} from '../../../../training/recipes/built-in/begin.ts';
import { towerModel } from '../../../../training/recipes/built-in/finish-tower.ts';
import { readTower } from '../../../../training/recipes/built-in/read-tower.ts';
import { type TowerShape, builtInShape } from '../../../../training/recipes/built-in/tower.ts';
import { asStates, builtTower } from '../../../../training/recipes/built-in/train-tower.ts';
import { uniform } from '../../graph/draw.ts';
import { engine, tinyShape } from './tiny-run.ts';

const builtIn = readFileSync(join(import.meta.dirname, '../../../../models/built-in/image.onnx'));

/** What the tower says, as our graph and outside training. */
async function said(shape: TowerShape, values: TowerValues, images: Float32Array, side: number) {
  const { see } = builtTower({ seed: 1, shape, held: 0 });
  const count = images.length / (3 * side * side);
  const seen = see(input('image', [count, 3, side, side]), new Pass({ training: false }));
  const memory = engine.memory();
  const outputs = { features: unit(seen.features), embedding: unit(seen.embedding) };
  const program = await engine.compile({ outputs, updates: new Map() }, memory);
  memory.write(asStates(values));
  const results = await program.run({ image: images });
  await program.close();
  await memory.close();
  return results;
}

async function saidByFile(model: Uint8Array, images: Float32Array, side: number) {
  const session = await InferenceSession.create(model);
  const dims = [images.length / (3 * side * side), 3, side, side];
  const { features, embedding } = await session.run({ image: new OrtTensor('float32', images, dims) });
  await session.release();
  return { features: features!.data as Float32Array, embedding: embedding!.data as Float32Array };
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));

/** First values, moved: gains, shifts and statistics are no longer 0 and 1. */
function movedValues(shape: TowerShape): TowerValues {
  const { weights } = builtTower({ seed: 3, shape, held: 0 });
  return new Map(
    [...weights.all].map(([name, { attributes, size }], i) => {
      const first = (attributes as unknown as { first: () => Float32Array }).first();
      const [factors, offsets] = [uniform(i, size, 0.6, 1.4), uniform(i + 1000, size, -0.1, 0.1)];
      const away = name.endsWith('variance') ? 0.3 : 0;
      return [name, Float32Array.from(first, (value, at) => value * factors[at]! + (away || offsets[at]!))];
    }),
  );
}

test('the built-in encoder is read into weights that say the same', async () => {
  const tower = readTower(builtIn);
  assert.deepEqual(tower.shape, builtInShape);
  const images = Float32Array.from(uniform(1, 2 * 3 * 160 * 160, -2, 2));
  const ours = await said(tower.shape, foldedValues(tower), images, 160);
  const theirs = await saidByFile(builtIn, images, 160);
  assert.ok(furthest(ours['features']!, theirs.features) < 1e-3);
  assert.ok(furthest(ours['embedding']!, theirs.embedding) < 1e-3);
});

test('a tower that was exported is read again, and norms behind its convolutions change nothing at first', async () => {
  const values = movedValues(tinyShape);
  const images = Float32Array.from(uniform(2, 3 * 3 * 64 * 64, -2, 2));
  const before = await said(tinyShape, values, images, 64);
  const model = await towerModel(values, { seed: 3, shape: tinyShape }, 64, engine);
  const file = await saidByFile(model, images, 64);
  assert.ok(furthest(before['features']!, file.features) < 2e-3);
  assert.ok(furthest(before['embedding']!, file.embedding) < 2e-3);

  const read = readTower(model);
  assert.deepEqual(read.shape, tinyShape);
  const folded = foldedValues(read);
  const { see } = builtTower({ seed: 1, shape: tinyShape, held: 0 });
  const seen = await measureStatistics({
    engine,
    tower: see,
    shape: tinyShape,
    values: asStates(folded),
    images: input('images', [3, 3, 64, 64]),
    batches: (async function* () {
      yield { images };
    })(),
    training: false,
  });
  const after = await said(tinyShape, withNorms(folded, tinyShape, seen), images, 64);
  assert.ok(furthest(after['features']!, file.features) < 1e-4);
  assert.ok(furthest(after['embedding']!, file.embedding) < 1e-4);
});

test('a model is read as it was written', () => {
  const model = readOnnx(builtIn);
  const again = readOnnx(encodeOnnx({ ...model, nodes: model.nodes.slice(0, 30) }));
  assert.deepEqual(again.nodes, model.nodes.slice(0, 30));
  assert.deepEqual(again.inputs, model.inputs);
  assert.deepEqual(
    again.constants.map(({ name, type, shape, bytes }) => [name, type, shape, Buffer.from(bytes)]),
    model.constants.map(({ name, type, shape, bytes }) => [name, type, shape, Buffer.from(bytes)]),
  );
});

test('a model of another kind is refused', async () => {
  const images = input('image', [1, 3, 8, 8]) as Tensor;
  const { onnxModel } = await import('../../../../training/graph/onnx-model.ts');
  const other = onnxModel({ outputs: { features: unit(images) }, updates: new Map() }, 'measured');
  assert.throws(() => readTower(other), /no tower of the built-in encoder's kind/);
});
