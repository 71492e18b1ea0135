/** Lengths and distances with the conventions of every loss here: what has no direction has no gradient. */
import type { Tensor } from '../tensor.ts';
import { div, greater, sqrt, sub, where } from './elementwise.ts';
import { sumOfSquares } from './reduce.ts';
import { squeeze } from './shape.ts';

/** A vector shorter than this counts as zero. */
const tiny = 1e-12;

/** Where a square is zero. What is not a number is not, so that it goes on to spoil the loss and is noticed there. */
const vanishes = (squares: Tensor) => greater(tiny * tiny, squares);

/**
 * The square root, 0 with a gradient of 0 at 0. The root is taken of 1 there, so that no infinite gradient is ever
 * made, not even to be multiplied by 0.
 */
export function root(x: Tensor): Tensor {
  const zero = vanishes(x);
  return where(zero, 0, sqrt(where(zero, 1, x)));
}

/** Rows made unit length, x [..., D]; a row of zeros stays so and gets a gradient of zeros. */
export function unit(x: Tensor, axis = -1): Tensor {
  const squares = sumOfSquares(x, axis);
  const zero = vanishes(squares);
  return where(zero, 0, div(x, sqrt(where(zero, 1, squares))));
}

/** Euclidean distance of rows, [..., D] twice → [...]; from differences, so that near-duplicates are seen. */
export const distance = (a: Tensor, b: Tensor) => root(squaredDistance(a, b));

/** Squared Euclidean distance of rows, [..., D] twice → [...]. */
export const squaredDistance = (a: Tensor, b: Tensor) => squeeze(sumOfSquares(sub(a, b), -1), -1);
