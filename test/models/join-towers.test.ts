import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { joinTowers } from '../../models/join-towers.ts';
import {
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  encodeOnnx,
  readOnnx,
} from '../../models/onnx-messages.ts';

const node = (opType: string, input: string[], output: string, attributes: OnnxNode['attributes'] = {}) => ({
  opType,
  name: `${opType}_${output}`,
  input,
  output: [output],
  attributes,
});
const numbers = (name: string, values: readonly number[]): OnnxTensor => ({
  name,
  type: 'i64',
  shape: [values.length],
  bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});

const photos = { name: 'image', type: 'f32', shape: ['N', 3, 2, 2] } as const;

/** Gives the sum of each channel, and what all of it comes to. */
const base = (opset = 13): Uint8Array =>
  encodeOnnx({
    name: 'base',
    opset,
    nodes: [
      node('ReduceSum', ['image', 'c0'], 'v0', { keepdims: 0 }),
      node('Exp', ['v0'], 'features'),
      node('Tanh', ['v0'], 'embedding'),
    ],
    constants: [numbers('c0', [2, 3])],
    inputs: [photos],
    outputs: ['features', 'embedding'].map((name) => ({ name, type: 'f32', shape: ['N', 3] })),
  });

/** Uses the same names for other things; gives the largest number of each channel. */
const network = (change: Partial<OnnxModel> = {}): OnnxModel => ({
  name: 'network',
  opset: 18,
  nodes: [
    node('Mul', ['pixels', 'pixels'], 'v0'),
    node('Clip', ['v0', '', 'c1'], 'v1'),
    node('ReduceMax', ['v1', 'c0'], 'features', { keepdims: 0 }),
  ],
  constants: [
    numbers('c0', [2, 3]),
    { name: 'c1', type: 'f32', shape: [], bytes: new Uint8Array(Float32Array.of(4).buffer) },
  ],
  inputs: [{ ...photos, name: 'pixels' }],
  outputs: [{ name: 'features', type: 'f32', shape: ['N', 3] }],
  ...change,
});

const joint = { input: 'image', output: 'features' };
const values = Float32Array.from({ length: 24 }, (_, i) => Math.sin(7 * i));

async function run(model: Uint8Array): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const made = await session.run({ image: new Tensor('float32', values, [2, 3, 2, 2]) });
  return Object.fromEntries(Object.entries(made).map(([name, { data }]) => [name, data as Float32Array]));
}

/** Of the network above, in plain numbers. */
const wanted = Array.from({ length: 6 }, (_, row) =>
  Math.max(...Array.from(values.subarray(4 * row, 4 * row + 4), (value) => Math.min(4, value * value))),
);

for (const opset of [13, 18])
  test(`in version ${opset} of the operations, a model gives what it gave, bit for bit, and what the network says`, async () => {
    const { model, output } = joinTowers(base(opset), network(), joint);
    const [before, after] = [await run(base(opset)), await run(model)];
    assert.deepEqual(after['features'], before['features']);
    assert.deepEqual(after['embedding'], before['embedding']);
    assert.deepEqual(after[output], Float32Array.from(wanted));
  });

test('two networks can be joined to one model', async () => {
  const first = joinTowers(base(), network(), joint);
  const second = joinTowers(first.model, network(), joint);
  assert.notEqual(second.output, first.output);
  const made = await run(second.model);
  assert.deepEqual(made[second.output], made[first.output]);
  assert.equal(readOnnx(second.model).outputs.length, 4);
});

test('what would mean something else in the model’s version, or has no place, is refused', () => {
  assert.throws(() => joinTowers(base(12), network(), joint), { code: 'encoder-broken' });
  assert.throws(() => joinTowers(Uint8Array.of(1, 2, 3), network(), joint), { code: 'encoder-broken' });
  const resized = network({ nodes: [node('Resize', ['pixels'], 'features')] });
  assert.throws(() => joinTowers(base(), resized, joint), /Resize of version 18/);
  const moving = network({ nodes: [node('ReduceMax', ['pixels', 'v9'], 'features')] });
  assert.throws(() => joinTowers(base(), moving, joint), /axes that are no constant/);
  assert.throws(() => joinTowers(base(), network(), { ...joint, output: 'words' }), RangeError);
});
