import assert from 'node:assert/strict';
import { test } from 'node:test';
import { halfPhoto } from '../../../training/evaluate/half-photo.ts';
import { Random } from '../../../training/random.ts';

test('a half is a window of half the area with the same aspect', () => {
  const [width, height] = [40, 20];
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return [pixel % width, Math.floor(pixel / width), 7][at % 3]!;
  });
  const half = halfPhoto({ rgb, width, height }, new Random(1));
  assert.deepEqual([half.width, half.height, half.rgb.length], [28, 14, 28 * 14 * 3]);
  const [left, top] = half.rgb as unknown as [number, number];
  assert.ok(left <= 12 && top <= 6);
  for (let pixel = 0; pixel < 28 * 14; pixel++) {
    const expected = [left + (pixel % 28), top + Math.floor(pixel / 28), 7];
    assert.deepEqual([...half.rgb.subarray(pixel * 3, pixel * 3 + 3)], expected);
  }
});

test('a photo of one pixel is its own half', () => {
  const one = { rgb: Uint8Array.of(1, 2, 3), width: 1, height: 1 };
  assert.deepEqual(halfPhoto(one, new Random(1)), one);
});
