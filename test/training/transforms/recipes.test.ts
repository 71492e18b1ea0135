import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  byolViews,
  clipViews,
  dinoViews,
  forScans,
  mocoViews,
  siglipViews,
  simclrViews,
} from '../../../training/transforms/recipes.ts';

test('at the papers’ side every recipe has its paper’s numbers', () => {
  const sigma = [0.1, 2];
  const [simclr] = simclrViews(224);
  assert.deepEqual([simclr!.area, simclr!.flip, simclr!.gray, simclr!.solarize], [[0.08, 1], 0.5, 0.2, 0]);
  assert.deepEqual(simclr!.jitter, {
    probability: 0.8,
    brightness: 0.8,
    contrast: 0.8,
    saturation: 0.8,
    hue: 0.2,
  });
  assert.deepEqual(simclr!.blur, { probability: 0.5, sigma });
  const [moco] = mocoViews(224);
  assert.deepEqual(moco!.area, [0.2, 1]);
  assert.deepEqual(moco!.jitter, {
    probability: 0.8,
    brightness: 0.4,
    contrast: 0.4,
    saturation: 0.4,
    hue: 0.1,
  });
  const byol = byolViews(224);
  assert.deepEqual(
    byol.map(({ blur, solarize }) => [blur!.probability, solarize]),
    [
      [1, 0],
      [0.1, 0.2],
    ],
  );
  assert.deepEqual(byol[0]!.jitter, {
    probability: 0.8,
    brightness: 0.4,
    contrast: 0.4,
    saturation: 0.2,
    hue: 0.1,
  });
  const dino = dinoViews(224, { patch: 16, locals: 8 });
  assert.deepEqual(
    dino.map(({ side }) => side),
    [224, 224, ...Array(8).fill(96)],
  );
  assert.deepEqual(
    dino.map(({ blur }) => blur!.probability),
    [1, 0.1, ...Array(8).fill(0.5)],
  );
  assert.deepEqual(dino.map(({ area }) => area).slice(1, 3), [
    [0.4, 1],
    [0.05, 0.4],
  ]);
});

test('views of a method have names of their own', () => {
  const names = (views: readonly { readonly name: string }[]) => views.map(({ name }) => name);
  for (const views of [simclrViews(32), mocoViews(32), byolViews(32)])
    assert.deepEqual(names(views), ['view1', 'view2']);
  assert.deepEqual(names(dinoViews(32, { patch: 4, locals: 2 })), ['global1', 'global2', 'local1', 'local2']);
});

test('small images are not blurred, and SimCLR changes their colours half as much', () => {
  for (const view of [
    ...simclrViews(32),
    ...mocoViews(32),
    ...byolViews(32),
    ...dinoViews(32, { patch: 4, locals: 1 }),
  ])
    assert.equal(view.blur, null);
  assert.equal(simclrViews(32)[0]!.jitter!.brightness, 0.4);
  assert.equal(simclrViews(32, { strength: 1 })[0]!.jitter!.brightness, 0.8);
  assert.equal(simclrViews(160, { blur: false })[0]!.blur, null);
});

test('blur scales with the side, and is the same for global and local views', () => {
  const [global, , local] = dinoViews(112, { patch: 16, locals: 1 });
  assert.deepEqual(global!.blur!.sigma, [0.05, 1]);
  assert.deepEqual(local!.blur!.sigma, [0.05, 1]);
});

test('a local view is whole patches, two at least', () => {
  const local = (side: number, patch: number) => dinoViews(side, { patch, locals: 1 })[2]!.side;
  assert.deepEqual([local(160, 16), local(32, 4), local(32, 16), local(32, 1)], [64, 12, 32, 14]);
});

test('without local views DINO’s global ones may be smaller', () => {
  assert.deepEqual(dinoViews(224, { patch: 16, locals: 0 })[0]!.area, [0.14, 1]);
});

test('CLIP and SigLIP change nothing but the crop', () => {
  for (const [view] of [clipViews(224), siglipViews(224)])
    assert.deepEqual(
      [view!.flip, view!.jitter, view!.gray, view!.blur, view!.solarize],
      [0, null, 0, null, 0],
    );
});

test('scans keep their colours, are turned by quarters, and lose no more than they must', () => {
  for (const recipe of dinoViews(160, { patch: 16, locals: 1 })) {
    const scan = forScans(recipe);
    assert.deepEqual(scan.jitter, {
      probability: 0.8,
      brightness: 0.2,
      contrast: 0.2,
      saturation: 0,
      hue: 0,
    });
    assert.deepEqual([scan.gray, scan.solarize], [0, 0]);
    assert.deepEqual(scan.rotation, { degrees: 0, quarterTurns: true });
    assert.deepEqual([scan.name, scan.side, scan.blur], [recipe.name, recipe.side, recipe.blur]);
  }
  assert.deepEqual(forScans(simclrViews(160)[0]!).area, [0.4, 1]);
  assert.deepEqual(forScans(dinoViews(160, { patch: 16, locals: 1 })[2]!).area, [0.2, 0.4]);
  assert.equal(forScans(siglipViews(160)[0]!).jitter, null);
});
