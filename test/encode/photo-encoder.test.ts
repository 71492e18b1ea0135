import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isUnit } from '../../models/embedding.ts';
import { inputLength, writePlanes } from '../../models/preprocess.ts';
import { PhotoEncoder } from '../../src-main/encode/photo-encoder.ts';
import { builtInImage, writeWithWords } from '../../training/recipes/built-in/with-words.ts';
import { builtInEncoder, drawnPhotos } from './drawn-photos.ts';

const encoder = await PhotoEncoder.open(builtInEncoder, { threads: 1 });
after(() => encoder.close());
const { image } = encoder.card;
const length = inputLength(image);

/** The first values agree within `tolerance`. */
function assertStarts(vector: Float32Array, expected: readonly number[], tolerance: number): void {
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(vector[i]! - value) <= tolerance, `value ${i}: ${vector[i]}, expected ${value}`);
}

async function encodeOne(rgb: Uint8Array, by = encoder) {
  const tensor = new Float32Array(inputLength(by.card.image));
  writePlanes(rgb, by.card.image, tensor);
  const [vectors] = await by.encode(tensor, 1);
  return vectors!;
}

// Written down from this code and onnxruntime-node 1.30 on x64 when it agreed with the reference examples.
const known = {
  slope: {
    features: [0.19467, -0.1632, 0.03861, -0.07558, -0.14622, -0.06223, -0.05681, 0.15799],
    embedding: [-0.06809, 0.00413, 0.0509, -0.0129, 0.00021, -0.02139, 0.0538, 0.0377],
  },
  rings: {
    features: [0.16579, -0.11536, 0.08679, 0.0796, 0.07711, 0.15007, 0.00825, 0.01598],
    embedding: [0.01315, 0.07517, 0.0959, -0.09625, -0.04004, 0.03916, -0.05717, -0.04055],
  },
} as const;

for (const [name, rgb] of Object.entries(drawnPhotos(image.size)))
  test(`a drawn photo (${name}) has the vectors that it always had`, async () => {
    const { features, embedding } = await encodeOne(rgb);
    const expected = known[name as keyof typeof known];
    assertStarts(features, expected.features, 1e-3);
    assertStarts(embedding, expected.embedding, 1e-3);
  });

test('vectors have the lengths of the card, and length 1', async () => {
  const { features, embedding } = await encodeOne(drawnPhotos(image.size).rings);
  assert.deepEqual([features.length, embedding.length], [384, 256]);
  assert.ok(isUnit(features) && isUnit(embedding));
});

test('a photo has the same vectors alone and among others, whichever its place', async () => {
  const { slope, rings } = drawnPhotos(image.size);
  const batch = new Float32Array(4 * length);
  for (const [slot, rgb] of [slope, rings, slope].entries()) writePlanes(rgb, image, batch, slot);
  const [first, second, third, ...none] = await encoder.encode(batch, 3);
  assert.equal(none.length, 0);
  assertStarts(second!.features, [...(await encodeOne(rings)).features], 1e-5);
  assertStarts(first!.embedding, [...(await encodeOne(slope)).embedding], 1e-5);
  assertStarts(third!.embedding, [...first!.embedding], 1e-5);
});

test('vectors stay as they are when the batch is used again', async () => {
  const { slope, rings } = drawnPhotos(image.size);
  const batch = new Float32Array(length);
  writePlanes(slope, image, batch);
  const [first] = await encoder.encode(batch, 1);
  const before = first!.features.slice();
  writePlanes(rings, image, batch);
  await encoder.encode(batch, 1);
  assert.deepEqual(first!.features, before);
});

test('more photos than the batch holds are refused', async () => {
  await assert.rejects(encoder.encode(new Float32Array(length), 2), RangeError);
  await assert.rejects(encoder.encode(new Float32Array(length), 0), RangeError);
});

const stopGap = join(import.meta.dirname, '../../../shared/models/stopgap');
const examples = join(stopGap, 'examples');
const withoutExamples = existsSync(examples) ? false : 'no ../shared/models here';

test(
  'the reference photos agree within 1e-3 with what PyTorch made of them',
  { skip: withoutExamples },
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'likeness-stopgap-'));
    after(() => rmSync(dir, { recursive: true }));
    const tower = { id: 'stopgap', name: 'Stop-gap', source: 'Of another program.', image: builtInImage };
    const model = readFileSync(join(stopGap, 'image.onnx'));
    await writeWithWords(join(dir, 'encoder'), { ...tower, model }, builtInEncoder);
    const reference = await PhotoEncoder.open(join(dir, 'encoder'), { threads: 1 });
    after(() => reference.close());
    const { photos } = JSON.parse(readFileSync(join(examples, 'expected.json'), 'utf8')) as {
      photos: { features8: number[]; embedding8: number[] }[];
    };
    assert.equal(photos.length, 3);
    for (const [at, { features8, embedding8 }] of photos.entries()) {
      const rgb = readFileSync(join(examples, `photo${at}.rgb`));
      const { features, embedding } = await encodeOne(rgb, reference);
      assertStarts(features, features8, 1e-3);
      assertStarts(embedding, embedding8, 1e-3);
    }
  },
);
