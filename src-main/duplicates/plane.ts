/** A picture as its alignment sees it: grey, square whatever its aspect, at several sizes. */
import { type Pixels, squash } from '../../models/pixels.ts';

/** `side` × `side` values of 0..255, row by row; places on it are 0..1 both ways. */
export interface Plane {
  readonly side: number;
  readonly values: Float32Array;
}

/** (x, y) of one picture → (a·x + b·y + c, d·x + e·y + f) of another, both in 0..1. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Sides of the planes: the first to look for where to begin, the others to refine and to judge. */
export const sides = [16, 24, 48, 96] as const;
export type Side = (typeof sides)[number];

/** What two pictures are compared by. */
export interface Look {
  /** Width by height of the photo as shown. */
  readonly aspect: number;
  /** px, the longer side of the photo as shown. */
  readonly longSide: number;
  readonly planes: Readonly<Record<Side, Plane>>;
  /** colourSide² pixels, RGB. */
  readonly colour: Uint8Array;
}

export const colourSide = 24;

/**
 * @param pixels  a thumbnail or more. @param full  px of the photo as shown.
 * Cost: 1 ms.
 */
export async function lookAt(
  pixels: Pixels,
  full: { readonly width: number; readonly height: number },
): Promise<Look> {
  const largest = sides.at(-1)!;
  const rgb = await squash(pixels, largest);
  const whole: Pixels = { rgb, width: largest, height: largest };
  const planes = {} as Record<Side, Plane>;
  planes[largest] = greyOf(rgb, largest);
  for (const side of sides.slice(0, -1)) planes[side] = greyOf(await squash(whole, side), side);
  return {
    aspect: full.width / full.height,
    longSide: Math.max(full.width, full.height),
    planes,
    colour: await squash(whole, colourSide),
  };
}

/** Luma of ITU-R BT.601. */
function greyOf(rgb: Uint8Array, side: number): Plane {
  const values = new Float32Array(side * side);
  for (let i = 0, at = 0; i < values.length; i++, at += 3)
    values[i] = 0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!;
  return { side, values };
}

/** The value at a place in 0..1, between its samples; NaN outside. */
export function sampleAt({ side, values }: Plane, x: number, y: number): number {
  const u = x * side - 0.5;
  const v = y * side - 0.5;
  const last = side - 1;
  if (!(u >= 0 && v >= 0 && u <= last && v <= last)) return Number.NaN;
  const left = u === last ? last - 1 : Math.floor(u);
  const top = v === last ? last - 1 : Math.floor(v);
  const s = u - left;
  const at = top * side + left;
  const upper = values[at]! + s * (values[at + 1]! - values[at]!);
  const lower = values[at + side]! + s * (values[at + side + 1]! - values[at + side]!);
  return upper + (v - top) * (lower - upper);
}

/** First `inner`, then `outer`. */
export function after(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = inner;
  return [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f];
}

/** The way back. */
export function inverse([a, b, c, d, e, f]: Affine): Affine {
  const det = a * e - b * d;
  const [p, q, r, s] = [e / det, -b / det, -d / det, a / det];
  return [p, q, -(p * c + q * f), r, s, -(r * c + s * f)];
}
