import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { inputLength } from '../../../models/preprocess.ts';
import { PhotoEncoder } from '../../../src-main/encode/photo-encoder.ts';
import { TextEncoder } from '../../../src-main/encode/text-encoder.ts';
import { openEncoder } from '../../../training/engines/encoder-session.ts';
import { builtInEncoder } from '../../encode/drawn-photos.ts';
import { temporaryFolder } from '../data/pictures.ts';
import { uniform } from '../graph/draw.ts';
import { assertClose } from './operations.ts';

test('photos and texts get the vectors that the app gives them', async () => {
  const encoder = await openEncoder(builtInEncoder, { threads: 1 });
  const [photos, words] = await Promise.all([
    PhotoEncoder.open(builtInEncoder, { threads: 1 }),
    TextEncoder.open(builtInEncoder, { threads: 1 }),
  ]);
  const batch = Float32Array.from(uniform(1, 3 * inputLength(encoder.card.image), -2, 2));
  const rows = await encoder.encodePhotos(batch, 2);
  const expected = await photos.encode(batch, 2);
  for (const output of ['features', 'embedding'] as const)
    assertClose(
      rows[output],
      expected.flatMap((vectors) => [...vectors[output]]),
      1e-6,
      output,
    );
  const texts = ['a dog on a beach', '', 'πλοίο'];
  const vectors = await words.encode(texts);
  assertClose(
    await encoder.encodeTexts!(texts),
    vectors.flatMap((vector) => [...vector]),
    1e-6,
    'texts',
  );
  await assert.rejects(encoder.encodePhotos(batch, 4), RangeError);
  await Promise.all([encoder.close(), photos.close(), words.close()]);
});

test('an encoder without a text side says so by having none', async () => {
  const dir = await copyOf((card) => ({
    ...card,
    text: null,
    calibration: { ...(card['calibration'] as object), text: null },
  }));
  const encoder = await openEncoder(dir, { threads: 1 });
  assert.equal(encoder.encodeTexts, null);
  await encoder.close();
});

test('a folder without an encoder, a damaged model and a card of another model are told in a sentence', async () => {
  const empty = await temporaryFolder();
  await assert.rejects(openEncoder(empty, { threads: 1 }), { code: 'encoder-broken' });
  const damaged = await copyOf((card) => card);
  await writeFile(join(damaged, 'image.onnx'), 'no model');
  await assert.rejects(openEncoder(damaged, { threads: 1 }), /“image.onnx” cannot be loaded/);
  const other = await openEncoder(
    await copyOf((card) => ({ ...card, dim: { features: 7, embedding: 256 } })),
    {
      threads: 1,
    },
  );
  const one = new Float32Array(inputLength(other.card.image));
  await assert.rejects(
    other.encodePhotos(one, 1),
    /“features” is not \[1, 7\] as its card says, but \[1, 384\]/,
  );
  await other.close();
});

/** The built-in encoder in a folder of its own, with another card. */
async function copyOf(change: (card: Record<string, unknown>) => unknown): Promise<string> {
  const dir = await temporaryFolder();
  for (const file of ['image.onnx', 'text.onnx', 'pieces.json', 'words.json'])
    await copyFile(join(builtInEncoder, file), join(dir, file));
  const card = JSON.parse(await readFile(join(builtInEncoder, 'encoder.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  await writeFile(join(dir, 'encoder.json'), JSON.stringify(change(card)));
  return dir;
}
