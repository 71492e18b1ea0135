import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sharp } from 'sharp';
import sharp from 'sharp';
import { comparePictures } from '../../src-main/duplicates/compare-pictures.ts';
import { drawnPicture, jpeg, lookOf, settled } from './pictures.ts';

const original = await settled(drawnPicture(11));
const look = await lookOf(original);

const edits: Readonly<Record<string, (picture: Sharp) => Sharp | Promise<Sharp>>> = {
  recompressed: (picture) => jpeg(picture, 40),
  'half the size': (picture) => picture.resize(240, 180),
  mirrored: (picture) => picture.flop(),
  'upside down': (picture) => picture.flip(),
  'turned by 90°': (picture) => picture.rotate(90),
  'cropped by a tenth': (picture) => picture.extract({ left: 24, top: 18, width: 432, height: 324 }),
  'the middle half': (picture) => picture.extract({ left: 120, top: 90, width: 240, height: 180 }),
  'the left 70 %': (picture) => picture.extract({ left: 0, top: 0, width: 336, height: 360 }),
  'turned by 25°': async (picture) => settled(picture.rotate(25, { background: '#000' })),
  'black and white': (picture) => picture.grayscale(),
  'warm and contrasty': (picture) =>
    picture
      .recomb([
        [1.15, 0.1, 0],
        [0.05, 1, 0],
        [0, 0.05, 0.75],
      ])
      .linear(1.1, -8),
  'with a border': (picture) =>
    picture.extend({ top: 20, bottom: 20, left: 26, right: 26, background: '#fff' }),
  squeezed: (picture) => picture.resize(480, 280, { fit: 'fill' }),
};

for (const [name, edit] of Object.entries(edits))
  test(`a picture is known ${name}, from either side`, async () => {
    const other = await lookOf(await jpeg(await settled(await edit(original.clone()))));
    for (const found of [comparePictures(look, other), comparePictures(other, look)]) {
      assert.ok(found, 'they lie on each other');
      assert.ok(found.structure > 0.8, `structure ${found.structure}`);
    }
  });

test('other pictures are not, however alike their light is', async () => {
  for (let seed = 20; seed < 40; seed++) {
    const found = comparePictures(look, await lookOf(drawnPicture(seed)));
    assert.ok((found?.structure ?? 0) < 0.6, `${seed}: ${found?.structure}`);
  }
});

test('a picture of one colour is like nothing', async () => {
  const blank = await lookOf(
    sharp({ create: { width: 300, height: 200, channels: 3, background: '#7799bb' } }),
  );
  assert.ok((comparePictures(look, blank)?.structure ?? 0) < 0.5);
});
