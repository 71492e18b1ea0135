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
export type Side = 16 | 24 | 48 | 96;
const finest = 96;

/** What two pictures are compared by. */
export interface Look {
  /** Width by height of the photo as shown. */
  readonly aspect: number;
  /** px, the shorter side of the photo as shown. */
  readonly shortSide: number;
  readonly planes: Readonly<Record<Side, Plane>>;
  /** Red, green and blue, colourSide² values each. */
  readonly colour: readonly Float32Array[];
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
  const rgb = await squash(pixels, finest);
  // Luma of ITU-R BT.601.
  const values = new Float32Array(finest * finest);
  for (let i = 0, at = 0; i < values.length; i++, at += 3)
    values[i] = 0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!;
  const whole: Plane = { side: finest, values };
  return {
    aspect: full.width / full.height,
    shortSide: Math.min(full.width, full.height),
    planes: { 16: shrink(whole, 16), 24: shrink(whole, 24), 48: shrink(whole, 48), 96: whole },
    colour: [0, 1, 2].map((channel) => {
      const one = Float32Array.from({ length: finest * finest }, (_, i) => rgb[3 * i + channel]!);
      return shrink({ side: finest, values: one }, colourSide).values;
    }),
  };
}

/** Means of whole blocks: every side divides the finest one. */
function shrink({ side, values }: Plane, to: number): Plane {
  const block = side / to;
  const means = new Float32Array(to * to);
  for (let row = 0, at = 0; row < side; row++) {
    const into = Math.floor(row / block) * to;
    for (let column = 0; column < side; column++, at++)
      means[into + Math.floor(column / block)]! += values[at]!;
  }
  for (let i = 0; i < means.length; i++) means[i]! /= block * block;
  return { side: to, values: means };
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
