/** How alike two pictures are where one lies on the other. */
import { type Affine, type Plane, sampleAt } from './plane.ts';

/** Correlation of A with B under it, -1..1, drawn down where little overlaps. */
export function likenessAt(a: Plane, b: Plane, [p, q, r, s, t, u]: Affine): number {
  const { side } = a;
  let [n, sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0, 0];
  for (let row = 0, at = 0; row < side; row++)
    for (let column = 0; column < side; column++, at++) {
      const [x, y] = [(column + 0.5) / side, (row + 0.5) / side];
      const value = sampleAt(b, p * x + q * y + r, s * x + t * y + u);
      if (Number.isNaN(value)) continue;
      const own = a.values[at]!;
      n += 1;
      sx += value;
      sy += own;
      sxx += value * value;
      sxy += value * own;
      syy += own * own;
    }
  const overlap = n / (side * side);
  if (overlap < 0.12) return -1;
  const [vx, vy] = [sxx / n - (sx / n) ** 2, syy / n - (sy / n) ** 2];
  const correlation = (sxy / n - (sx / n) * (sy / n)) / Math.sqrt(vx * vy + 4);
  return correlation * Math.min(1, 0.8 + 0.2 * Math.sqrt(overlap));
}

/** Variance of a part, values squared, from which on it has something in it. */
const leastVariance = 16;

/** Mean over parts of `size`² samples, those that have something in them in either picture. Few of those say little: 0. */
export function structureAt(a: Plane, b: Plane, affine: Affine, size: number): number {
  const [p, q, r, s, t, u] = affine;
  const { side } = a;
  let [parts, sum] = [0, 0];
  for (let top = 0; top < side; top += size)
    for (let left = 0; left < side; left += size) {
      let [n, sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0, 0];
      for (let row = top; row < top + size; row++)
        for (let column = left; column < left + size; column++) {
          const [x, y] = [(column + 0.5) / side, (row + 0.5) / side];
          const value = sampleAt(b, p * x + q * y + r, s * x + t * y + u);
          if (Number.isNaN(value)) continue;
          const own = a.values[row * side + column]!;
          n += 1;
          sx += value;
          sy += own;
          sxx += value * value;
          sxy += value * own;
          syy += own * own;
        }
      if (n < size * size * 0.9) continue;
      const [vx, vy] = [sxx / n - (sx / n) ** 2, syy / n - (sy / n) ** 2];
      if (Math.max(vx, vy) < leastVariance) continue;
      parts += 1;
      sum += (sxy / n - (sx / n) * (sy / n)) / Math.sqrt((vx + 1) * (vy + 1));
    }
  if (parts < 4) return Math.max(0, likenessAt(a, b, affine)) * 0.9;
  return sum / parts;
}
