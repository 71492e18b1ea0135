/** The numbers that make a view: what is drawn for each photo, written as the inputs of the view's graph. */
import type { Numbers } from '../engines/engine.ts';
import type { Random } from '../random.ts';
import { type Box, type PhotoSize, drawBox } from './boxes.ts';
import { type ColourStep, colourMap, drawColour } from './colour.ts';
import { Resampler } from './matrices.ts';
import { type Rotation, drawRotation, rotated, turnedSize } from './rotate.ts';
import { changesColour, inputName } from './view-inputs.ts';
import type { ViewRecipe } from './view-recipe.ts';

/** A photo that a view is drawn of: its size as people see it, and where the recipe rotates, its pixels. */
export interface ViewedPhoto extends PhotoSize {
  /** [3, C, C] bytes, squashed. */
  readonly pixels?: Uint8Array;
}

/** All that is random in one view of one photo. */
export interface Draw {
  readonly rotation: Rotation;
  /** In the photo after its rotation. */
  readonly box: Box;
  readonly flip: boolean;
  /** px of the view; 0 for none. */
  readonly sigma: number;
  readonly colour: readonly ColourStep[];
  readonly solarize: boolean;
}

/** Draws a view of one photo. Whatever the recipe and the photo, the same draws are made in the same order. */
export function drawOne(recipe: ViewRecipe, photo: PhotoSize, random: Random): Draw {
  const rotation = drawRotation(recipe, random);
  const box = drawBox(recipe, turnedSize(photo, rotation), random);
  const flip = random.uniform() < recipe.flip;
  const blurred = random.uniform() < (recipe.blur?.probability ?? 0);
  const sigma = random.uniform(...(recipe.blur?.sigma ?? [0, 0]));
  const colour = drawColour(recipe, random);
  const solarize = random.uniform() < recipe.solarize;
  return { rotation, box, flip, sigma: blurred ? sigma : 0, colour, solarize };
}

/**
 * The inputs of `viewOf` for a batch.
 * @param randoms  one for each photo: a photo's view depends on nothing else, neither its place in the batch nor the
 *   other photos.
 * @param source  C, px: side of the squashed photos.
 * @throws RangeError when a recipe that rotates is not given pixels.
 * Cost at C = 256, S = 160: 0.07 ms a photo, and 320 kB of matrices (a shared server core).
 */
export function drawView(
  recipe: ViewRecipe,
  photos: readonly ViewedPhoto[],
  randoms: readonly Random[],
  { source }: { readonly source: number },
): Record<string, Numbers> {
  if (photos.length !== randoms.length)
    throw new RangeError(`${photos.length} photos were given ${randoms.length} sources of randomness`);
  const draws = photos.map((photo, i) => drawOne(recipe, photo, randoms[i]!));
  const feeds: Record<string, Numbers> = {
    [inputName(recipe, 'rows')]: rowsOf(draws, recipe.side, source),
    [inputName(recipe, 'columns')]: columnsOf(draws, recipe.side, source),
  };
  if (changesColour(recipe)) {
    const maps = draws.map(({ colour }) => colourMap(colour));
    feeds[inputName(recipe, 'pixel')] = Float32Array.from(maps.flatMap(({ pixel }) => pixel));
    feeds[inputName(recipe, 'mean')] = Float32Array.from(maps.flatMap(({ mean }) => mean));
  }
  if (recipe.solarize > 0)
    feeds[inputName(recipe, 'solarize')] = Float32Array.from(draws, ({ solarize }) => Number(solarize));
  if (recipe.rotation) feeds[inputName(recipe, 'photos')] = rotatedPhotos(draws, photos, source);
  return feeds;
}

/** [B, 1, S, C]. */
function rowsOf(draws: readonly Draw[], side: number, source: number): Float32Array {
  const rows = new Float32Array(draws.length * side * source);
  const resampler = new Resampler(source, side);
  for (const [i, { box, sigma }] of draws.entries())
    resampler.write({ start: box.top * source, length: box.height * source, flip: false, sigma }, rows, {
      first: i * side * source,
      viewStride: source,
      sourceStride: 1,
    });
  return rows;
}

/** [B, C, S]. */
function columnsOf(draws: readonly Draw[], side: number, source: number): Float32Array {
  const columns = new Float32Array(draws.length * source * side);
  const resampler = new Resampler(source, side);
  for (const [i, { box, flip, sigma }] of draws.entries())
    resampler.write({ start: box.left * source, length: box.width * source, flip, sigma }, columns, {
      first: i * source * side,
      viewStride: 1,
      sourceStride: side,
    });
  return columns;
}

function rotatedPhotos(draws: readonly Draw[], photos: readonly ViewedPhoto[], source: number): Uint8Array {
  const length = 3 * source * source;
  const all = new Uint8Array(photos.length * length);
  for (const [i, photo] of photos.entries()) {
    if (photo.pixels?.length !== length)
      throw new RangeError(
        `a view that rotates takes photos of ${length} bytes, got ${photo.pixels?.length ?? 'none'}`,
      );
    all.set(rotated(photo.pixels, draws[i]!.rotation, photo), i * length);
  }
  return all;
}
