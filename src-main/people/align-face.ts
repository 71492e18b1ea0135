/** A face, turned upright and brought to one size, so that its features lie where a network expects them. */
import type { Pixels } from '../../models/pixels.ts';

/** x and y of each point, px of the photo. */
export type Points = Float64Array;

/** Takes a square of S px to the photo: x' = a x - b y + c, y' = b x + a y + d. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/**
 * The similarity that brings points closest to others, in the least squares' sense.
 * Source: Umeyama 1991, “Least-squares estimation of transformation parameters between two point patterns”; in two dimensions
 * without mirroring it has this closed form.
 * @param from, to  flat x, y; equally many, two points or more.
 */
export function fitSimilarity(from: ArrayLike<number>, to: ArrayLike<number>): Similarity {
  const count = from.length / 2;
  let [fromX, fromY, toX, toY] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    fromX += from[2 * i]! / count;
    fromY += from[2 * i + 1]! / count;
    toX += to[2 * i]! / count;
    toY += to[2 * i + 1]! / count;
  }
  let [straight, crossed, spread] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [x, y] = [from[2 * i]! - fromX, from[2 * i + 1]! - fromY];
    const [u, w] = [to[2 * i]! - toX, to[2 * i + 1]! - toY];
    straight += x * u + y * w;
    crossed += x * w - y * u;
    spread += x * x + y * y;
  }
  const [a, b] = spread > 0 ? [straight / spread, crossed / spread] : [1, 0];
  return { a, b, c: toX - (a * fromX - b * fromY), d: toY - (b * fromX + a * fromY) };
}

/**
 * Draws the square of S px that a similarity takes to the photo. Where the photo is larger, as many of its pixels are averaged;
 * beyond its edges lies the nearest pixel.
 * @param into  [B, 3, S, S] flat, 0..255. @param mirrored  left and right exchanged.
 */
export function drawAligned(
  { rgb, width, height }: Pixels,
  { a, b, c, d }: Similarity,
  side: number,
  into: Float32Array,
  slot: number,
  mirrored = false,
): void {
  const plane = side * side;
  const start = slot * 3 * plane;
  const fine = Math.max(1, Math.min(8, Math.ceil(Math.hypot(a, b) - 0.25)));
  const share = 1 / (fine * fine);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const at = start + y * side + (mirrored ? side - 1 - x : x);
      let [red, green, blue] = [0, 0, 0];
      for (let part = 0; part < fine * fine; part++) {
        const px = x + ((part % fine) + 0.5) / fine;
        const py = y + (Math.floor(part / fine) + 0.5) / fine;
        // Pixels are squares: the middle of the first one lies at a half.
        const u = Math.min(Math.max(a * px - b * py + c - 0.5, 0), width - 1);
        const w = Math.min(Math.max(b * px + a * py + d - 0.5, 0), height - 1);
        const [left, top] = [Math.floor(u), Math.floor(w)];
        const [right, below] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
        const [fx, fy] = [u - left, w - top];
        const upper = 3 * (top * width + left);
        const lower = 3 * (below * width + left);
        const step = 3 * (right - left);
        const [w00, w10] = [(1 - fx) * (1 - fy), fx * (1 - fy)];
        const [w01, w11] = [(1 - fx) * fy, fx * fy];
        red += rgb[upper]! * w00 + rgb[upper + step]! * w10 + rgb[lower]! * w01 + rgb[lower + step]! * w11;
        green +=
          rgb[upper + 1]! * w00 +
          rgb[upper + step + 1]! * w10 +
          rgb[lower + 1]! * w01 +
          rgb[lower + step + 1]! * w11;
        blue +=
          rgb[upper + 2]! * w00 +
          rgb[upper + step + 2]! * w10 +
          rgb[lower + 2]! * w01 +
          rgb[lower + step + 2]! * w11;
      }
      into[at] = red * share;
      into[at + plane] = green * share;
      into[at + 2 * plane] = blue * share;
    }
}

/** [2 B, 3, S, S]: each square as it is, and mirrored. */
export function drawnBothWays(photo: Pixels, squares: readonly Similarity[], side: number) {
  const data = new Float32Array(2 * squares.length * 3 * side * side);
  for (const [i, square] of squares.entries()) {
    drawAligned(photo, square, side, data, 2 * i);
    drawAligned(photo, square, side, data, 2 * i + 1, true);
  }
  return { data, dims: [2 * squares.length, 3, side, side] };
}

/**
 * Takes a square of `side` px to the square around a box.
 * @param room  sides of the box that it takes, 1 or more.
 */
export function squareAround(
  box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  side: number,
  room = 1,
): Similarity {
  const length = room * Math.max(box.width, box.height);
  return {
    a: length / side,
    b: 0,
    c: box.left + (box.width - length) / 2,
    d: box.top + (box.height - length) / 2,
  };
}
