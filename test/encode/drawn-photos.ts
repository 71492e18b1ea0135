import { join } from 'node:path';

export const builtInEncoder = join(import.meta.dirname, '../../models/built-in');

/** Pictures made of arithmetic, the same on every machine: S x S x 3 bytes. */
export function drawnPhotos(side: number): { slope: Uint8Array; rings: Uint8Array } {
  const [slope, rings] = [new Uint8Array(side * side * 3), new Uint8Array(side * side * 3)];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const at = (y * side + x) * 3;
      // Sky over grass, brighter to the right.
      slope.set(
        y * 2 < side ? [60 + (x >> 1), 120 + (y >> 1), 220] : [40 + (x >> 2), 140 - (y >> 2), 50],
        at,
      );
      const distance = Math.floor(((2 * x - side) ** 2 + (2 * y - side) ** 2) / (side * 8));
      rings.set(distance % 2 ? [230, 190, 40] : [90, 20, 60], at);
    }
  return { slope, rings };
}
