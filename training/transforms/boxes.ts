/** Which part of a photo a view shows. */
import type { Random } from '../random.ts';
import type { ViewRecipe } from './view-recipe.ts';

/** Width and height of a photo as people see it; only their ratio counts. */
export interface PhotoSize {
  readonly width: number;
  readonly height: number;
}

/** Part of a photo, each number a share (0 to 1) of the photo's width or height. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const aspects = [3 / 4, 4 / 3] as const;
const tries = 10;

/**
 * Random resized crop: a share of the area, uniform, and an aspect, log-uniform from 3/4 to 4/3 on the photo as it is,
 * whatever square it has been squashed to. The first of ten tries that fits is put anywhere; if none fits, the middle
 * of the photo is taken, as large as the aspects allow. All tries are always drawn, so that what is drawn afterwards
 * does not depend on the photo's shape. The box is not rounded to pixels. Source: Szegedy et al. 2015 §6; torchvision
 * for the tries.
 */
export function drawBox(recipe: ViewRecipe, photo: PhotoSize, random: Random): Box {
  const ratio = photo.width / photo.height;
  const [least, most] = recipe.area;
  let drawn: readonly [number, number] | null = null;
  for (let i = 0; i < tries; i++) {
    const share = random.uniform(least, most);
    const aspect = Math.exp(random.uniform(Math.log(aspects[0]), Math.log(aspects[1])));
    const [width, height] = [Math.sqrt((share * aspect) / ratio), Math.sqrt((share * ratio) / aspect)];
    if (drawn === null && width <= 1 && height <= 1) drawn = [width, height];
  }
  const [across, down] = [random.uniform(), random.uniform()];
  if (recipe.crop === 'centre') return placed(Math.sqrt(most), Math.sqrt(most), 0.5, 0.5);
  if (recipe.crop === 'square') return placed(Math.min(1, 1 / ratio), Math.min(1, ratio), across, down);
  if (drawn) return placed(...drawn, across, down);
  return placed(Math.min(1, aspects[1] / ratio), Math.min(1, ratio / aspects[0]), 0.5, 0.5);
}

/** A box whose free room is split at these shares. */
const placed = (width: number, height: number, across: number, down: number): Box => ({
  left: across * (1 - width),
  top: down * (1 - height),
  width,
  height,
});
