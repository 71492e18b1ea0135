/**
 * Places vectors on a plane so that those near each other stay near: t-SNE, exact, for some hundred vectors. Written here because
 * a layout has to go on from given positions, so that a map moves as its vectors do; umap-js, the library that came near, always
 * begins at positions of its own. Source: van der Maaten, Hinton 2008 (Visualizing Data using t-SNE), algorithm 1.
 */
import { Random } from '../random.ts';
import { type Rows, rowAt } from '../evaluate/rows.ts';

/** [N, N], symmetric, sums to 1: how near two vectors lie. */
export type Affinities = Float32Array;

/** x and y of each vector in turn. */
export type Positions = Float64Array;

const usualPerplexity = 30;
const bisections = 40;

/** @param rows  [N, D], unit. Cost at N = 600, D = 384: 0.2 s. */
export function affinitiesOf(rows: Rows): Affinities {
  const { count } = rows;
  const wanted = Math.log(Math.max(1, Math.min(usualPerplexity, (count - 1) / 3)));
  const one = new Float32Array(count * count);
  const distances = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) distances[j] = Math.max(0, 2 - 2 * product(rows, i, j));
    let [low, high, beta] = [0, Infinity, 1];
    for (let turn = 0; turn < bisections; turn++) {
      const { sum, entropy } = weigh(distances, i, beta, one.subarray(i * count, (i + 1) * count));
      if (sum > 0 && Math.abs(entropy - wanted) < 1e-4) break;
      // Too even: narrower; too peaked: wider.
      if (entropy > wanted) low = beta;
      else high = beta;
      beta = high === Infinity ? beta * 2 : (low + high) / 2;
    }
  }
  const both = new Float32Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++)
      both[i * count + j] = Math.max((one[i * count + j]! + one[j * count + i]!) / (2 * count), 1e-12);
  return both;
}

/** Fills the row with exp(-beta d) over its sum. @returns that sum, and the entropy in nats. */
function weigh(distances: Float64Array, self: number, beta: number, row: Float32Array) {
  let least = Infinity;
  for (let j = 0; j < row.length; j++) if (j !== self) least = Math.min(least, distances[j]!);
  let [sum, mean] = [0, 0];
  for (let j = 0; j < row.length; j++) {
    const weight = j === self ? 0 : Math.exp(-beta * (distances[j]! - least));
    row[j] = weight;
    sum += weight;
    mean += weight * (distances[j]! - least);
  }
  for (let j = 0; j < row.length; j++) row[j]! /= sum || 1;
  return { sum, entropy: sum > 0 ? Math.log(sum) + (beta * mean) / sum : 0 };
}

function product({ values, dim }: Rows, i: number, j: number): number {
  let sum = 0;
  for (let d = 0; d < dim; d++) sum += values[i * dim + d]! * values[j * dim + d]!;
  return sum;
}

/** The first two principal components, of deviation 1e-2: where a layout begins. @param rows  [N, D]. */
export function principalPlane(rows: Rows, seed: number): Positions {
  const { count, dim } = rows;
  const mean = new Float64Array(dim);
  for (let i = 0; i < count; i++) for (let d = 0; d < dim; d++) mean[d]! += rowAt(rows, i)[d]! / count;
  const axes: Float64Array[] = [];
  const positions = new Float64Array(2 * count);
  const random = new Random(seed, 'plane');
  for (let axis = 0; axis < 2; axis++) {
    let direction = Float64Array.from({ length: dim }, () => random.uniform(-1, 1));
    const along = new Float64Array(count);
    for (let turn = 0; turn < 20; turn++) {
      for (const known of axes) {
        const shared = known.reduce((sum, value, d) => sum + value * direction[d]!, 0);
        for (let d = 0; d < dim; d++) direction[d]! -= shared * known[d]!;
      }
      const length = Math.hypot(...direction) || 1;
      for (let d = 0; d < dim; d++) direction[d]! /= length;
      const next = new Float64Array(dim);
      for (let i = 0; i < count; i++) {
        const row = rowAt(rows, i);
        along[i] = 0;
        for (let d = 0; d < dim; d++) along[i]! += (row[d]! - mean[d]!) * direction[d]!;
        for (let d = 0; d < dim; d++) next[d]! += along[i]! * (row[d]! - mean[d]!);
      }
      if (turn < 19) direction = next;
    }
    axes.push(direction);
    const deviation = Math.sqrt(along.reduce((sum, value) => sum + value * value, 0) / count) || 1;
    for (let i = 0; i < count; i++) positions[2 * i + axis] = (1e-2 * along[i]!) / deviation;
  }
  return positions;
}

export interface LayOutOptions {
  readonly iterations: number;
  /** Of these first iterations affinities count more, which parts clusters; 0 to go on from a layout. */
  readonly early: number;
}

const [exaggeration, earlyMomentum, momentum] = [12, 0.5, 0.8] as const;

/**
 * Moves positions down the gradient; what is given stays as it is.
 * Cost at N = 600: 3 ms an iteration on a busy server core.
 */
export function layOut(near: Affinities, from: Positions, { iterations, early }: LayOutOptions): Positions {
  const count = from.length / 2;
  const at = from.slice();
  const [moves, gains] = [new Float64Array(at.length), new Float64Array(at.length).fill(1)];
  const gradient = new Float64Array(at.length);
  const kernel = new Float32Array(count * count);
  const rate = Math.max(count / exaggeration, 10);
  for (let turn = 0; turn < iterations; turn++) {
    slope(near, at, turn < early ? exaggeration : 1, kernel, gradient);
    const kept = turn < early ? earlyMomentum : momentum;
    for (let k = 0; k < at.length; k++) {
      const same = gradient[k]! > 0 === moves[k]! > 0;
      gains[k] = Math.max(0.01, same ? gains[k]! * 0.8 : gains[k]! + 0.2);
      moves[k] = kept * moves[k]! - rate * gains[k]! * gradient[k]!;
      at[k]! += moves[k]!;
    }
  }
  return at;
}

/** Four times the sum of (p - q) times the kernel times the difference: equation 5 of the paper. */
function slope(
  near: Affinities,
  at: Positions,
  more: number,
  kernel: Float32Array,
  gradient: Float64Array,
): void {
  const count = at.length / 2;
  let total = 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) {
      const [x, y] = [at[2 * i]! - at[2 * j]!, at[2 * i + 1]! - at[2 * j + 1]!];
      const weight = 1 / (1 + x * x + y * y);
      kernel[i * count + j] = weight;
      total += 2 * weight;
    }
  gradient.fill(0);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) {
      const weight = kernel[i * count + j]!;
      const force = 4 * (more * near[i * count + j]! - weight / total) * weight;
      const [x, y] = [force * (at[2 * i]! - at[2 * j]!), force * (at[2 * i + 1]! - at[2 * j + 1]!)];
      gradient[2 * i]! += x;
      gradient[2 * i + 1]! += y;
      gradient[2 * j]! -= x;
      gradient[2 * j + 1]! -= y;
    }
}
