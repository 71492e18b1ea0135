/** A student and its slow copy, the teacher, over many crops of a photo: DINO, DINOv2. */
import { log, maximum, mul, neg, stopGradient } from '../graph/ops/elementwise.ts';
import { mean, sum } from '../graph/ops/reduce.ts';
import { concat, reshape } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Layer, Pass } from '../modules/weights.ts';

/** How many of a method's views are whole photos; the rest are local crops, which only the student sees. */
export const globalViews = 2;

/**
 * Every view through one layer, those of one size in one pass.
 * @returns [V, B, K], views in their order.
 */
export function overViews(layer: Layer, views: readonly Tensor[], pass: Pass): Tensor {
  const count = views[0]!.shape[0]!;
  const parts: Tensor[] = [];
  for (let first = 0; first < views.length;) {
    const size = views[first]!.shape.at(-1);
    const next = views.findIndex((view, i) => i > first && view.shape.at(-1) !== size);
    const end = next < 0 ? views.length : next;
    const z = layer(concat(views.slice(first, end), 0), pass);
    parts.push(reshape(z, [end - first, count, z.shape.at(-1)!]));
    first = end;
  }
  return parts.length === 1 ? parts[0]! : concat(parts, 0);
}

/**
 * Whether the teacher still tells photos apart: entropy of its answer to each photo, mean; and entropy of its mean answer.
 * When the two agree, it says the same of every photo: Caron et al. 2021, §5.3, where their difference is a divergence.
 * @param target  [T, B, K], shares that sum to 1.
 */
export function teacherEntropies(target: Tensor): { entropy: Tensor; entropyOfMean: Tensor } {
  const rows = reshape(stopGradient(target), [-1, target.shape.at(-1)!]);
  return { entropy: mean(entropyOf(rows)), entropyOfMean: sum(entropyOf(mean(rows, 0))) };
}

/** In nats, of each row; shares of exactly 0 count nothing. */
const entropyOf = (rows: Tensor) => neg(sum(mul(rows, log(maximum(rows, 1e-30))), -1));
