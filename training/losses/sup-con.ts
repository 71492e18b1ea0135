import {
  and,
  cast,
  div,
  greater,
  log,
  maximum,
  mul,
  neg,
  not,
  sub,
  where,
} from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { sum } from '../graph/ops/reduce.ts';
import { keepOnly, logSumExp } from '../graph/ops/softmax.ts';
import type { Tensor } from '../graph/tensor.ts';
import { diagonal, sameGroup } from './cross-entropy.ts';
import { oneEach, positiveNumber } from './refuse.ts';
import { unit } from '../graph/ops/length.ts';

export interface SupConOptions {
  /** > 0, no unit; 0.1 in the paper. */
  readonly temperature: number;
  /** Where positives are averaged: `out`side the logarithm (equation 2) or `in`side (equation 3, worse in the paper). */
  readonly where?: 'out' | 'in';
}

/**
 * Supervised contrastive loss: draws all photos of a label together and all others apart.
 * @param x  [M, D], made unit length here: all views of all photos. @param labels  [M].
 * @returns `loss`, in nats, mean over the anchors that have a mate (the others are negatives only), 0 when none has;
 *   `anchors`, their number.
 * @throws ShapeError, RangeError. Cost: a few [M, M] matrices.
 * Source: Khosla et al. 2020 (SupCon), equations 2 and 3, arXiv 2004.11362. A mean where the paper sums over anchors,
 * without its code's factor of temperature / 0.07.
 */
export function supCon(
  x: Tensor,
  labels: Tensor<'i32'>,
  { temperature, where: place = 'out' }: SupConOptions,
) {
  oneEach('supCon', x, labels);
  positiveNumber('supCon', 'temperature', temperature);
  const z = unit(x);
  const other = not(diagonal(labels.size));
  const mates = and(sameGroup(labels, labels), other);
  const logits = keepOnly(mul(matmul(z, z, { transposeB: true }), 1 / temperature), other);
  const logProbability = sub(logits, logSumExp(logits)); // [M, M]
  const count = sum(cast(mates, 'f32'), -1); // [M, 1]
  const has = greater(count, 0);
  const mateCount = maximum(count, 1);
  const perAnchor =
    place === 'out'
      ? neg(div(sum(where(mates, logProbability, 0), -1), mateCount))
      : neg(sub(logSumExp(keepOnly(logProbability, mates)), log(mateCount)));
  const anchors = sum(cast(has, 'f32'));
  return { loss: div(sum(where(has, perAnchor, 0)), maximum(anchors, 1)), anchors };
}
