import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { dot, isUnit } from '../../models/embedding.ts';
import { embedFiles, embedTexts } from '../../src-main/encode/embed.ts';
import { PhotoEncoder } from '../../src-main/encode/photo-encoder.ts';
import { TextEncoder } from '../../src-main/encode/text-encoder.ts';
import { builtInEncoder, drawnPhotos } from './drawn-photos.ts';

const encoder = await PhotoEncoder.open(builtInEncoder, { threads: 1 });
const textEncoder = await TextEncoder.open(builtInEncoder, { threads: 1 });
let dir: string;
let slope: string;
let rings: string;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'likeness-embed-'));
  const raw = { width: 160, height: 160, channels: 3 } as const;
  const drawn = drawnPhotos(160);
  [slope, rings] = [join(dir, 'slope.png'), join(dir, 'rings.png')];
  await sharp(drawn.slope, { raw }).toFile(slope);
  await sharp(drawn.rings, { raw }).toFile(rings);
  await writeFile(join(dir, 'broken.jpg'), 'no photo');
});
after(async () => {
  await Promise.all([encoder.close(), textEncoder.close(), rm(dir, { recursive: true })]);
});

test('outcomes stand in the order of the paths, whatever the decoders finish first', async () => {
  const paths = Array.from({ length: 23 }, (_, i) => (i % 3 === 0 ? rings : slope));
  const outcomes = await embedFiles(paths, { encoder, output: 'features', decodes: 3 });
  const [one] = await embedFiles([rings], { encoder, output: 'features', decodes: 1 });
  assert.ok(one?.ok && isUnit(one.vector));
  assert.equal(outcomes.length, paths.length);
  for (const [at, outcome] of outcomes.entries()) {
    assert.ok(outcome.ok);
    assert.equal(dot(outcome.vector, one.vector) > 0.999, paths[at] === rings, `path ${at}`);
  }
});

test('a photo that cannot be read has its reason, and the rest their vectors', async () => {
  const paths = [slope, join(dir, 'broken.jpg'), join(dir, 'gone.jpg'), rings];
  const outcomes = await embedFiles(paths, { encoder, output: 'embedding', decodes: 2 });
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.ok ? outcome.vector.length : outcome.error.code)),
    [256, 'unreadable-photo', 'not-found', 256],
  );
});

test('no paths give no outcomes', async () => {
  assert.deepEqual(await embedFiles([], { encoder, output: 'features', decodes: 2 }), []);
});

test('a cancelled embedding stops with the reason of its signal', async () => {
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  await assert.rejects(embedFiles([slope], { encoder, output: 'features', decodes: 1, signal }), reason);
});

test('texts keep their order over several batches, and an empty one has an error of its own', async () => {
  const texts = Array.from({ length: 40 }, (_, i) => (i % 7 === 3 ? '  ' : `${i} dogs`));
  const outcomes = await embedTexts(texts, textEncoder);
  for (const [at, outcome] of outcomes.entries()) {
    if (!texts[at]!.trim()) assert.equal(outcome.ok ? 'ok' : outcome.error.code, 'bad-input');
    else {
      const [alone] = await textEncoder.encode([texts[at]!]);
      assert.ok(outcome.ok && dot(outcome.vector, alone!) > 0.9999, texts[at]);
    }
  }
});
