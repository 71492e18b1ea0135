import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dot, isUnit } from '../../../models/embedding.ts';
import type { Pixels } from '../../../models/pixels.ts';
import { openSession } from '../../../src-main/encode/session.ts';
import { detectFaces } from '../../../src-main/people/detect-faces.ts';
import { yunetSface } from '../../../src-main/people/families/yunet-sface.ts';
import { cellBox, cellPoints, sfaceLike, yunetLike } from './small-networks.ts';

const family = yunetSface(
  {
    detector: await openSession(yunetLike(), { threads: 1 }),
    descriptor: await openSession(sfaceLike(), { threads: 1 }),
  },
  128,
);
const { side } = family;

/** A nearly black photo with patches of a colour. */
function photoOf(
  width: number,
  height: number,
  patches: readonly (readonly [number, number, number, number, number])[],
): Pixels {
  const rgb = new Uint8Array(3 * width * height).fill(20);
  for (const [channel, left, top, w, h] of patches)
    for (let y = top; y < top + h; y++)
      for (let x = left; x < left + w; x++) rgb[3 * (y * width + x) + channel] = 255;
  return { rgb, width, height };
}

function planes({ rgb, width, height }: Pixels): Float32Array {
  const image = new Float32Array(3 * side * side);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) image[c * side * side + y * side + x] = rgb[3 * (y * width + x) + c]!;
  return image;
}

test('a face lies where its cell says, at each of the three sizes, and the colours are those of the photo', async () => {
  const strides = [8, 16, 32];
  const places = [
    [3, 5],
    [20, 10],
    [12, 17],
  ] as const;
  const photo = photoOf(
    side,
    side,
    strides.map((stride, channel) => [
      channel,
      places[channel]![0] * stride,
      places[channel]![1] * stride,
      stride,
      stride,
    ]),
  );
  const faces = await family.mark(planes(photo), 0.5);
  assert.equal(faces.length, 3);
  for (const [i, stride] of strides.entries()) {
    const [column, row] = places[i]!;
    const { left, top, width, height, score, points } = faces[i]!;
    const near = (found: number, wanted: number) =>
      assert.ok(Math.abs(found - wanted) < 1e-3, `${found}, ${wanted}`);
    near(width, cellBox.width * stride);
    near(height, cellBox.height * stride);
    near(left + width / 2, (column + cellBox.dx) * stride);
    near(top + height / 2, (row + cellBox.dy) * stride);
    // The two other colours of the patch are not quite black.
    near(score, (255 - 40) / 255);
    for (const [at, share] of cellPoints.entries())
      near(points![at]!, ((at % 2 === 0 ? column : row) + share) * stride);
  }
  assert.deepEqual(await family.mark(planes(photoOf(side, side, [])), 0.1), []);
});

test('on a photo of another size boxes and points lie on the photo', async () => {
  // Half the size on the detector's square: the blue patch fills the cell (5, 3) of 32 px.
  const photo = photoOf(2 * side, side, [[2, 320, 192, 64, 64]]);
  const faces = await detectFaces(photo, family, 0.6);
  const whole = faces.find(({ width }) => Math.abs(width - 2 * 32 * cellBox.width) < 0.1);
  assert.ok(whole);
  assert.ok(Math.abs(whole.points![0]! - (320 + 64 * cellPoints[0]!)) < 0.1);
  assert.ok(Math.abs(whole.points![1]! - (192 + 64 * cellPoints[1]!)) < 0.1);
});

test('a face is turned upright before it is described', async () => {
  const usual = [38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041];
  const box = { left: 0, top: 0, width: 100, height: 100, score: 1 };
  /** A face whose left eye is red and whose mouth is green, seen twice as large and turned by so many degrees. */
  const seen = (degrees: number) => {
    const [cos, sin] = [2 * Math.cos((degrees * Math.PI) / 180), 2 * Math.sin((degrees * Math.PI) / 180)];
    const at = (x: number, y: number) =>
      [cos * (x - 56) - sin * (y - 56) + 200, sin * (x - 56) + cos * (y - 56) + 200] as const;
    const rgb = new Uint8Array(3 * 400 * 400).fill(20);
    const blob = (x: number, y: number, channel: number) => {
      const [middleX, middleY] = at(x, y);
      for (let py = 0; py < 400; py++)
        for (let px = 0; px < 400; px++)
          if (Math.hypot(px - middleX, py - middleY) < 24) rgb[3 * (py * 400 + px) + channel] = 240;
    };
    blob(38, 52, 0);
    blob(56, 92, 1);
    const points = usual.flatMap((_, i) =>
      i % 2 === 0 ? [...at(usual[i]! + 0.5, usual[i + 1]! + 0.5)] : [],
    );
    return { photo: { rgb, width: 400, height: 400 }, points };
  };
  const described = async (degrees: number, wrong = false) => {
    const { photo, points } = seen(degrees);
    const [face] = await family.describe(photo, [{ ...box, points: wrong ? seen(0).points : points }]);
    assert.ok(isUnit(face!.descriptor) && face!.descriptor.length === 128);
    return face!.descriptor;
  };
  const upright = await described(0);
  for (const degrees of [-40, 25, 90, 170])
    assert.ok(dot(upright, await described(degrees)) > 0.99, `${degrees}`);
  assert.ok(dot(upright, await described(90, true)) < 0.95);
});

test('a box that a person drew takes the points that are seen in it, or usual ones', async () => {
  // The square around the box is 80 px wide and seen eight times as large: a cell of 32 px is 4 px of the photo.
  const drawn = { left: 100, top: 100, width: 40, height: 40, score: 1 };
  const [seen] = await family.describe(photoOf(300, 300, [[2, 112, 112, 16, 16]]), [drawn]);
  const [unseen] = await family.describe(photoOf(300, 300, []), [drawn]);
  for (const { points } of [seen!, unseen!]) {
    assert.equal(points.length, 10);
    for (const px of points) assert.ok(px > 95 && px < 145);
  }
  assert.notDeepEqual(seen!.points, unseen!.points);
  // Eyes above the mouth, the left one to the left.
  const [leftX, leftY, rightX, , , , , mouthY] = unseen!.points as number[];
  assert.ok(leftX! < rightX! && leftY! < mouthY!);
});
