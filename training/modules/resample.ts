/**
 * Bicubic interpolation of a line of `from` values at `to` places, as a matrix [to, from] row by row: Keys 1981 with
 * a = -0.75, ends repeated, places aligned at pixel centres. The same as PyTorch's `interpolate` without antialiasing.
 */
export function resampleMatrix(from: number, to: number): Float64Array {
  const matrix = new Float64Array(to * from);
  for (let place = 0; place < to; place++) {
    const centre = ((place + 0.5) * from) / to - 0.5;
    const first = Math.floor(centre) - 1;
    for (let tap = first; tap < first + 4; tap++) {
      const source = Math.min(Math.max(tap, 0), from - 1);
      matrix[place * from + source]! += cubic(Math.abs(centre - tap));
    }
  }
  return matrix;
}

function cubic(distance: number, a = -0.75): number {
  const d = distance;
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * (d ** 3 - 5 * d ** 2 + 8 * d - 4) : 0;
}
