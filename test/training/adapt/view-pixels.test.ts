import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageCard } from '../../../models/card.ts';
import { preprocess } from '../../../models/preprocess.ts';
import {
  adapterViews,
  blurred,
  cutOut,
  flipped,
  recoloured,
  viewPlaces,
  writeView,
} from '../../../training/adapt/view-pixels.ts';
import { Random } from '../../../training/random.ts';

const random = new Random('pixels');
const pixels = {
  width: 30,
  height: 20,
  rgb: Uint8Array.from({ length: 30 * 20 * 3 }, () => random.integer(256)),
};
const card: ImageCard = {
  file: 'image.onnx',
  input: 'image',
  size: 8,
  resize: 'squash',
  interpolation: 'lanczos3',
  mean: [100, 110, 120],
  std: [50, 60, 70],
  outputs: { features: 'features', embedding: 'embedding' },
};
const length = 3 * 8 * 8;

async function view(at: number, photo = 5, seed = 1, into = new Float32Array(length), slot = 0) {
  await writeView(pixels, card, at, { recipe: adapterViews({}, card.size), seed, photo }, into, slot);
  return into;
}

test('the first view is the photo as the app encodes it', async () => {
  const wanted = new Float32Array(length);
  await preprocess(pixels, card, wanted);
  assert.deepEqual(await view(viewPlaces.whole), wanted);
});

test('a view follows from seed, photo and its place, and from nothing else', async () => {
  const again = await view(3, 5, 1, new Float32Array(2 * length), 1);
  assert.deepEqual(again.subarray(length), await view(3));
  assert.deepEqual(again.subarray(0, length), new Float32Array(length));
  for (const other of [view(2), view(3, 6), view(3, 5, 2), view(viewPlaces.half)])
    assert.notDeepEqual(await other, await view(3));
});

test('a box is cut out to whole pixels', () => {
  const part = cutOut(pixels, { left: 0.5, top: 0.25, width: 0.1, height: 0.5 });
  assert.deepEqual([part.width, part.height], [3, 10]);
  assert.deepEqual(part.rgb.slice(0, 9), pixels.rgb.slice((5 * 30 + 15) * 3, (5 * 30 + 18) * 3));
  const least = cutOut(pixels, { left: 1, top: 1, width: 0, height: 0 });
  assert.deepEqual(least.rgb, pixels.rgb.slice(-3));
});

test('flipped twice is as before, and once has the first pixel last', () => {
  const square = pixels.rgb.subarray(0, 8 * 8 * 3);
  assert.deepEqual(flipped(flipped(square, 8), 8), square);
  assert.deepEqual(flipped(square, 8).subarray(21, 24), square.subarray(0, 3));
});

test('colours change as colour jitter says: brighter is held at white, grey has equal channels, contrast 0 is flat', () => {
  const rgb = Uint8Array.of(100, 50, 200, 20, 40, 60);
  assert.deepEqual([...recoloured(rgb, [{ kind: 'brightness', by: 2 }])], [200, 100, 255, 40, 80, 120]);
  const gray = recoloured(rgb, [{ kind: 'saturation', by: 0 }]);
  assert.deepEqual([gray[0], gray[3]], [gray[2], gray[4]]);
  assert.equal(gray[0], Math.round(0.2989 * 100 + 0.587 * 50 + 0.114 * 200));
  assert.equal(new Set(recoloured(rgb, [{ kind: 'contrast', by: 0 }])).size, 1);
  assert.equal(recoloured(rgb, []), rgb);
});

test('what a person sets changes the views, and what they leave is as usual', () => {
  const usual = adapterViews({ colour: null }, 224);
  assert.deepEqual(usual, adapterViews({}, 224));
  assert.deepEqual([usual.area, usual.flip, usual.gray, usual.blur], [[0.3, 1], 0.5, 0.1, null]);
  assert.deepEqual(usual.jitter, {
    probability: 0.8,
    brightness: 0.4,
    contrast: 0.4,
    saturation: 0.4,
    hue: 0.05,
  });
  const own = adapterViews({ smallestCrop: 0.7, colour: 0, grey: 0.3, blur: 0.4, mirror: false }, 112);
  assert.deepEqual([own.area, own.flip, own.gray, own.jitter], [[0.7, 1], 0, 0.3, null]);
  assert.deepEqual(own.blur, { probability: 0.4, sigma: [0.05, 1] });
});

test('blur spreads a point as a Gaussian does, keeps what it sums to, and leaves an even picture even', () => {
  const side = 15;
  const point = new Uint8Array(side * side * 3);
  point.fill(255, 3 * (7 * side + 7), 3 * (7 * side + 7) + 3);
  const spread = blurred(point, side, 1);
  const at = (row: number, column: number) => spread[3 * (row * side + column)]!;
  assert.ok(Math.abs(at(7, 7) - 255 / (2 * Math.PI)) < 1);
  assert.ok(Math.abs(at(7, 9) - (255 / (2 * Math.PI)) * Math.exp(-2)) < 1);
  assert.equal(at(9, 7), at(7, 9));
  const even = new Uint8Array(side * side * 3).fill(90);
  assert.deepEqual(blurred(even, side, 3), even);
  assert.equal(blurred(point, side, 0.2), point);
});
