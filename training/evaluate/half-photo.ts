import type { Pixels } from '../../models/pixels.ts';
import type { Random } from '../random.ts';

/** A window of half the photo's area and of its aspect, at a drawn place; what of it one recognises the whole by. */
export function halfPhoto({ rgb, width, height }: Pixels, random: Random): Pixels {
  const [wide, high] = [shorter(width), shorter(height)];
  const left = random.integer(width - wide + 1);
  const top = random.integer(height - high + 1);
  const half = new Uint8Array(wide * high * 3);
  for (let row = 0; row < high; row++) {
    const start = ((top + row) * width + left) * 3;
    half.set(rgb.subarray(start, start + wide * 3), row * wide * 3);
  }
  return { rgb: half, width: wide, height: high };
}

const shorter = (side: number) => Math.max(1, Math.round(side * Math.SQRT1_2));
