import {
  add,
  cast,
  div,
  exp,
  greater,
  mul,
  neg,
  stopGradient,
  sub,
  where,
} from '../graph/ops/elementwise.ts';
import { max, mean, sum } from '../graph/ops/reduce.ts';
import { concat, slice, squeeze } from '../graph/ops/shape.ts';
import { keepOnly, logSumExp } from '../graph/ops/softmax.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type NtXentOptions, compareViews } from './nt-xent.ts';
import { positiveNumber } from './refuse.ts';

export interface DecoupledOptions extends NtXentOptions {
  /** > 0: weights positives by 2 - e/mean(e), e = exp(similarity / sigma), so that the hard ones count more (DCLW; 0.5 in the paper). All alike when left out. */
  readonly sigma?: number | undefined;
}

/**
 * Decoupled contrastive loss: NT-Xent without the positive in the denominator, which loses less at small batches.
 * @param first  [B, P], projections of view 1. @param second  [B, P], of view 2.
 * @returns `loss`, in nats, mean over 2B anchors, may be negative; log(2B - 2) when all projections coincide. An anchor
 *   without any negative gives 0.
 * @throws ShapeError, RangeError as NT-Xent. Cost: as NT-Xent.
 * Source: Yeh et al. 2022 (DCL), §3, arXiv 2110.06848. The gradient flows through the weight, as in its code.
 */
export function decoupled(first: Tensor, second: Tensor, options: DecoupledOptions) {
  const { z, logits, negative } = compareViews('decoupled', first, second, options);
  const count = first.shape[0]!;
  const similarity = sum(mul(slice(z, 0, 0, count), slice(z, 0, count)), -1); // [B, 1]
  const pull = mul(similarity, mul(weightOf(similarity, options.sigma), 1 / options.temperature));
  const push = logSumExp(keepOnly(logits, negative)); // [2B, 1]
  const any = greater(max(cast(negative, 'f32'), -1), 0);
  const perAnchor = where(any, sub(push, concat([pull, pull], 0)), 0);
  return { loss: mean(perAnchor), perAnchor: squeeze(perAnchor, -1) };
}

function weightOf(similarity: Tensor, sigma: number | undefined): Tensor | number {
  if (sigma === undefined) return 1;
  positiveNumber('decoupled', 'sigma', sigma);
  const e = exp(mul(sub(similarity, stopGradient(max(similarity))), 1 / sigma));
  return add(neg(div(e, mean(e))), 2);
}
