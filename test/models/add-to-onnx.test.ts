import assert from 'node:assert/strict';
import { test } from 'node:test';
import protobuf from 'protobufjs/light.js';
import { addToOnnx } from '../../models/add-to-onnx.ts';
import { type OnnxModel, encodeOnnx, readOnnxFacts } from '../../models/onnx-messages.ts';

const half: OnnxModel = {
  name: 'half',
  opset: 13,
  nodes: [{ opType: 'Mul', name: 'm', input: ['x', 'c'], output: ['y'], attributes: {} }],
  constants: [{ name: 'c', type: 'f32', shape: [], bytes: new Uint8Array(Float32Array.of(0.5).buffer) }],
  inputs: [{ name: 'x', type: 'f32', shape: ['N'] }],
  outputs: [{ name: 'y', type: 'f32', shape: ['N'] }],
};
const negated = {
  nodes: [{ opType: 'Neg', name: 'n', input: ['y'], output: ['z'], attributes: {} }],
  constants: [],
  outputs: [{ name: 'z', type: 'f32', shape: ['N'] }],
} as const;

test('a model is added to, and its facts tell both', () => {
  const facts = readOnnxFacts(addToOnnx(encodeOnnx(half), negated));
  assert.equal(facts.opset, 13);
  assert.deepEqual([...facts.names].sort(), ['c', 'm', 'n', 'x', 'y', 'z']);
  assert.ok(facts.hasOutput('y', 'f32') && facts.hasOutput('z', 'f32'));
  assert.ok(!facts.hasOutput('z', 'f16') && !facts.hasOutput('x', 'f32'));
});

test('fields that this program does not know stay, around the graph and in it', () => {
  const graph = fieldOf(encodeOnnx(half), 7);
  const inner = protobuf.Writer.create()
    .raw(graph)
    .uint32((10 << 3) | 2)
    .string('of the graph')
    .finish();
  const model = protobuf.Writer.create()
    .uint32((6 << 3) | 2)
    .string('before')
    .uint32((7 << 3) | 2)
    .bytes(inner)
    .uint32((99 << 3) | 2)
    .string('behind')
    .finish();
  const made = addToOnnx(model, negated);
  assert.equal(Buffer.from(fieldOf(made, 6)).toString(), 'before');
  assert.equal(Buffer.from(fieldOf(made, 99)).toString(), 'behind');
  assert.deepEqual(fieldOf(made, 7).slice(0, inner.length), Uint8Array.from(inner));
});

test('bytes without a graph, or with two, are refused', () => {
  const model = encodeOnnx(half);
  assert.throws(() => addToOnnx(new Uint8Array(), negated), RangeError);
  assert.throws(() => addToOnnx(Buffer.concat([model, model]), negated), /2 graphs/);
});

/** The bytes of a field that occurs once. */
function fieldOf(message: Uint8Array, field: number): Uint8Array {
  const reader = protobuf.Reader.create(message);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === ((field << 3) | 2)) return Uint8Array.from(reader.bytes());
    reader.skipType(tag & 7);
  }
  throw new Error(`no field ${field}`);
}
