import { Random } from '../random.ts';
import { type Rows, rowAt, squaredLengths } from './rows.ts';
import { similarityRows } from './similarities.ts';

/**
 * Sorts rows into k clusters round their means, Euclidean; of unit rows this is by cosine.
 * @param k  clusters at most; fewer where there are fewer different rows. @param rounds  at most; it ends when nothing moves.
 * @returns the cluster of each row, 0..k-1.
 * Source: Lloyd 1982, started as Arthur, Vassilvitskii 2007 (k-means++), §2.2.
 * Cost: one product of rows and means a round; 5,000 rows of 384 in 10 clusters take 15 ms a round.
 */
export function kMeans(
  rows: Rows,
  k: number,
  { seed, rounds = 100 }: { readonly seed: number; readonly rounds?: number },
): Int32Array {
  const labels = new Int32Array(rows.count);
  if (rows.count === 0) return labels;
  let means = firstMeans(rows, k, new Random(seed, 'k-means'));
  for (let round = 0; round < rounds; round++) {
    const moved = assign(rows, means, labels);
    if (moved === 0 && round > 0) break;
    means = meansOf(rows, labels, means);
  }
  return labels;
}

/** Rows far from each other: each next one is drawn with its squared distance to the nearest so far as its weight. */
function firstMeans(rows: Rows, k: number, random: Random): Rows {
  const chosen = [random.integer(rows.count)];
  const nearest = new Float64Array(rows.count).fill(Infinity);
  while (chosen.length < k) {
    const last = rowAt(rows, chosen.at(-1)!);
    let total = 0;
    for (let i = 0; i < rows.count; i++)
      total += nearest[i] = Math.min(nearest[i]!, squaredDistance(rowAt(rows, i), last));
    if (total === 0) break; // every row is one of those chosen
    let left = random.uniform(0, total);
    let next = 0;
    while (next < rows.count - 1 && (left -= nearest[next]!) >= 0) next++;
    chosen.push(next);
  }
  const values = Float32Array.from(chosen.flatMap((row) => [...rowAt(rows, row)]));
  return { values, count: chosen.length, dim: rows.dim };
}

/** Gives each row to the nearest mean, of equally near ones the first. @returns how many rows changed. */
function assign(rows: Rows, means: Rows, labels: Int32Array): number {
  // |x - m|² = |x|² - 2 (x·m - |m|²/2): the nearest mean has the largest x·m - |m|²/2.
  const halves = squaredLengths(means).map((square) => square / 2);
  let moved = 0;
  for (const [row, products] of similarityRows(rows, means)) {
    let best = 0;
    for (let mean = 1; mean < means.count; mean++)
      if (products[mean]! - halves[mean]! > products[best]! - halves[best]!) best = mean;
    if (labels[row] !== best) moved++;
    labels[row] = best;
  }
  return moved;
}

/** A mean that lost all its rows stays where it was. */
function meansOf(rows: Rows, labels: Int32Array, means: Rows): Rows {
  const { dim } = rows;
  const sums = new Float64Array(means.count * dim);
  const sizes = new Uint32Array(means.count);
  for (let i = 0; i < rows.count; i++) {
    sizes[labels[i]!]!++;
    for (let d = 0; d < dim; d++) sums[labels[i]! * dim + d]! += rows.values[i * dim + d]!;
  }
  const values = means.values.map((value, at) => {
    const size = sizes[Math.floor(at / dim)]!;
    return size > 0 ? sums[at]! / size : value;
  });
  return { values, count: means.count, dim };
}

function squaredDistance(a: Rows['values'], b: Rows['values']): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d]! - b[d]!) ** 2;
  return sum;
}
