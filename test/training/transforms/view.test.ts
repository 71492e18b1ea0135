import assert from 'node:assert/strict';
import { test } from 'node:test';
import { squash } from '../../../models/pixels.ts';
import { sourcesOf } from '../../../training/graph/graph.ts';
import { ShapeError, input } from '../../../training/graph/tensor.ts';
import { Random } from '../../../training/random.ts';
import { type Draw, drawOne, drawView } from '../../../training/transforms/draw-view.ts';
import {
  byolViews,
  forScans,
  siglipViews,
  simclrViews,
  wholeView,
} from '../../../training/transforms/recipes.ts';
import type { ViewRecipe } from '../../../training/transforms/view-recipe.ts';
import { plainStatistics, viewOf } from '../../../training/transforms/view.ts';
import { assertClose } from '../engines/operations.ts';
import { run } from '../graph/interpreter.ts';
import { blurred, recoloured, resized } from './plain-view.ts';
import {
  feedsOf,
  expectedOf,
  graphOf,
  photos,
  picture,
  randoms,
  recipes,
  side,
  source,
} from './view-cases.ts';

for (const [name, recipe] of Object.entries(recipes))
  test(`${name} view is what the plain loops make of the same draws`, () => {
    const graph = graphOf(recipe);
    for (const seed of [1, 2, 3])
      assertClose(
        run(graph, feedsOf(recipe, graph, seed)).outputs['view']!,
        expectedOf(recipe, seed),
        1e-5,
        name,
      );
  });

test('blur before the colours instead of after them changes less than a grey level', () => {
  const image = resized(photos[0]!.pixels, { left: 0.1, top: 0.1, width: 0.8, height: 0.8 }, side);
  const steps = [
    { kind: 'contrast', by: 1.4 },
    { kind: 'saturation', by: 0.7 },
    { kind: 'brightness', by: 0.8 },
  ] as const;
  const ours = steps.reduce(recoloured, blurred(image, 1.4));
  const papers = blurred(steps.reduce(recoloured, image), 1.4);
  for (const [i, value] of ours.entries()) assert.ok(Math.abs(value - papers[i]!) < 1);
});

test('the whole view is the squashed photo that the encoder’s own preprocessing makes', async () => {
  const [large, size] = [96, 40];
  const pixels = picture(3, large);
  const rgb = Uint8Array.from(pixels, (_, i) => pixels[(i % 3) * large * large + Math.floor(i / 3)]!);
  const bytes = await squash({ rgb, width: large, height: large }, size, 'bicubic');
  const recipe = wholeView(size);
  const given = input('photos', [1, 3, large, large], 'u8');
  const graph = { outputs: { view: viewOf(recipe, given, plainStatistics) }, updates: new Map() };
  const feeds = {
    photos: pixels,
    ...drawView(recipe, [{ width: 4, height: 3 }], [new Random(1)], { source: large }),
  };
  const { view } = run(graph, feeds).outputs;
  let total = 0;
  for (const [i, value] of view!.entries()) {
    const off = Math.abs(255 * value - bytes[(i % (size * size)) * 3 + Math.floor(i / (size * size))]!);
    assert.ok(off < 3, `${off} grey levels apart at ${i}`);
    total += off / view!.length;
  }
  assert.ok(total < 0.6, `${total} grey levels apart in the mean`);
});

test('a view depends on its photo’s randomness alone, not on its place or its neighbours', () => {
  const [recipe] = simclrViews(64) as [ViewRecipe];
  const all = drawView(recipe, photos, randoms(7), { source });
  const backwards = drawView(recipe, photos.toReversed(), randoms(7).toReversed(), { source });
  for (const [name, numbers] of Object.entries(all)) {
    const each = numbers.length / photos.length;
    for (let i = 0; i < photos.length; i++)
      assert.deepEqual(
        backwards[name]!.subarray((photos.length - 1 - i) * each, (photos.length - i) * each),
        numbers.subarray(i * each, (i + 1) * each),
      );
  }
  assert.deepEqual(drawView(recipe, photos, randoms(7), { source }), all);
  assert.notDeepEqual(drawView(recipe, photos, randoms(8), { source }), all);
});

test('whatever the recipe and the photo, as many numbers are drawn', () => {
  const states = Object.values(recipes).flatMap((recipe) =>
    photos.map((photo) => {
      const random = new Random(3);
      drawOne(recipe, photo, random);
      return random.state.join();
    }),
  );
  assert.equal(new Set(states).size, 1);
});

test('flips and blurs come as often as the recipe says', () => {
  const [first, second] = byolViews(224) as [ViewRecipe, ViewRecipe];
  const seeds = Array.from({ length: 2000 }, (_, seed) => seed);
  const share = (recipe: ViewRecipe, is: (draw: Draw) => boolean) =>
    seeds.filter((seed) => is(drawOne(recipe, photos[0]!, new Random(seed)))).length / seeds.length;
  assert.ok(Math.abs(share(first, ({ flip }) => flip) - 0.5) < 0.04);
  assert.equal(
    share(first, ({ sigma }) => sigma > 0),
    1,
  );
  assert.ok(Math.abs(share(second, ({ sigma }) => sigma > 0) - 0.1) < 0.03);
  assert.ok(Math.abs(share(second, ({ solarize }) => solarize) - 0.2) < 0.03);
  assert.equal(
    share(first, ({ solarize }) => solarize),
    0,
  );
});

test('a recipe asks for no more inputs than it needs', () => {
  const names = (recipe: ViewRecipe) =>
    sourcesOf(graphOf(recipe))
      .inputs.map(({ attributes }) => attributes.name)
      .sort();
  assert.deepEqual(names(siglipViews(side)[0]!), ['photos', 'view1.columns', 'view1.rows']);
  assert.deepEqual(names(simclrViews(side)[0]!), [
    'photos',
    'view1.columns',
    'view1.mean',
    'view1.pixel',
    'view1.rows',
  ]);
  assert.ok(names(byolViews(side)[1]!).includes('view2.solarize'));
  assert.ok(!names(recipes['a scan’s']!).includes('photos'));
  for (const { shape } of sourcesOf(graphOf(recipes['a tilted']!)).inputs)
    assert.equal(shape[0], photos.length);
});

test('photos that are no squares, and rotation without pixels, are refused', () => {
  assert.throws(
    () => viewOf(wholeView(side), input('photos', [1, 3, 8, 9], 'u8'), plainStatistics),
    ShapeError,
  );
  const scan = forScans(wholeView(side));
  assert.throws(() => drawView(scan, [{ width: 4, height: 3 }], [new Random(1)], { source }), RangeError);
  assert.throws(() => drawView(wholeView(side), photos, [], { source }), RangeError);
});
