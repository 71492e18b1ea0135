import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { forScans, simclrViews } from '../../../training/transforms/recipes.ts';
import { changeView } from '../../../training/transforms/view-change.ts';

const [photo] = simclrViews(128);
const scan = forScans(photo!);

test('what is null or left out stays as the recipe has it', () => {
  for (const recipe of [photo!, scan]) {
    assert.deepEqual(changeView(recipe, {}), recipe);
    const nulls = { smallestCrop: null, colour: null, grey: null, blur: null, mirror: null };
    assert.deepEqual(changeView(recipe, nulls), recipe);
  }
});

test('crops, colours, grey, blur, mirroring and turns are changed as asked for', () => {
  const changed = changeView(photo!, {
    smallestCrop: 0.5,
    colour: 0.25,
    grey: 0,
    blur: 0,
    mirror: false,
    turns: true,
  });
  assert.deepEqual(changed.area, [0.5, 1]);
  assert.deepEqual(changed.jitter, {
    probability: 0.8,
    brightness: 0.2,
    contrast: 0.2,
    saturation: 0.2,
    hue: 0.05,
  });
  assert.deepEqual([changed.gray, changed.blur, changed.flip], [0, null, 0]);
  assert.deepEqual(changed.rotation, { degrees: 0, quarterTurns: true });
  assert.equal(changeView(scan, { turns: false }).rotation, null);
  assert.equal(changeView(photo!, { colour: 0 }).jitter, null);
});

test('at full strength, colours and blur are those of SimCLR', () => {
  const { jitter, blur } = photo!;
  assert.deepEqual(changeView({ ...photo!, jitter: null }, { colour: 1 }).jitter, jitter);
  const sharp = changeView({ ...photo!, blur: null }, { blur: 0.5 });
  assert.equal(sharp.blur!.probability, blur!.probability);
  for (const [i, sigma] of sharp.blur!.sigma.entries()) assert.ok(Math.abs(sigma - blur!.sigma[i]!) < 1e-9);
});

test('the least crop never exceeds the most of a view that has to be small', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 1, noNaN: true }), (smallestCrop) => {
      const [least, most] = changeView({ ...photo!, area: [0.05, 0.4] }, { smallestCrop }).area;
      assert.ok(least <= most && most === 0.4);
    }),
  );
});
