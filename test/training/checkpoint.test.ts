import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { readCheckpoint, restore, statesOf, writeCheckpoint } from '../../training/checkpoint.ts';
import type { Numbers } from '../../training/engines/engine.ts';
import { onnxEngine } from '../../training/engines/onnx.ts';
import { add, cast } from '../../training/graph/ops/elementwise.ts';
import { type AnyTensor, state } from '../../training/graph/tensor.ts';
import type { SavedTensor } from '../../training/safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'likeness-checkpoint-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'checkpoint.safetensors');

/** A memory with two states, and a program that moves both. */
async function machine() {
  const weight = state('net.weight', [2], () => Float32Array.of(0.1, 0.2));
  const count = state('queue.pointer', [], () => Int32Array.of(3), 'i32');
  const engine = onnxEngine({ provider: 'cpu', threads: 1 });
  const memory = engine.memory();
  const updates = new Map<AnyTensor, AnyTensor>([
    [weight, add(weight, 0.1)],
    [count, cast(add(cast(count, 'f32'), 1), 'i32')],
  ]);
  const program = await engine.compile({ outputs: {}, updates }, memory);
  const states = new Map<string, AnyTensor>([
    ['net.weight', weight],
    ['queue.pointer', count],
  ]);
  return { memory, program, states };
}

const one = new Map<string, SavedTensor>([['a', { shape: [3], numbers: Float32Array.of(1, 2, 3) }]]);

test('a run goes on from a checkpoint bit for bit', async () => {
  const first = await machine();
  await first.program.run({});
  await writeCheckpoint(path, {
    tensors: await statesOf(first.memory, first.states),
    facts: { step: 1, words: ['“ä”', null] },
  });
  await first.program.run({});

  const second = await machine();
  const checkpoint = await readCheckpoint(path);
  assert.deepEqual(checkpoint.facts, { step: 1, words: ['“ä”', null] });
  restore(second.memory, checkpoint, second.states);
  await second.program.run({});
  assert.deepEqual(await second.memory.read(), await first.memory.read());
});

const incompatible: readonly (readonly [string, Record<string, SavedTensor>, RegExp])[] = [
  ['missing', { 'net.weight': { shape: [2], numbers: new Float32Array(2) } }, /has no “queue\.pointer”/],
  [
    'of another shape',
    {
      'net.weight': { shape: [2, 1], numbers: new Float32Array(2) },
      'queue.pointer': { shape: [], numbers: new Int32Array(1) },
    },
    /its “net\.weight” is \[2, 1\], and should be \[2\]/,
  ],
  [
    'of another type',
    {
      'net.weight': { shape: [2], numbers: new Float32Array(2) },
      'queue.pointer': { shape: [], numbers: new Float32Array(1) },
    },
    /its “queue\.pointer” holds another type of numbers than i32/,
  ],
  [
    'unknown',
    {
      'net.weight': { shape: [2], numbers: new Float32Array(2) },
      'queue.pointer': { shape: [], numbers: new Int32Array(1) },
      'net.bias': { shape: [1], numbers: new Float32Array(1) },
    },
    /has a “net\.bias”, which is unknown/,
  ],
];
for (const [how, tensors, message] of incompatible)
  test(`a tensor that is ${how} is named, and the memory stays as it was`, async () => {
    const { memory, states } = await machine();
    assert.throws(
      () => restore(memory, { tensors: new Map(Object.entries(tensors)), facts: {} }, states),
      (thrown: unknown) =>
        thrown instanceof LikenessError && message.test(thrown.message) && thrown.hint.length > 0,
    );
    assert.deepEqual(
      [...(await memory.read()).values()].map((each: Numbers) => each[0]),
      [Math.fround(0.1), 3],
    );
  });

test(
  'a full disk is told, and leaves the checkpoint before whole',
  { skip: !existsSync('/dev/full') },
  async () => {
    await writeCheckpoint(path, { tensors: one, facts: 1 });
    // What is written beside the checkpoint goes to a device that is always full.
    symlinkSync('/dev/full', `${path}.partial`);
    await assert.rejects(writeCheckpoint(path, { tensors: one, facts: 2 }), { code: 'ENOSPC' });
    assert.deepEqual((await readCheckpoint(path)).facts, 1);
    assert.deepEqual(readdirSync(folder), ['checkpoint.safetensors']);
  },
);

test('what a killed writing has left behind is written over', async () => {
  writeFileSync(`${path}.partial`, 'x'.repeat(10_000));
  await writeCheckpoint(path, { tensors: one, facts: 3 });
  assert.deepEqual((await readCheckpoint(path)).tensors, one);
  assert.deepEqual(readdirSync(folder), ['checkpoint.safetensors']);
});

const refused = (message: RegExp) => (thrown: unknown) =>
  thrown instanceof LikenessError && message.test(thrown.message) && thrown.message.includes(path);

test('a checkpoint that is cut, spoilt in a single number or fact, or no checkpoint is refused', async () => {
  await writeCheckpoint(path, { tensors: one, facts: { step: 1234 } });
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, -1));
  await assert.rejects(readCheckpoint(path), refused(/is cut off\./));
  for (const at of [bytes.length - 2, bytes.indexOf('1234')]) {
    const spoilt = Buffer.from(bytes);
    spoilt[at]! ^= 1;
    writeFileSync(path, spoilt);
    await assert.rejects(readCheckpoint(path), refused(/is damaged\./));
  }
  writeFileSync(path, '');
  await assert.rejects(readCheckpoint(path), refused(/too short/));
  await assert.rejects(readCheckpoint(join(folder, 'none')), { code: 'ENOENT' });
});
