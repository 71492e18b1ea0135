import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { type EncoderFiles, writeEncoderFolder } from '../../training/encoder-folder.ts';
import { writeEncoder } from './adapt/adapters.ts';
import { temporaryFolder } from './data/pictures.ts';

const source = await writeEncoder(await temporaryFolder());
const files = async (more: Readonly<Record<string, Uint8Array>> = {}): Promise<EncoderFiles> =>
  new Map<string, Uint8Array | { readonly copyOf: string }>([
    ...(await readdir(source)).map((name) => [name, { copyOf: join(source, name) }] as const),
    ...Object.entries(more),
  ]);

test('a folder appears whole, and is replaced by a whole one', async () => {
  const out = join(await temporaryFolder(), 'encoder');
  await writeEncoderFolder(out, await files());
  await writeEncoderFolder(out, await files({ more: Buffer.from('more') }));
  assert.deepEqual((await readdir(out)).sort(), [...(await files()).keys(), 'more'].sort());
  assert.deepEqual(await readdir(dirname(out)), [basename(out)]);
});

test('what the check refuses never appears, and what was there stays', async () => {
  const out = join(await temporaryFolder(), 'encoder');
  await writeEncoderFolder(out, await files());
  const refuse = async (dir: string) => {
    assert.ok((await readdir(dir)).includes('new'));
    throw new Error('refused');
  };
  const others = await files({ new: Buffer.from('new') });
  await assert.rejects(writeEncoderFolder(out, others, refuse), /refused/);
  await assert.rejects(writeEncoderFolder(out, new Map([['encoder.json', Buffer.from('{}')]])), {
    code: 'encoder-broken',
  });
  assert.deepEqual(await readFile(join(out, 'image.onnx')), await readFile(join(source, 'image.onnx')));
  assert.deepEqual(await readdir(dirname(out)), [basename(out)]);
});
