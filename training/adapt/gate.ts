/**
 * Where an adapter may change anything: on photos like those that it learned from. Nothing that a library says tells what photos of
 * other kinds are worth to it, and without a gate they are carried along (docs/learning.md has the figures).
 */
import { kMeans } from '../evaluate/clusters.ts';
import { type Rows, rowAt, takeRows, unitRows } from '../evaluate/rows.ts';
import { similarityRows } from '../evaluate/similarities.ts';
import { add, clip, exp, log, mul } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { sum } from '../graph/ops/reduce.ts';
import { type Tensor, constant } from '../graph/tensor.ts';

export interface Gate {
  /** [K, D], unit: middles of the clusters that the photos lie in. */
  readonly centres: Rows;
  /** Nearness at which it is shut, and from which it is open. */
  readonly low: number;
  readonly high: number;
}

const mostCentres = 32;
/** Photos at a middle, at least. */
const photosEach = 8;
/** The larger, the more the nearest middle counts alone. */
export const sharpness = 20;

/** @param rows  [N, D], unit: photos to learn from. */
export function gateOf(rows: Rows, seed: number): Gate {
  const clusters = Math.max(1, Math.min(mostCentres, Math.floor(rows.count / photosEach)));
  const labels = kMeans(rows, clusters, { seed });
  const members = [...Map.groupBy(labels.keys(), (row) => labels[row]!).values()];
  const middles = members.map((places) => middleOf(takeRows(rows, places)));
  const centres = unitRows({
    values: Float32Array.from(middles.flatMap((middle) => [...middle])),
    count: middles.length,
    dim: rows.dim,
  });
  const near = nearness(rows, centres).sort();
  const [edge, middle] = [near[Math.floor(near.length / 10)]!, near[Math.floor(near.length / 2)]!];
  // Open for nine in ten of these photos; shut where one is as far outside their edge again as that is from their middle, twice.
  return { centres, low: edge - Math.max(2 * (middle - edge), 1e-3), high: edge };
}

function middleOf(rows: Rows): Float64Array {
  const total = new Float64Array(rows.dim);
  for (let i = 0; i < rows.count; i++) {
    const row = rowAt(rows, i);
    for (let d = 0; d < rows.dim; d++) total[d]! += row[d]! / rows.count;
  }
  return total;
}

/** [N]: a soft maximum of the cosines to the middles. */
export function nearness(rows: Rows, centres: Rows): Float64Array {
  const near = new Float64Array(rows.count);
  for (const [row, cosines] of similarityRows(rows, centres))
    near[row] =
      Math.log(cosines.reduce((total, cosine) => total + Math.exp(sharpness * cosine), 0)) / sharpness;
  return near;
}

/** @param rows  [N, D], unit. @returns [N, 1], 0 to 1. */
export function gateAt({ centres, low, high }: Gate, rows: Tensor): Tensor {
  const middles = constant(centres.values, [centres.count, centres.dim]);
  const cosines = matmul(rows, middles, { transposeB: true });
  const near = mul(log(sum(exp(mul(cosines, sharpness)), -1)), 1 / sharpness);
  return clip(mul(add(near, -low), 1 / (high - low)), 0, 1);
}
