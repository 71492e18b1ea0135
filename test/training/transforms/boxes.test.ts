import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../../../training/random.ts';
import { type PhotoSize, drawBox } from '../../../training/transforms/boxes.ts';
import { centreView, clipViews, simclrViews, wholeView } from '../../../training/transforms/recipes.ts';
import type { ViewRecipe } from '../../../training/transforms/view-recipe.ts';

const [recipe] = simclrViews(32) as [ViewRecipe];

const boxOf = (of: ViewRecipe, photo: PhotoSize, seed: number) => drawBox(of, photo, new Random(seed));

/** Aspect of a box on the photo as it is. */
const aspectOf = (box: PhotoSize, photo: PhotoSize) =>
  (box.width * photo.width) / (box.height * photo.height);

const photos = fc.record({
  width: fc.integer({ min: 1, max: 9000 }),
  height: fc.integer({ min: 1, max: 9000 }),
});
const areas = fc
  .tuple(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.double({ min: 0.01, max: 1, noNaN: true }))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

test('a box lies in its photo, whatever the photo’s shape', () => {
  fc.assert(
    fc.property(photos, areas, fc.integer(), (photo, area, seed) => {
      const { left, top, width, height } = boxOf({ ...recipe, area }, photo, seed);
      assert.ok(width > 0 && height > 0 && left >= 0 && top >= 0);
      assert.ok(left + width <= 1 + 1e-12 && top + height <= 1 + 1e-12);
    }),
  );
});

test('on photos of usual shapes a box has the area and the aspect that were asked for', () => {
  const usual = fc.record({
    width: fc.integer({ min: 300, max: 399 }),
    height: fc.integer({ min: 300, max: 399 }),
  });
  fc.assert(
    fc.property(usual, fc.integer(), (photo, seed) => {
      const box = boxOf({ ...recipe, area: [0.1, 0.5] }, photo, seed);
      const [area, aspect] = [box.width * box.height, aspectOf(box, photo)];
      assert.ok(area >= 0.1 && area <= 0.5, `${area}`);
      assert.ok(aspect >= 3 / 4 - 1e-9 && aspect <= 4 / 3 + 1e-9, `${aspect}`);
    }),
  );
});

test('areas are uniform, aspects log-uniform, and boxes lie left as often as right', () => {
  const photo = { width: 400, height: 400 };
  const boxes = Array.from({ length: 4000 }, (_, seed) =>
    boxOf({ ...recipe, area: [0.1, 0.5] }, photo, seed),
  );
  const mean = (of: (box: (typeof boxes)[number]) => number) =>
    boxes.reduce((total, box) => total + of(box) / boxes.length, 0);
  assert.ok(Math.abs(mean(({ width, height }) => width * height) - 0.3) < 0.01);
  assert.ok(Math.abs(mean((box) => Math.log(aspectOf(box, photo)))) < 0.01);
  assert.ok(Math.abs(mean(({ left, width }) => left / (1 - width)) - 0.5) < 0.02);
  assert.ok(Math.abs(mean(({ top, height }) => top / (1 - height)) - 0.5) < 0.02);
});

test('of a panorama whose crops never fit, the middle is taken at the widest aspect', () => {
  const photo = { width: 4000, height: 1000 };
  const box = boxOf({ ...recipe, area: [0.9, 1] }, photo, 1);
  assert.equal(box.height, 1);
  assert.ok(Math.abs(aspectOf(box, photo) - 4 / 3) < 1e-9);
  assert.ok(Math.abs(box.left + box.width / 2 - 0.5) < 1e-9);
});

test('the whole photo is taken in any shape, and the middle by its share', () => {
  fc.assert(
    fc.property(photos, fc.integer(), (photo, seed) => {
      assert.deepEqual(boxOf(wholeView(32), photo, seed), { left: 0, top: 0, width: 1, height: 1 });
      assert.deepEqual(boxOf(centreView(32, 0.25), photo, seed), {
        left: 0.25,
        top: 0.25,
        width: 0.5,
        height: 0.5,
      });
    }),
  );
});

test('CLIP’s square is as large as the photo allows, and anywhere', () => {
  const [square] = clipViews(32) as [ViewRecipe];
  const photo = { width: 600, height: 400 };
  const lefts = Array.from({ length: 200 }, (_, seed) => {
    const box = boxOf(square, photo, seed);
    assert.equal(box.height, 1);
    assert.ok(Math.abs(aspectOf(box, photo) - 1) < 1e-9);
    return box.left;
  });
  assert.ok(Math.min(...lefts) < 0.02 && Math.max(...lefts) > 1 / 3 - 0.02);
});
