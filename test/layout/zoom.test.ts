import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { rowHeights, stepRowHeight } from '../../src-renderer/layout/row-heights.ts';
import { fitView, panBy, zoomAt } from '../../src-renderer/layout/zoom.ts';

const photo = { width: 6000, height: 4000 };
const frame = { width: 1200, height: 900 };

test('a photo is shown whole, and a small one is at most doubled', () => {
  assert.deepEqual(fitView(photo, frame, 1), { scale: 0.2, x: 0, y: 0 });
  assert.deepEqual(fitView({ width: 300, height: 200 }, frame, 2), { scale: 1, x: 0, y: 0 });
});

test('what lies under the pointer stays there while zooming in', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: -390, max: 390 }),
      fc.double({ min: 1.5, max: 20, noNaN: true }),
      (x, y, factor) => {
        const before = fitView(photo, frame, 1);
        const after = zoomAt(before, { photo, frame, devicePixelRatio: 1, factor, point: { x, y } });
        // The photo's own pixel under the pointer, before and after. The margins of the fit hold no pixel.
        if (Math.abs(y) > 400) return;
        const pixelBefore = [(x - before.x) / before.scale, (y - before.y) / before.scale];
        const pixelAfter = [(x - after.x) / after.scale, (y - after.y) / after.scale];
        const held = Math.abs(after.x) < (photo.width * after.scale - frame.width) / 2 - 1;
        const heldDown = Math.abs(after.y) < (photo.height * after.scale - frame.height) / 2 - 1;
        if (held) assert.ok(Math.abs(pixelBefore[0]! - pixelAfter[0]!) < 0.01);
        if (heldDown) assert.ok(Math.abs(pixelBefore[1]! - pixelAfter[1]!) < 0.01);
      },
    ),
  );
});

test('zooming out ends at the whole photo, in the middle', () => {
  const near = zoomAt(fitView(photo, frame, 1), {
    photo,
    frame,
    devicePixelRatio: 1,
    factor: 9,
    point: { x: 400, y: 300 },
  });
  const far = zoomAt(near, { photo, frame, devicePixelRatio: 1, factor: 0.001, point: { x: -100, y: 20 } });
  assert.deepEqual(far, { scale: 0.2, x: 0, y: 0 });
});

test('a photo cannot be pushed out of the frame', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -1e6, max: 1e6 }), (x, y) => {
      const moved = panBy({ scale: 1, x: 0, y: 0 }, { x, y }, photo, frame);
      assert.ok(Math.abs(moved.x) <= (6000 - 1200) / 2 && Math.abs(moved.y) <= (4000 - 900) / 2);
    }),
  );
  assert.deepEqual(panBy({ scale: 0.2, x: 0, y: 0 }, { x: 50, y: 50 }, photo, frame), {
    scale: 0.2,
    x: 0,
    y: 0,
  });
});

test('there are eight sizes, and any height steps to its neighbour', () => {
  assert.equal(rowHeights.length, 8);
  assert.equal(stepRowHeight(184, 1), 240);
  assert.equal(stepRowHeight(184, -1), 136);
  assert.equal(stepRowHeight(200, 1), 240);
  assert.equal(stepRowHeight(480, 1), 480);
  assert.equal(stepRowHeight(80, -1), 80);
});
