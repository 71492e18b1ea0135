/** How alike two pictures are where one lies on the other. */
import { type Affine, type Plane, sampleAt } from './plane.ts';

/** Less of A on B than this is no overlap worth rating. */
const leastOverlap = 0.12;

/** Where the columns, or rows, of A fall between those of B. */
class Grid {
  readonly near = new Int32Array(96);
  readonly share = new Float32Array(96);
  /** Columns from `first` on, up to `end`, lie on B. */
  first = 0;
  end = 0;

  read(side: number, size: number, scale: number, shift: number): void {
    this.first = -1;
    this.end = 0;
    for (let i = 0; i < side; i++) {
      const at = (scale * ((i + 0.5) / side) + shift) * size - 0.5;
      if (!(at >= 0 && at <= size - 1)) continue;
      if (this.first < 0) this.first = i;
      this.end = i + 1;
      const near = Math.min(size - 2, Math.floor(at));
      this.near[i] = near;
      this.share[i] = at - near;
    }
    if (this.first < 0) this.first = 0;
  }
}
const columns = new Grid();
const rows = new Grid();
/** n, Σb, Σa, Σb², Σab, Σa². */
const sums = new Float64Array(6);

/** Correlation of A with B under it, -1..1, drawn down where little overlaps. Cost at 16 × 16: 1 µs, 4 µs where it is turned. */
export function likenessAt(a: Plane, b: Plane, affine: Affine): number {
  const [, q, , s] = affine;
  sums.fill(0);
  if (q === 0 && s === 0) sumStraight(a, b, affine);
  else sumTurned(a, b, affine);
  const [n, sx, sy, sxx, sxy, syy] = sums as unknown as [number, number, number, number, number, number];
  const overlap = n / (a.side * a.side);
  if (overlap < leastOverlap) return -1;
  const [vx, vy] = [sxx / n - (sx / n) ** 2, syy / n - (sy / n) ** 2];
  const correlation = (sxy / n - (sx / n) * (sy / n)) / Math.sqrt(vx * vy + 4);
  return correlation * Math.min(1, 0.8 + 0.2 * Math.sqrt(overlap));
}

/** Of a map that neither turns nor shears: a thousand of them are tried for each pair. */
function sumStraight(a: Plane, b: Plane, [p, , r, , t, u]: Affine): void {
  const { side } = a;
  columns.read(side, b.side, p, r);
  rows.read(side, b.side, t, u);
  const count = (columns.end - columns.first) * (rows.end - rows.first);
  if (count < leastOverlap * side * side) return;
  let [sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0];
  for (let row = rows.first; row < rows.end; row++) {
    const top = rows.near[row]! * b.side;
    const down = rows.share[row]!;
    for (let column = columns.first; column < columns.end; column++) {
      const at = top + columns.near[column]!;
      const along = columns.share[column]!;
      const upper = b.values[at]! + along * (b.values[at + 1]! - b.values[at]!);
      const below = at + b.side;
      const lower = b.values[below]! + along * (b.values[below + 1]! - b.values[below]!);
      const x = upper + down * (lower - upper);
      const y = a.values[row * side + column]!;
      sx += x;
      sy += y;
      sxx += x * x;
      sxy += x * y;
      syy += y * y;
    }
  }
  sums.set([count, sx, sy, sxx, sxy, syy]);
}

function sumTurned(a: Plane, b: Plane, [p, q, r, s, t, u]: Affine): void {
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
  sums.set([n, sx, sy, sxx, sxy, syy]);
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
