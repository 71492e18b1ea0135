/** Softmax and its relatives along the last axis, safe for logits of any size. */
import { ShapeError, type Tensor, node } from '../tensor.ts';
import { add, exp, floating, log, mul, stopGradient, sub, where } from './elementwise.ts';
import { max, sum } from './reduce.ts';
import type { Gradients } from './table.ts';

/**
 * Stands for -Infinity where an entry is masked out: exp(masked - largest) is exactly 0, and unlike a real infinity
 * it survives shader compilers that assume finite numbers.
 */
export const masked = -1e30;

/** exp(x) / Σ exp(x). Rows sum to 1. */
export function softmax(x: Tensor): Tensor {
  if (x.rank === 0) throw new ShapeError('softmax', [x], 'has no last axis');
  return node('softmax', [floating('softmax', x)], {}, x.shape, 'f32');
}

/** log Σ exp(x), shifted by the largest value; the axis stays with size 1. */
export function logSumExp(x: Tensor, axis = -1): Tensor {
  const shift = stopGradient(max(x, axis));
  return add(log(sum(exp(sub(x, shift)), axis)), shift);
}

/** x - log Σ exp(x). */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const shifted = sub(x, stopGradient(max(x, axis)));
  return sub(shifted, log(sum(exp(shifted), axis)));
}

/** x where it is kept, as good as -Infinity elsewhere. A row must keep something, or its log-sum-exp means nothing. */
export const keepOnly = (x: Tensor, kept: Tensor<'bool'>) => where(kept, x, masked);

export const softmaxGradients = {
  softmax: (g, y) => {
    const gy = mul(g, y);
    return [sub(gy, mul(y, sum(gy, -1)))];
  },
} satisfies Partial<Gradients>;
