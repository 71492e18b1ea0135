import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { ImageCard } from '../../models/card.ts';
import { inputLength, preprocess, writePlanes } from '../../models/preprocess.ts';

const card: ImageCard = {
  file: 'image.onnx',
  input: 'image',
  size: 4,
  resize: 'squash',
  interpolation: 'lanczos3',
  mean: [123, 117, 104],
  std: [58, 57, 56],
  outputs: { features: 'features', embedding: 'embedding' },
};
const length = inputLength(card);

/** The plain form: the judge of the fast one. */
function plain(rgb: Uint8Array, { size, mean, std }: ImageCard): Float32Array {
  const planes = new Float32Array(3 * size * size);
  for (let channel = 0; channel < 3; channel++)
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        planes[channel * size * size + y * size + x] =
          (rgb[(y * size + x) * 3 + channel]! - mean[channel]!) / std[channel]!;
  return planes;
}

test('planes are (value - mean) / std of each channel, exactly', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (rgb) => {
      const batch = new Float32Array(length);
      writePlanes(rgb, card, batch);
      assert.deepEqual(batch, plain(rgb, card));
    }),
  );
});

test('a photo takes its own place in a batch and leaves the others alone', () => {
  const rgb = Uint8Array.from({ length }, (_, i) => i * 5);
  const batch = new Float32Array(3 * length).fill(-9);
  writePlanes(rgb, card, batch, 1);
  assert.deepEqual(batch.subarray(length, 2 * length), plain(rgb, card));
  assert.ok(batch.subarray(0, length).every((value) => value === -9));
  assert.ok(batch.subarray(2 * length).every((value) => value === -9));
});

test('a place outside the batch and pixels of another size are refused', () => {
  const batch = new Float32Array(length);
  assert.throws(() => writePlanes(new Uint8Array(length), card, batch, 1), RangeError);
  assert.throws(() => writePlanes(new Uint8Array(length), card, batch, -1), RangeError);
  assert.throws(() => writePlanes(new Uint8Array(length - 3), card, batch), RangeError);
});

test('the card says whether a photo is squashed or cropped', async () => {
  // A black bar at either end of a white strip: a crop does not see them.
  const strip = { width: 12, height: 4, rgb: new Uint8Array(12 * 4 * 3).fill(255) };
  for (let y = 0; y < 4; y++)
    for (const x of [0, 1, 2, 9, 10, 11]) strip.rgb.fill(0, (y * 12 + x) * 3, (y * 12 + x + 1) * 3);
  const white = (255 - card.mean[0]) / card.std[0];
  const [squashed, cropped] = [new Float32Array(length), new Float32Array(length)];
  await preprocess(strip, card, squashed);
  await preprocess(strip, { ...card, resize: 'crop' }, cropped);
  assert.ok(cropped.subarray(0, 16).every((value) => Math.abs(value - white) < 0.01));
  assert.ok(squashed[0]! < white - 1);
});
