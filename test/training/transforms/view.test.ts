/** Whole views: the graph on an engine and in double precision against the plain judge. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { squash } from '../../../models/pixels.ts';
import { onnxEngine } from '../../../training/engines/onnx.ts';
import { type Graph, sourcesOf } from '../../../training/graph/graph.ts';
import { ShapeError, input } from '../../../training/graph/tensor.ts';
import { Random } from '../../../training/random.ts';
import { type Draw, drawOne, drawView } from '../../../training/transforms/draw-view.ts';
import {
  byolViews,
  dinoViews,
  forScans,
  siglipViews,
  simclrViews,
  wholeView,
} from '../../../training/transforms/recipes.ts';
import { rotated } from '../../../training/transforms/rotate.ts';
import type { ViewRecipe } from '../../../training/transforms/view-recipe.ts';
import { imagenetStatistics, plainStatistics, viewOf } from '../../../training/transforms/view.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from '../graph/draw.ts';
import { run } from '../graph/interpreter.ts';
import { blurred, plainView, recoloured, resized } from './plain-view.ts';

const [source, side] = [20, 12];
const length = 3 * source * source;

const photos = [
  { width: 400, height: 300 },
  { width: 300, height: 400 },
  { width: 900, height: 300 },
  { width: 50, height: 50 },
].map((size, i) => ({ ...size, pixels: picture(i, source) }));

/** Waves of three colours with noise on them. */
function picture(seed: number, size: number): Uint8Array {
  const noise = uniform(seed + 1, 3 * size * size, -20, 20);
  return Uint8Array.from(noise, (value, i) => {
    const [channel, y, x] = [Math.floor(i / size ** 2), Math.floor(i / size) % size, i % size];
    const wave =
      Math.sin((x * (channel + 1) * 7 + y * (seed + 1) * 5) / size) * Math.cos((y * 6) / size - channel);
    return Math.round(128 + 90 * wave + value);
  });
}

const randoms = (seed: number) => photos.map((_, i) => new Random(seed, i));

function graphOf(recipe: ViewRecipe, statistics = imagenetStatistics): Graph {
  const given = input('photos', [photos.length, 3, source, source], 'u8');
  return { outputs: { view: viewOf(recipe, given, statistics) }, updates: new Map() };
}

/** The inputs that the graph has: a recipe that rotates does not read the shared photos. */
function feedsOf(recipe: ViewRecipe, graph: Graph, seed: number) {
  const all = { photos: batch(), ...drawView(recipe, photos, randoms(seed), { source }) };
  const names = new Set(sourcesOf(graph).inputs.map(({ attributes }) => attributes.name));
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
}

function batch(): Uint8Array {
  const all = new Uint8Array(photos.length * length);
  for (const [i, { pixels }] of photos.entries()) all.set(pixels, i * length);
  return all;
}

/** The side is set small for the loops; blur as on a large view. */
const small = (recipe: ViewRecipe): ViewRecipe => ({
  ...recipe,
  side,
  blur: recipe.blur && { probability: recipe.blur.probability, sigma: [0.1, 2] },
});

const recipes: Readonly<Record<string, ViewRecipe>> = {
  'SimCLR’s': small(simclrViews(224)[0]!),
  'BYOL’s first': small(byolViews(224)[0]!),
  'BYOL’s second': { ...small(byolViews(224)[1]!), solarize: 0.5 },
  'DINO’s local': small(dinoViews(224, { patch: 16, locals: 1 })[2]!),
  'the whole': wholeView(side),
  'a scan’s': small(forScans(simclrViews(224)[0]!)),
  'a tilted': { ...small(simclrViews(224)[0]!), rotation: { degrees: 10, quarterTurns: false } },
};

for (const [name, recipe] of Object.entries(recipes))
  test(`${name} view is what the plain loops make of the same draws, and so is the engine’s`, async () => {
    const graph = graphOf(recipe);
    const engine = onnxEngine({ provider: 'cpu', threads: 1 });
    const memory = engine.memory();
    const program = await engine.compile(graph, memory);
    for (const seed of [1, 2, 3]) {
      const expected = photos.flatMap((photo, i) => {
        const draw = drawOne(recipe, photo, randoms(seed)[i]!);
        const pixels = rotated(photo.pixels, draw.rotation, photo);
        return [...plainView(pixels, draw, { side, statistics: imagenetStatistics })];
      });
      const feeds = feedsOf(recipe, graph, seed);
      assertClose(run(graph, feeds).outputs['view']!, expected, 1e-5, 'in double precision');
      assertClose((await program.run(feeds))['view']!, expected, 1e-4, 'on ONNX Runtime');
    }
    await program.close();
    await memory.close();
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
