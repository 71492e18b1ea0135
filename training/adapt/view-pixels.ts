/** What an encoder is shown of a photo while it is fitted to a library: the whole, half of it, and drawn views. */
import type { ImageCard } from '../../models/card.ts';
import { type Pixels, crop, squash } from '../../models/pixels.ts';
import { preprocess, writePlanes } from '../../models/preprocess.ts';
import { halfPhoto } from '../evaluate/half-photo.ts';
import { Random } from '../random.ts';
import type { Box } from '../transforms/boxes.ts';
import { type ColourStep, colourMap } from '../transforms/colour.ts';
import { drawOne } from '../transforms/draw-view.ts';
import type { ViewRecipe } from '../transforms/view-recipe.ts';

/** Places of the views that are always there; all others are drawn. */
export const viewPlaces = { whole: 0, half: 1, firstDrawn: 2 } as const;

/**
 * Milder than what trains from scratch: crops of 8 %, as SimCLR has them, show things that are not the photo's subject, and
 * a small adapter can only give up what the encoder knows to bring them together.
 */
const recipe: ViewRecipe = {
  name: 'drawn',
  side: 1, // decided by the encoder's card
  area: [0.3, 1],
  flip: 0.5,
  jitter: { probability: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.05 },
  gray: 0.1,
  blur: null,
  solarize: 0,
  rotation: null,
};

export interface ViewDraws {
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
  { seed, photo }: ViewDraws,
  into: Float32Array,
  slot: number,
): Promise<void> {
  if (view === viewPlaces.whole) return preprocess(pixels, card, into, slot);
  if (view === viewPlaces.half)
    return preprocess(halfPhoto(pixels, new Random(seed, 'half', photo)), card, into, slot);
  const { box, flip, colour } = drawOne(recipe, pixels, new Random(seed, 'view', view, photo));
  const resize = card.resize === 'squash' ? squash : crop;
  const square = await resize(cutOut(pixels, box), card.size, card.interpolation);
  writePlanes(recoloured(flip ? flipped(square, card.size) : square, colour), card, into, slot);
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
