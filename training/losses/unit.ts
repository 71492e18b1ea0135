/** Lengths and distances with the conventions of every loss here: what has no direction has no gradient. */
import { div, greater, sqrt, sub, where } from '../graph/ops/elementwise.ts';
import { sumOfSquares } from '../graph/ops/reduce.ts';
import { squeeze } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';

/** A vector shorter than this counts as zero. */
const tiny = 1e-12;

/**
 * The square root, 0 with a gradient of 0 at 0 (and below tiny², which float32 cannot tell from it). The root is taken
 * of 1 there, so that no infinite gradient is ever made, not even to be multiplied by 0.
 */
export function root(x: Tensor): Tensor {
  const positive = greater(x, tiny * tiny);
  return where(positive, sqrt(where(positive, x, 1)), 0);
}

/** Rows made unit length, x [..., D]; a row of zeros stays so and gets a gradient of zeros. */
export function unit(x: Tensor): Tensor {
  const squares = sumOfSquares(x, -1);
  const positive = greater(squares, tiny * tiny);
  return where(positive, div(x, sqrt(where(positive, squares, 1))), 0);
}

/** Euclidean distance of rows, [..., D] twice → [...]; from differences, so that near-duplicates are seen. */
export const distance = (a: Tensor, b: Tensor) => root(squaredDistance(a, b));

/** Squared Euclidean distance of rows, [..., D] twice → [...]. */
export const squaredDistance = (a: Tensor, b: Tensor) => squeeze(sumOfSquares(sub(a, b), -1), -1);
