import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import {
  NoSafetensors,
  type Saved,
  type SavedTensor,
  readSafetensors,
  safetensorsParts,
} from '../../training/safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'likeness-safetensors-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'model.safetensors');

const tensors = new Map<string, SavedTensor>([
  ['labels', { shape: [3], numbers: Uint8Array.of(1, 0, 255) }],
  ['layer.weight', { shape: [2, 2], numbers: Float32Array.of(1, -2.5, 3e-20, Infinity) }],
  ['step', { shape: [], numbers: Int32Array.of(-7) }],
  ['nothing', { shape: [0, 5], numbers: new Float32Array(0) }],
]);
const saved: Saved = { tensors, metadata: { made: 'für “Tests”' } };

function written(contents: Saved): Buffer {
  const bytes = Buffer.concat(safetensorsParts(contents));
  writeFileSync(path, bytes);
  return bytes;
}

test('a file lies as the format asks: length, header, numbers side by side, little-endian', () => {
  const bytes = written(saved);
  const length = Number(bytes.readBigUInt64LE());
  assert.equal(length % 8, 0);
  const text = bytes.subarray(8, 8 + length).toString();
  assert.match(text, /^\{.*\} *$/);
  assert.deepEqual(JSON.parse(text), {
    __metadata__: { made: 'für “Tests”' },
    'layer.weight': { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
    step: { dtype: 'I32', shape: [], data_offsets: [16, 20] },
    nothing: { dtype: 'F32', shape: [0, 5], data_offsets: [20, 20] },
    labels: { dtype: 'U8', shape: [3], data_offsets: [20, 23] },
  });
  const data = bytes.subarray(8 + length);
  assert.equal(data.length, 23);
  assert.equal(data.readFloatLE(4), -2.5);
  assert.equal(data.readInt32LE(16), -7);
});

test('what is written comes back', async () => {
  written(saved);
  const back = await readSafetensors(path);
  assert.deepEqual(back.metadata, saved.metadata);
  for (const [name, tensor] of tensors) assert.deepEqual(back.tensors.get(name), tensor, name);
  assert.equal(back.tensors.size, tensors.size);
});

test('numbers that do not fill their shape are refused', () => {
  const odd = new Map([['odd', { shape: [2], numbers: Float32Array.of(1) }]]);
  assert.throws(() => safetensorsParts({ tensors: odd, metadata: {} }), /“odd” \[2\] with 1 numbers/);
});

const refused = (message: RegExp) => (thrown: unknown) =>
  thrown instanceof NoSafetensors && message.test(thrown.message);

test('a file that is cut anywhere, or goes on, is refused', async () => {
  const bytes = written(saved);
  for (let length = 0; length < bytes.length; length++) {
    writeFileSync(path, bytes.subarray(0, length));
    await assert.rejects(
      readSafetensors(path),
      refused(/cut off|too short|damaged header/),
      `${length} bytes`,
    );
  }
  writeFileSync(path, Buffer.concat([bytes, Buffer.from('x')]));
  await assert.rejects(readSafetensors(path), refused(/bytes at its end/));
});

function withHeader(header: unknown, data: number): void {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([length, text, Buffer.alloc(data)]));
}

const tensor = (start: number, end: number, more: object = {}) => ({
  dtype: 'U8',
  shape: [end - start],
  data_offsets: [start, end],
  ...more,
});

const slips: readonly (readonly [string, unknown, RegExp])[] = [
  ['tensors that overlap', { a: tensor(0, 4), b: tensor(3, 8) }, /does not fit its tensor “b”/],
  ['a gap between tensors', { a: tensor(0, 3), b: tensor(4, 8) }, /does not fit its tensor “b”/],
  ['a tensor beyond the end', { a: tensor(0, 9) }, /cut off/],
  ['a shape of another size', { a: tensor(0, 8, { shape: [9] }) }, /does not fit its tensor “a”/],
  ['a type of another size', { a: tensor(0, 8, { dtype: 'F32' }) }, /does not fit its tensor “a”/],
  ['a shape whose product overflows', { a: tensor(0, 8, { shape: [2 ** 33, 2 ** 33] }) }, /does not fit/],
  ['an end before the start', { a: { dtype: 'U8', shape: [0], data_offsets: [4, 0] } }, /does not fit/],
  ['a negative size', { a: tensor(0, 8, { shape: [-8] }) }, /cannot be used, at “a\.shape\.0”/],
  ['an unknown type', { a: tensor(0, 8, { dtype: 'F64' }) }, /cannot be used, at “a\.dtype”/],
  ['metadata other than words', { __metadata__: { a: 1 }, b: tensor(0, 8) }, /cannot be used/],
  ['a header that is no JSON', '{"a', /damaged header/],
  ['a header that is no object', '[1, 2]', /cannot be used/],
];
for (const [name, header, message] of slips)
  test(`${name} is refused`, async () => {
    withHeader(header, 8);
    await assert.rejects(readSafetensors(path), refused(message));
  });

test('a header longer than the file is refused before anything is reserved for it', async () => {
  const bytes = Buffer.alloc(64);
  bytes.writeBigUInt64LE(2n ** 62n);
  writeFileSync(path, bytes);
  await assert.rejects(readSafetensors(path), refused(/no safetensors file/));
});

test('a header that another library has ordered and left unpadded is read', async () => {
  withHeader({ b: tensor(4, 8), a: tensor(0, 4) }, 8);
  const { tensors: read, metadata } = await readSafetensors(path);
  assert.deepEqual([[...read.keys()], metadata], [['a', 'b'], {}]);
});

test('bytes of any kind are read or refused in words, and never crash', async () => {
  const bytes = written(saved);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, value) => {
      const spoilt = Buffer.from(bytes);
      spoilt[at] = value;
      writeFileSync(path, spoilt);
      await readSafetensors(path).catch((thrown: unknown) => assert.ok(thrown instanceof NoSafetensors));
    }),
    { numRuns: 300 },
  );
  assert.ok(readFileSync(path).length === bytes.length);
});
