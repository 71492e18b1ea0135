/**
 * The judge of views: pixel by pixel and step by step, in double precision, as the papers tell it. Slow on purpose.
 * Images are planes [3, side, side] of values from 0 to 255, nowhere rounded.
 */
import type { ColourStep } from '../../../training/transforms/colour.ts';
import type { Draw } from '../../../training/transforms/draw-view.ts';
import type { Statistics } from '../../../training/transforms/view.ts';

export type Planes = Float64Array;

export const sideOf = (image: ArrayLike<number>) => Math.sqrt(image.length / 3);

function drawn(side: number, value: (channel: number, y: number, x: number) => number): Planes {
  const out = new Float64Array(3 * side * side);
  for (let channel = 0, at = 0; channel < 3; channel++)
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) out[at++] = value(channel, y, x);
  return out;
}

/** The weighted mean of all pixels. */
function weighted(
  image: ArrayLike<number>,
  channel: number,
  weight: (y: number, x: number) => number,
): number {
  const side = sideOf(image);
  let [total, sum] = [0, 0];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const each = weight(y, x);
      total += each;
      sum += each * image[(channel * side + y) * side + x]!;
    }
  return sum / total;
}

/** Keys 1981 with a = -1/2, piece by piece. */
function cubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t <= 1) return (a + 2) * t ** 3 - (a + 3) * t ** 2 + 1;
  return t < 2 ? a * t ** 3 - 5 * a * t ** 2 + 8 * a * t - 4 * a : 0;
}

/** Pillow's resize with a box: every pixel whose middle lies within the kernel counts. */
export function resized(
  image: ArrayLike<number>,
  { left, top, width, height }: Draw['box'],
  side: number,
): Planes {
  const source = sideOf(image);
  const kernel = (start: number, length: number, at: number) => {
    const scale = (length * source) / side;
    const centre = start * source + (at + 0.5) * scale;
    return (pixel: number) => cubic((pixel + 0.5 - centre) / Math.max(1, scale));
  };
  return drawn(side, (channel, y, x) => {
    const [down, across] = [kernel(top, height, y), kernel(left, width, x)];
    return weighted(image, channel, (sy, sx) => down(sy) * across(sx));
  });
}

export function mirrored(image: ArrayLike<number>): Planes {
  const side = sideOf(image);
  return drawn(side, (channel, y, x) => image[(channel * side + y) * side + side - 1 - x]!);
}

/** A square of Gaussian weights that reaches three sigma, within the image. */
export function blurred(image: ArrayLike<number>, sigma: number): Planes {
  const reach = Math.ceil(3 * sigma);
  return drawn(sideOf(image), (channel, y, x) =>
    weighted(image, channel, (sy, sx) =>
      Math.max(Math.abs(sy - y), Math.abs(sx - x)) > reach
        ? 0
        : Math.exp(-((sy - y) ** 2 + (sx - x) ** 2) / (2 * sigma ** 2)),
    ),
  );
}

const grayOf = (red: number, green: number, blue: number) => 0.2989 * red + 0.587 * green + 0.114 * blue;

export function recoloured(image: ArrayLike<number>, { kind, by }: ColourStep): Planes {
  const side = sideOf(image);
  const pixels = Array.from({ length: side * side }, (_, at) =>
    [0, 1, 2].map((channel) => image[channel * side * side + at]!),
  ) as [number, number, number][];
  const meanGray = pixels.reduce((total, pixel) => total + grayOf(...pixel) / pixels.length, 0);
  const changed = pixels.map((pixel) => {
    if (kind === 'brightness') return pixel.map((value) => value * by);
    if (kind === 'contrast') return pixel.map((value) => meanGray + (value - meanGray) * by);
    if (kind === 'saturation')
      return pixel.map((value) => grayOf(...pixel) + (value - grayOf(...pixel)) * by);
    // Hue as an angle of the plane across the grey axis.
    const [red, green, blue] = pixel;
    const middle = (red + green + blue) / 3;
    const [alpha, beta] = [red - (green + blue) / 2, (Math.sqrt(3) / 2) * (green - blue)];
    const angle = Math.atan2(beta, alpha) + 2 * Math.PI * by;
    const chroma = Math.hypot(alpha, beta);
    return [0, 1, 2].map(
      (channel) => middle + (2 / 3) * chroma * Math.cos(angle - (channel * 2 * Math.PI) / 3),
    );
  });
  return drawn(side, (channel, y, x) => changed[y * side + x]![channel]!);
}

export const held = (image: Planes): Planes => image.map((value) => Math.min(255, Math.max(0, value)));

export const solarized = (image: Planes): Planes =>
  image.map((value) => (value >= 127.5 ? 255 - value : value));

export function normalised(image: Planes, { mean, std }: Statistics): Planes {
  const side = sideOf(image);
  return drawn(
    side,
    (channel, y, x) => (image[(channel * side + y) * side + x]! / 255 - mean[channel]!) / std[channel]!,
  );
}

/** A whole view of a photo that is already rotated, in the order of the graph: blur, then colours. */
export function plainView(
  photo: ArrayLike<number>,
  draw: Draw,
  { side, statistics }: { readonly side: number; readonly statistics: Statistics },
): Planes {
  let view = resized(photo, draw.box, side);
  if (draw.flip) view = mirrored(view);
  if (draw.sigma >= 0.3) view = blurred(view, draw.sigma);
  view = held(draw.colour.reduce(recoloured, view));
  if (draw.solarize) view = solarized(view);
  return normalised(view, statistics);
}
