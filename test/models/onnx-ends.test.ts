import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { readOnnxEnds } from '../../models/onnx-ends.ts';
import { encodeOnnx } from '../../models/onnx-messages.ts';

const builtIn = join(import.meta.dirname, '../../models/built-in');
let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'likeness-ends-'));
});
after(() => rm(dir, { recursive: true }));

test('the names of inputs and outputs are read in their order', async () => {
  assert.deepEqual(await readOnnxEnds(join(builtIn, 'image.onnx')), {
    inputs: ['image'],
    outputs: ['features', 'embedding'],
  });
  assert.deepEqual(await readOnnxEnds(join(builtIn, 'text.onnx')), {
    inputs: ['pieces', 'words'],
    outputs: ['embedding', 'sentence'],
  });
});

test('weights of any size are stepped over', async () => {
  const path = join(dir, 'weights.onnx');
  await fc.assert(
    fc.asyncProperty(fc.nat(200_000), fc.string({ minLength: 1 }), async (size, name) => {
      const bytes = encodeOnnx({
        name: 'weights',
        opset: 17,
        nodes: [{ opType: 'Identity', name: 'copy', input: [name], output: ['out'], attributes: {} }],
        constants: [{ name: 'w', type: 'u8', shape: [size], bytes: new Uint8Array(size).fill(0x5a) }],
        inputs: [{ name, type: 'f32', shape: ['n', 3] }],
        outputs: [{ name: 'out', type: 'f32', shape: ['n', 3] }],
      });
      await writeFile(path, bytes);
      assert.deepEqual(await readOnnxEnds(path), { inputs: [name], outputs: ['out'] });
    }),
    { numRuns: 20 },
  );
});

test('what is no model is refused', async () => {
  const path = join(dir, 'none.onnx');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await writeFile(path, bytes);
      await readOnnxEnds(path).then(
        ({ outputs }) => assert.ok(outputs.length > 0),
        (thrown: unknown) => assert.ok(thrown instanceof RangeError, String(thrown)),
      );
    }),
    { numRuns: 50 },
  );
  await writeFile(path, 'a page that says 404, not a model');
  await assert.rejects(readOnnxEnds(path), RangeError);
});
