/** What the pictures of a library have in common, as far as it tells which changes of a view they bear. */
import type { PhotoCache } from '../data/photo-cache.ts';

export interface PictureTraits {
  /** Share of the pictures that are grey. */
  readonly grey: number;
  /**
   * How much more the mean picture differs from itself mirrored, and from itself turned by a quarter or a half, than chance
   * lets it: 1 is chance alone. Photos have their light above, X-rays their heart at one side, spectrograms two axes.
   */
  readonly sidedness: number;
  readonly uprightness: number;
}

/** Pictures that are looked at. */
const most = 300;
/** Brightness is looked at in so many fields a side. */
const fields = 8;
/** Mean difference of the largest and the smallest of R, G, B below which a picture has no colours, of 255. */
const colourless = 6;

export async function picturesTraits(cache: PhotoCache): Promise<PictureTraits> {
  const count = Math.min(most, cache.photos.length);
  const size = 3 * cache.side ** 2;
  const seen: Seen[] = [];
  for (let i = 0; i < count; i++) {
    const bytes = new Uint8Array(size);
    await cache.read(Int32Array.of(Math.floor((i * cache.photos.length) / count)), bytes);
    seen.push(lookAt(bytes, cache.side));
  }
  const maps = seen.map(({ brightness }) => brightness);
  const against = (turned: (x: number, y: number) => readonly [number, number]) => excess(maps, turned);
  const last = fields - 1;
  return {
    grey: seen.filter(({ isGrey }) => isGrey).length / count,
    sidedness: against((x, y) => [last - x, y]),
    uprightness: Math.max(
      against((x, y) => [last - x, last - y]),
      against((x, y) => [y, last - x]),
      excessOf(seen.map(({ lean }) => [lean])),
    ),
  };
}

interface Seen {
  readonly isGrey: boolean;
  /** [fields²], less its mean, in deviations. */
  readonly brightness: Float64Array;
  /** Whether brightness changes more from left to right, above 0, or from top to bottom. */
  readonly lean: number;
}

function lookAt(planes: Uint8Array, side: number): Seen {
  const area = side * side;
  const brightness = new Float64Array(fields * fields);
  const counts = new Float64Array(fields * fields);
  let [colour, across, down] = [0, 0, 0];
  const grey = (at: number) => planes[at]! + planes[area + at]! + planes[2 * area + at]!;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const at = y * side + x;
      const [r, g, b] = [planes[at]!, planes[area + at]!, planes[2 * area + at]!];
      colour += Math.max(r, g, b) - Math.min(r, g, b);
      const field = Math.floor((y * fields) / side) * fields + Math.floor((x * fields) / side);
      brightness[field]! += grey(at);
      counts[field]!++;
      if (x > 0) across += (grey(at) - grey(at - 1)) ** 2;
      if (y > 0) down += (grey(at) - grey(at - side)) ** 2;
    }
  const values = brightness.map((sum, i) => sum / Math.max(1, counts[i]!));
  return {
    isGrey: colour / area < colourless,
    brightness: standardised(values),
    lean: Math.log((across + 1) / (down + 1)),
  };
}

function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / Math.max(deviation, 1));
}

function excess(
  maps: readonly Float64Array[],
  turned: (x: number, y: number) => readonly [number, number],
): number {
  return excessOf(
    maps.map((map) =>
      Array.from(map, (value, at) => {
        const [x, y] = turned(at % fields, Math.floor(at / fields));
        return value - map[y * fields + x]!;
      }),
    ),
  );
}

/** Squared length of the mean of some differences, over what it would be were they 0 but for chance. */
function excessOf(differences: readonly (readonly number[])[]): number {
  const count = differences.length;
  if (count < 2) return 1;
  let [squares, expected] = [0, 0];
  for (let d = 0; d < differences[0]!.length; d++) {
    let [sum, sumOfSquares] = [0, 0];
    for (const row of differences) {
      sum += row[d]!;
      sumOfSquares += row[d]! ** 2;
    }
    const mean = sum / count;
    squares += mean ** 2;
    expected += (sumOfSquares / count - mean ** 2) / (count - 1);
  }
  return expected > 0 ? squares / expected : 1;
}
