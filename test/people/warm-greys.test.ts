import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warmGreys } from '../../src-main/people/warm-greys.ts';

const picture = (...pixels: readonly (readonly [number, number, number])[]) => ({
  rgb: Uint8Array.from(pixels.flat()),
  width: pixels.length,
  height: 1,
});

test('a grey photo gets the tones of skin in warm light, and none beyond white', () => {
  const { rgb, width, height } = warmGreys(picture([0, 0, 0], [100, 100, 100], [255, 255, 255]));
  assert.deepEqual([...rgb], [10, 10, 10, 130, 115, 103, 255, 255, 247]);
  assert.deepEqual([width, height], [3, 1]);
});

test('one that was toned a little is grey, too', () => {
  assert.ok(warmGreys(picture([104, 100, 97])).rgb[0]! > 130);
});

test('a photo in colour stays as it is', () => {
  const colours = picture([200, 150, 120]);
  assert.equal(warmGreys(colours), colours);
});

test('a picture without pixels is no trouble', () => {
  assert.equal(warmGreys(picture()).rgb.length, 0);
});
