import { add, log, neg, stopGradient, sub, where } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { filled, mean } from '../graph/ops/reduce.ts';
import { argMax, gather } from '../graph/ops/select.ts';
import { squeeze } from '../graph/ops/shape.ts';
import { sumOfSquares } from '../graph/ops/reduce.ts';
import { type Tensor, integers } from '../graph/tensor.ts';
import { diagonal, sameGroup } from './cross-entropy.ts';
import { root, unit } from '../graph/ops/length.ts';

export interface KoleoOptions {
  /** Added to every difference and to the distance; 1e-8 in DINOv2's koleo_loss.py. */
  readonly epsilon?: number;
  /** [B]; photos with equal numbers are not each other's nearest: exact twins would get gradients of 1e7. */
  readonly ids?: Tensor<'i32'> | undefined;
}

/**
 * KoLeo: spreads a batch evenly by pushing every embedding away from its nearest neighbour.
 * @param x  [B, D], of one view of each photo (views of one photo must not repel); made unit length here.
 * @returns `loss`: -mean log of the distance to the nearest other row, 0 for a batch of one; `nearest` [B].
 * Source: Sablayrolles et al. 2019, arXiv 1806.03198, in the form of Oquab et al. 2023 (DINOv2), arXiv 2304.07193.
 */
export function koleo(x: Tensor, { epsilon = 1e-8, ids }: KoleoOptions = {}) {
  const count = x.shape[0]!;
  if (count < 2) return { loss: filled(0, []), nearest: integers([]) };
  const z = unit(x);
  const similarity = stopGradient(matmul(z, z, { transposeB: true }));
  const excluded = ids ? sameGroup(ids, ids) : diagonal(count);
  const nearest = argMax(where(excluded, -4, similarity));
  const difference = add(sub(z, gather(z, nearest)), epsilon);
  const apart = squeeze(root(sumOfSquares(difference, -1)), -1);
  return { loss: neg(mean(log(add(apart, epsilon)))), nearest };
}
