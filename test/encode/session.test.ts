import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { openSession } from '../../src-main/encode/session.ts';
import { builtInEncoder } from './drawn-photos.ts';

const model = join(builtInEncoder, 'image.onnx');
const photo = { data: new Float32Array(3 * 160 * 160), dims: [1, 3, 160, 160] };

test('a session tells what goes in and comes out, and makes only what is wanted', async () => {
  const session = await openSession(model, { threads: 1 });
  assert.deepEqual([session.inputs, session.outputs], [['image'], ['features', 'embedding']]);
  const all = await session.run({ image: photo });
  assert.deepEqual(Object.keys(all).sort(), ['embedding', 'features']);
  const { features, ...others } = await session.run({ image: photo }, ['features']);
  assert.deepEqual([features!.dims, others], [[1, 384], {}]);
  await session.close();
});

test('a model is loaded from its bytes as from its file', async () => {
  const [fromFile, fromBytes] = [
    await openSession(model, { threads: 1 }),
    await openSession(await readFile(model), { threads: 1 }),
  ];
  assert.deepEqual(await fromFile.run({ image: photo }), await fromBytes.run({ image: photo }));
  await Promise.all([fromFile.close(), fromBytes.close()]);
});

test('a shape that does not fit is refused by the runtime', async () => {
  const session = await openSession(model, { threads: 1 });
  await assert.rejects(session.run({ image: { data: new Float32Array(12), dims: [1, 3, 2, 2] } }));
  await assert.rejects(session.run({ picture: photo }));
  await session.close();
});

test('a missing or damaged model is a broken encoder', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'likeness-session-'));
  await writeFile(join(dir, 'noise.onnx'), 'no model');
  for (const name of ['gone.onnx', 'noise.onnx'])
    await assert.rejects(openSession(join(dir, name), { threads: 1 }), (thrown) => {
      assert.ok(thrown instanceof LikenessError);
      assert.equal(thrown.code, 'encoder-broken');
      return thrown.message.includes(name);
    });
  await rm(dir, { recursive: true });
});
