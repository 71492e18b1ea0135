/** A photo's perceptual hash: small when cut, compressed or scaled anew, another for another photo. */

const columns = 9;
const rows = 8;

/** Grey levels by which a cell must be brighter than the one to its left; less is noise. */
const leastStep = 1;

/**
 * dHash: one bit for each of 8 x 8 places, set where it gets brighter to the right. A picture without structure gives 0.
 * Source: Krawetz 2013, «Kind of Like That»; the least step is ours, so that the noise of an even surface gives no bits.
 * @param planar  [3, S, S] uint8, the photo squashed to a square. @param side  S, 9 or more.
 * Cost: one pass over the pixels.
 */
export function differenceHash(planar: Uint8Array, side: number): bigint {
  if (side < columns) throw new RangeError(`differenceHash: a side of ${columns} px or more, got ${side}`);
  const cells = greyCells(planar, side);
  let hash = 0n;
  for (let row = 0; row < rows; row++)
    for (let column = 1; column < columns; column++) {
      const at = row * columns + column;
      hash = (hash << 1n) | (cells[at]! - cells[at - 1]! > leastStep ? 1n : 0n);
    }
  return hash;
}

/** [8, 9], mean grey of each cell, 0 to 255. */
function greyCells(planar: Uint8Array, side: number): Float64Array {
  const sums = new Float64Array(rows * columns);
  const counts = new Float64Array(rows * columns);
  const area = side * side;
  for (let y = 0; y < side; y++) {
    const row = Math.floor((y * rows) / side) * columns;
    for (let x = 0; x < side; x++) {
      const cell = row + Math.floor((x * columns) / side);
      const at = y * side + x;
      // ITU-R BT.601.
      sums[cell]! += 0.299 * planar[at]! + 0.587 * planar[area + at]! + 0.114 * planar[2 * area + at]!;
      counts[cell]!++;
    }
  }
  return sums.map((sum, i) => sum / counts[i]!);
}
