/** How well a face can be told from others: size, sharpness, pose and the detector's own word in one number. */

export interface FaceLooks {
  /** The detector's score, 0..1. */
  readonly score: number;
  /** Longer side of its box, px of the working copy. */
  readonly size: number;
  /** How far it is turned to a side: face-shape.ts. */
  readonly turn: number;
  /** Of the aligned face: `sharpness` below. */
  readonly sharpness: number;
}

/** Each term goes from 0 to 1 between two values. */
const ramps = {
  score: [0.3, 0.9],
  size: [16, 64],
  /** Falls: from the front to the side. */
  turn: [0.55, 0.2],
  sharpness: [0.005, 0.05],
} as const;

/** 0..1: the product of the four, so that one that is missing cannot be made up for. */
export function faceQuality(looks: FaceLooks): number {
  let quality = 1;
  for (const [name, [none, full]] of Object.entries(ramps)) {
    const value = looks[name as keyof FaceLooks];
    quality *= Math.min(1, Math.max(0, (value - none) / (full - none)));
  }
  return quality;
}

/**
 * How much of a face's contrast lies between neighbouring pixels at half the size, where a face of 75 px is as sharp as one can be: mean
 * square of the Laplacian over the variance of the greys. A blurred face has next to none.
 * @param image  [3, side, side] from `offset` on, 0..255; the side even.
 */
export function sharpness(image: Float32Array, offset: number, side: number): number {
  const half = side / 2;
  const plane = side * side;
  const grey = new Float32Array(half * half);
  let [sum, squares] = [0, 0];
  for (let y = 0; y < half; y++)
    for (let x = 0; x < half; x++) {
      let value = 0;
      for (const at of [0, 1, side, side + 1]) {
        const i = offset + 2 * y * side + 2 * x + at;
        value += 0.299 * image[i]! + 0.587 * image[i + plane]! + 0.114 * image[i + 2 * plane]!;
      }
      value /= 4;
      grey[y * half + x] = value;
      sum += value;
      squares += value * value;
    }
  const variance = squares / grey.length - (sum / grey.length) ** 2;
  if (variance < 1) return 0;
  let edges = 0;
  for (let y = 1; y < half - 1; y++)
    for (let i = y * half + 1; i < y * half + half - 1; i++)
      edges += (4 * grey[i]! - grey[i - 1]! - grey[i + 1]! - grey[i - half]! - grey[i + half]!) ** 2;
  return edges / ((half - 2) ** 2 * variance);
}
