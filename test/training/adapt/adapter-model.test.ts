import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OnnxModel, encodeOnnx } from '../../../models/onnx-messages.ts';
import { adapterHead } from '../../../training/adapt/adapter-head.ts';
import { adapterModel, modelWithAdapter } from '../../../training/adapt/adapter-model.ts';
import { gateOf, nearness } from '../../../training/adapt/gate.ts';
import { openAdapterModel } from '../../../training/engines/adapter-session.ts';
import { rowAt, rowsOf } from '../../../training/evaluate/rows.ts';
import { input } from '../../../training/graph/tensor.ts';
import { Pass, Weights } from '../../../training/modules/weights.ts';
import { assertClose } from '../engines/operations.ts';
import { adapterOf, engine, unitRowsOf } from './adapters.ts';

const base = (change: Partial<OnnxModel> = {}): Uint8Array =>
  encodeOnnx({
    name: 'base',
    opset: 13,
    nodes: [{ opType: 'Identity', name: 'i', input: ['x'], output: ['v0'], attributes: {} }],
    constants: [],
    inputs: [{ name: 'x', type: 'f32', shape: ['N', 6] }],
    outputs: [{ name: 'v0', type: 'f32', shape: ['N', 6] }],
    ...change,
  });

/** What the graph that was trained says. */
async function trainedSays(adapter: ReturnType<typeof adapterOf>, rows: Float32Array) {
  const head = adapterHead(new Weights(1).in('adapter'), adapter);
  const features = input('features', [rows.length / adapter.dim, adapter.dim]);
  const memory = engine.memory();
  const outputs = { adapted: head(features, new Pass({ training: false })) };
  const program = await engine.compile({ outputs, updates: new Map() }, memory);
  memory.write(new Map(Object.entries(adapter.values).map(([name, values]) => [`adapter.${name}`, values])));
  const { adapted } = await program.run({ features: rows });
  await program.close();
  await memory.close();
  return adapted!;
}

test('the written adapter gives what the trained one gives, for any number of rows', async () => {
  const adapter = adapterOf(6, 5);
  const rows = unitRowsOf(7, 6);
  const opened = await openAdapterModel(adapterModel({ features: adapter }), { threads: 1 });
  const made = await opened.adaptVectors('features', rowsOf(rows, 6));
  assertClose(made.values, await trainedSays(adapter, rows), 1e-6, 'adapted');
  await opened.close();
});

test('with a gate, too, what is written gives what was trained: nothing where the gate is shut', async () => {
  const rows = unitRowsOf(40, 6);
  const gate = gateOf(rowsOf(rows.slice(0, 3 * 6), 6), 1);
  const adapter = { ...adapterOf(6, 5), gate };
  const opened = await openAdapterModel(adapterModel({ embedding: adapter }), { threads: 1 });
  const made = await opened.adaptVectors('embedding', rowsOf(rows, 6));
  assertClose(made.values, await trainedSays(adapter, rows), 1e-5, 'adapted');
  const shut = [...nearness(rowsOf(rows, 6), gate.centres)].flatMap((near, row) =>
    near < gate.low ? [row] : [],
  );
  assert.ok(shut.length > 0 && shut.length < 40);
  for (const row of shut)
    assertClose(rowAt(made, row), rows.slice(row * 6, (row + 1) * 6), 1e-6, `photo ${row}`);
  await opened.close();
});

test('two adapters in one file turn each its own rows; rows of an output without one come back as they are', async () => {
  const [likeness, words] = [adapterOf(6, 5, 1), adapterOf(4, 3, 2)];
  const [features, embedding] = [unitRowsOf(7, 6), unitRowsOf(5, 4)];
  const both = await openAdapterModel(adapterModel({ features: likeness, embedding: words }), { threads: 1 });
  const made = await both.adaptVectors('embedding', rowsOf(embedding, 4));
  assertClose(made.values, await trainedSays(words, embedding), 1e-6, 'words');
  const turned = await both.adaptVectors('features', rowsOf(features, 6));
  assertClose(turned.values, await trainedSays(likeness, features), 1e-6, 'likeness');
  await both.close();
  const one = await openAdapterModel(adapterModel({ embedding: words }), { threads: 1 });
  const rows = rowsOf(features, 6);
  assert.equal(await one.adaptVectors('features', rows), rows);
  await one.close();
});

test('behind a model, again behind the adapted one, whatever its values are called', async () => {
  const [first, second] = [adapterOf(6, 5, 1), adapterOf(6, 3, 2)];
  const rows = unitRowsOf(4, 6);
  const once = modelWithAdapter(base(), first, 'v0');
  const twice = modelWithAdapter(once.model, second, once.output);
  assert.notEqual(once.output, twice.output);
  const memory = await openAll(twice.model, rows);
  const wanted = await trainedSays(first, rows);
  assertClose(memory['v0']!, rows, 0, 'the base itself');
  assertClose(memory[once.output]!, wanted, 1e-6, 'once');
  assertClose(memory[twice.output]!, await trainedSays(second, Float32Array.from(wanted)), 1e-6, 'twice');
});

test('an older version of the standard, another type and no model are refused in a sentence', () => {
  const adapter = adapterOf(6, 5);
  assert.throws(() => modelWithAdapter(base({ opset: 12 }), adapter, 'v0'), {
    code: 'encoder-broken',
    message: /version 12 .* 13 or later/,
  });
  assert.throws(() => modelWithAdapter(base(), adapter, 'x'), /no output “x”/);
  assert.throws(() => modelWithAdapter(Buffer.from('no model'), adapter, 'v0'), { code: 'encoder-broken' });
});

async function openAll(model: Uint8Array, rows: Float32Array): Promise<Record<string, Float32Array>> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(model);
  const made = await session.run({ x: new Tensor('float32', rows, [rows.length / 6, 6]) });
  await session.release();
  return Object.fromEntries(Object.entries(made).map(([name, { data }]) => [name, data as Float32Array]));
}
