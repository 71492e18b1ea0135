/** Views of small photos by every kind of recipe, and what the plain judge makes of them. */
import { type Graph, sourcesOf } from '../../../training/graph/graph.ts';
import { input } from '../../../training/graph/tensor.ts';
import { Random } from '../../../training/random.ts';
import { drawOne, drawView } from '../../../training/transforms/draw-view.ts';
import {
  byolViews,
  dinoViews,
  forScans,
  simclrViews,
  wholeView,
} from '../../../training/transforms/recipes.ts';
import { rotated } from '../../../training/transforms/rotate.ts';
import type { ViewRecipe } from '../../../training/transforms/view-recipe.ts';
import { imagenetStatistics, viewOf } from '../../../training/transforms/view.ts';
import { uniform } from '../graph/draw.ts';
import { plainView } from './plain-view.ts';

export const [source, side] = [20, 12];
const length = 3 * source * source;

export const photos = [
  { width: 400, height: 300 },
  { width: 300, height: 400 },
  { width: 900, height: 300 },
  { width: 50, height: 50 },
].map((size, i) => ({ ...size, pixels: picture(i, source) }));

/** Waves of three colours with noise on them. */
export function picture(seed: number, size: number): Uint8Array {
  const noise = uniform(seed + 1, 3 * size * size, -20, 20);
  return Uint8Array.from(noise, (value, i) => {
    const [channel, y, x] = [Math.floor(i / size ** 2), Math.floor(i / size) % size, i % size];
    const wave =
      Math.sin((x * (channel + 1) * 7 + y * (seed + 1) * 5) / size) * Math.cos((y * 6) / size - channel);
    return Math.round(128 + 90 * wave + value);
  });
}

export const randoms = (seed: number) => photos.map((_, i) => new Random(seed, i));

export function graphOf(recipe: ViewRecipe): Graph {
  const given = input('photos', [photos.length, 3, source, source], 'u8');
  return { outputs: { view: viewOf(recipe, given, imagenetStatistics) }, updates: new Map() };
}

/** The inputs that the graph has: a recipe that rotates does not read the shared photos. */
export function feedsOf(recipe: ViewRecipe, graph: Graph, seed: number) {
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

export const recipes: Readonly<Record<string, ViewRecipe>> = {
  'SimCLR’s': small(simclrViews(224)[0]!),
  'BYOL’s first': small(byolViews(224)[0]!),
  'BYOL’s second': { ...small(byolViews(224)[1]!), solarize: 0.5 },
  'DINO’s local': small(dinoViews(224, { patch: 16, locals: 1 })[2]!),
  'the whole': wholeView(side),
  'a scan’s': small(forScans(simclrViews(224)[0]!)),
  'a tilted': { ...small(simclrViews(224)[0]!), rotation: { degrees: 10, quarterTurns: false } },
};

/** The views of all photos, as the plain loops make them of the same draws. */
export function expectedOf(recipe: ViewRecipe, seed: number): number[] {
  return photos.flatMap((photo, i) => {
    const draw = drawOne(recipe, photo, randoms(seed)[i]!);
    const pixels = rotated(photo.pixels, draw.rotation, photo);
    return [...plainView(pixels, draw, { side, statistics: imagenetStatistics })];
  });
}
