/** What an encoder is shown of a photo while it is fitted to a library: the whole, half of it, and drawn views. */
import type { ImageCard } from '../../models/card.ts';
import { type Pixels, crop, squash } from '../../models/pixels.ts';
import { preprocess, writePlanes } from '../../models/preprocess.ts';
import { halfPhoto } from '../evaluate/half-photo.ts';
import type { LearnOptions } from '../../src-main/contract/learn.ts';
import { Random } from '../random.ts';
import type { Box } from '../transforms/boxes.ts';
import { type ColourStep, colourMap } from '../transforms/colour.ts';
import { type Draw, drawOne } from '../transforms/draw-view.ts';
import type { ViewRecipe } from '../transforms/view-recipe.ts';

/** Places of the views that are always there; all others are drawn. */
export const viewPlaces = { whole: 0, half: 1, firstDrawn: 2 } as const;

/**
 * Milder than what trains from scratch: crops of 8 %, as SimCLR has them, show things that are not the photo's subject, and
 * a small adapter can only give up what the encoder knows to bring them together.
 */
const usual = { smallestCrop: 0.3, colour: 0.5, grey: 0.1, blur: 0, mirror: true } as const;
export type ViewOptions = Pick<LearnOptions, keyof typeof usual>;

/**
 * How views are drawn for an adapter; what is null or left out is as usual.
 * @param side  S, px: blur grows with it. At colour 1 brightness, contrast and saturation change by up to 80 %, as in SimCLR.
 */
export function adapterViews(options: ViewOptions, side: number): ViewRecipe {
  const colour = options.colour ?? usual.colour;
  const blur = options.blur ?? usual.blur;
  return {
    name: 'drawn',
    side,
    area: [options.smallestCrop ?? usual.smallestCrop, 1],
    flip: (options.mirror ?? usual.mirror) ? 0.5 : 0,
    jitter:
      colour > 0
        ? {
            probability: 0.8,
            brightness: 0.8 * colour,
            contrast: 0.8 * colour,
            saturation: 0.8 * colour,
            hue: 0.1 * colour,
          }
        : null,
    gray: options.grey ?? usual.grey,
    blur: blur > 0 ? { probability: blur, sigma: [0.1 * (side / paperSide), 2 * (side / paperSide)] } : null,
    solarize: 0,
    rotation: null,
  };
}

/** px: Chen et al. 2020 (SimCLR), appendix A, blurs views of this side by 0.1 to 2. */
const paperSide = 224;

export interface ViewDraws {
  readonly recipe: ViewRecipe;
  readonly seed: number;
  /** Of the photo, whatever names it in the set. */
  readonly photo: number;
}

/**
 * Writes one view of a photo as the encoder takes it.
 * @param view  place of the view: `viewPlaces`, or a drawn one.
 * @param into  [B, 3, S, S]; the view takes the place `slot`.
 */
export async function writeView(
  pixels: Pixels,
  card: ImageCard,
  view: number,
  { recipe, seed, photo }: ViewDraws,
  into: Float32Array,
  slot: number,
): Promise<void> {
  if (view === viewPlaces.whole) return preprocess(pixels, card, into, slot);
  if (view === viewPlaces.half)
    return preprocess(halfPhoto(pixels, new Random(seed, 'half', photo)), card, into, slot);
  const draw = drawOne(recipe, pixels, new Random(seed, 'view', view, photo));
  writePlanes(await drawnView(pixels, draw, card), card, into, slot);
}

/** A drawn view as RGB, [S, S, 3]. */
export async function drawnView(
  pixels: Pixels,
  { box, flip, sigma, colour }: Draw,
  { size, resize, interpolation }: Pick<ImageCard, 'size' | 'resize' | 'interpolation'>,
): Promise<Uint8Array> {
  const square = await (resize === 'squash' ? squash : crop)(cutOut(pixels, box), size, interpolation);
  const turned = flip ? flipped(square, size) : square;
  return recoloured(blurred(turned, size, sigma), colour);
}

/** The part of a photo in a box, to whole pixels, one at least. */
export function cutOut({ rgb, width, height }: Pixels, box: Box): Pixels {
  const wide = Math.max(1, Math.round(box.width * width));
  const high = Math.max(1, Math.round(box.height * height));
  const left = Math.min(width - wide, Math.round(box.left * width));
  const top = Math.min(height - high, Math.round(box.top * height));
  const part = new Uint8Array(wide * high * 3);
  for (let row = 0; row < high; row++) {
    const start = ((top + row) * width + left) * 3;
    part.set(rgb.subarray(start, start + wide * 3), row * wide * 3);
  }
  return { rgb: part, width: wide, height: high };
}

/** Left and right exchanged; S x S pixels. */
export function flipped(rgb: Uint8Array, side: number): Uint8Array {
  const turned = new Uint8Array(rgb.length);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const [from, to] = [(row * side + column) * 3, (row * side + side - 1 - column) * 3];
      for (let channel = 0; channel < 3; channel++) turned[to + channel] = rgb[from + channel]!;
    }
  return turned;
}

/** y = P x + N μ of every pixel, μ the mean colour, rounded and held to 0..255. */
export function recoloured(rgb: Uint8Array, steps: readonly ColourStep[]): Uint8Array {
  if (steps.length === 0) return rgb;
  const { pixel, mean } = colourMap(steps);
  const sums = [0, 0, 0];
  for (let at = 0; at < rgb.length; at++) sums[at % 3]! += rgb[at]!;
  const means = sums.map((sum) => (3 * sum) / rgb.length);
  const offsets = [0, 3, 6].map((row) => means.reduce((sum, value, i) => sum + mean[row + i]! * value, 0));
  const changed = new Uint8ClampedArray(rgb.length);
  for (let at = 0; at < rgb.length; at += 3) {
    const [red, green, blue] = [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!];
    for (let channel = 0; channel < 3; channel++) {
      const row = 3 * channel;
      changed[at + channel] =
        pixel[row]! * red + pixel[row + 1]! * green + pixel[row + 2]! * blue + offsets[channel]!;
    }
  }
  return new Uint8Array(changed.buffer);
}

/**
 * Gaussian, edges repeated; S x S pixels. @param sigma  px; below 0.3 nothing changes.
 * Cost at S = 224, sigma 2: 12 ms on a busy server core.
 */
export function blurred(rgb: Uint8Array, side: number, sigma: number): Uint8Array {
  if (sigma < 0.3) return rgb;
  const reach = Math.ceil(3 * sigma);
  const weights = Float32Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const across = new Float32Array(rgb.length);
  const done = new Uint8ClampedArray(rgb.length);
  const held = (place: number) => Math.min(side - 1, Math.max(0, place));
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      for (let tap = -reach; tap <= reach; tap++) {
        const [to, from] = [3 * (row * side + column), 3 * (row * side + held(column + tap))];
        const weight = weights[tap + reach]! / total;
        for (let channel = 0; channel < 3; channel++) across[to + channel]! += weight * rgb[from + channel]!;
      }
  const sums = new Float32Array(3);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      sums.fill(0);
      for (let tap = -reach; tap <= reach; tap++) {
        const from = 3 * (held(row + tap) * side + column);
        const weight = weights[tap + reach]! / total;
        for (let channel = 0; channel < 3; channel++) sums[channel]! += weight * across[from + channel]!;
      }
      done.set(sums, 3 * (row * side + column));
    }
  return new Uint8Array(done.buffer);
}
