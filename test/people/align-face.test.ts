import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drawAligned, fitSimilarity } from '../../src-main/people/align-face.ts';

const number = (most: number) => fc.double({ min: -most, max: most, noNaN: true });

test('a similarity is found again from where it takes points', () => {
  fc.assert(
    fc.property(number(3), number(3), number(100), number(100), (a, b, c, d) => {
      const from = [0, 0, 10, 3, -4, 8, 7, 7, 2, -9];
      const to = from.map((_, i) => {
        const [x, y] = [from[i - (i % 2)]!, from[i - (i % 2) + 1]!];
        return i % 2 === 0 ? a * x - b * y + c : b * x + a * y + d;
      });
      const found = fitSimilarity(from, to);
      for (const [name, value] of Object.entries({ a, b, c, d }))
        assert.ok(Math.abs(found[name as 'a'] - value) < 1e-9);
    }),
  );
});

/** A picture whose every pixel says where it is. */
const [width, height] = [12, 8];
const places = {
  rgb: Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return i % 3 === 0 ? 20 * (pixel % width) : i % 3 === 1 ? 30 * Math.floor(pixel / width) : 77;
  }),
  width,
  height,
};

test('a square is drawn from where it lies, upright, mirrored and turned', () => {
  const side = 4;
  const into = new Float32Array(3 * 3 * side * side);
  const at = { a: 1, b: 0, c: 3, d: 2 };
  drawAligned(places, at, side, into, 0);
  drawAligned(places, at, side, into, 1, true);
  drawAligned(places, { a: 0, b: 1, c: 3 + side, d: 2 }, side, into, 2);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const read = (slot: number, channel: number) =>
        into[slot * 3 * side * side + channel * side * side + y * side + x]!;
      assert.deepEqual([read(0, 0), read(0, 1), read(0, 2)], [20 * (3 + x), 30 * (2 + y), 77]);
      assert.deepEqual([read(1, 0), read(1, 1)], [20 * (3 + side - 1 - x), 30 * (2 + y)]);
      // A quarter turn: what goes right in the square goes down in the photo.
      assert.deepEqual([read(2, 0), read(2, 1)], [20 * (3 + side - 1 - y), 30 * (2 + x)]);
    }
});

test('a larger part is averaged, and beyond the edges lies the nearest pixel', () => {
  const into = new Float32Array(3 * 2 * 2);
  drawAligned(places, { a: 4, b: 0, c: 0, d: 0 }, 2, into, 0);
  // Columns 0 to 3 and 4 to 7, rows 0 to 3 and 4 to 7.
  assert.deepEqual([...into.subarray(0, 8)], [30, 110, 30, 110, 45, 45, 165, 165]);
  drawAligned(places, { a: 1, b: 0, c: -50, d: 90 }, 2, into, 0);
  assert.deepEqual([...into.subarray(0, 8)], [0, 0, 0, 0, 210, 210, 210, 210]);
});
