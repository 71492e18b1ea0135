import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../training/random.ts';
import { wholeView } from '../../../training/transforms/recipes.ts';
import { drawRotation, rotated, turnedSize } from '../../../training/transforms/rotate.ts';
import { uniform } from '../graph/draw.ts';

const side = 12;
const photo = { width: 40, height: 30 };
const pixels = Uint8Array.from(uniform(5, 3 * side * side, 0, 255));

const turn = (image: Uint8Array, quarterTurns: number, degrees = 0, of = photo) =>
  rotated(image, { quarterTurns, degrees }, of);

test('a quarter turn brings the upper right corner to the upper left, and four bring everything back', () => {
  assert.equal(turn(pixels, 1)[0], pixels[side - 1]);
  assert.deepEqual(turn(turn(pixels, 1), 1), turn(pixels, 2));
  assert.deepEqual(turn(turn(pixels, 2), 1), turn(pixels, 3));
  assert.deepEqual(turn(turn(pixels, 2), 2), pixels);
  assert.deepEqual(turnedSize(photo, { quarterTurns: 3, degrees: 0 }), { width: 30, height: 40 });
});

test('ninety degrees of a square are a quarter turn', () => {
  const square = { width: 30, height: 30 };
  assert.deepEqual(turn(pixels, 0, 90, square), turn(pixels, 1, 0, square));
});

test('a photo is rotated as it is, not as the square it was squashed to', () => {
  // A ramp along a direction of the photo as it is goes along the rotated direction afterwards.
  const large = 60;
  const aspect = photo.width / photo.height;
  const ramp = (angle: number) =>
    Uint8Array.from({ length: 3 * large * large }, (_, i) => {
      const [y, x] = [Math.floor(i / large) % large, i % large];
      const [realX, realY] = [((x + 0.5) / large - 0.5) * aspect, (y + 0.5) / large - 0.5];
      return Math.round(128 + 100 * (realX * Math.cos(angle) - realY * Math.sin(angle)));
    });
  const [start, by] = [0.4, 10];
  const [got, expected] = [turn(ramp(start), 0, by), ramp(start + (by / 180) * Math.PI)];
  for (let y = large / 4; y < (3 * large) / 4; y++)
    for (let x = large / 4; x < (3 * large) / 4; x++) {
      const at = y * large + x;
      assert.ok(
        Math.abs(got[at]! - expected[at]!) <= 1,
        `${got[at]} at ${x}, ${y}, expected ${expected[at]}`,
      );
    }
});

test('no black comes into the corners', () => {
  const bright = new Uint8Array(3 * side * side).fill(200);
  for (const size of [photo, { width: 900, height: 10 }])
    assert.ok(turn(bright, 0, -10, size).every((value) => value === 200));
});

test('rotations are drawn within their degrees, each quarter as often, and none where none is asked for', () => {
  const recipe = { ...wholeView(32), rotation: { degrees: 10, quarterTurns: true } };
  const drawn = Array.from({ length: 2000 }, (_, seed) => drawRotation(recipe, new Random(seed)));
  const degrees = drawn.map((each) => each.degrees);
  assert.ok(Math.min(...degrees) >= -10 && Math.max(...degrees) <= 10 && Math.max(...degrees) > 9.9);
  for (const quarter of [0, 1, 2, 3])
    assert.ok(Math.abs(drawn.filter((each) => each.quarterTurns === quarter).length - 500) < 80);
  const none = drawRotation(wholeView(32), new Random(1));
  assert.deepEqual([none.quarterTurns, Math.abs(none.degrees)], [0, 0]);
});
