/** The common core of the losses that tell one positive from many negatives. */
import { and, cast, equal, exp, log, not, stopGradient, sub, where } from '../graph/ops/elementwise.ts';
import { max, mean, sum } from '../graph/ops/reduce.ts';
import { argMax, at, pick, range } from '../graph/ops/select.ts';
import { squeeze, unsqueeze } from '../graph/ops/shape.ts';
import { keepOnly } from '../graph/ops/softmax.ts';
import type { Tensor } from '../graph/tensor.ts';

/**
 * -log( exp(positive) / Σ exp(kept) ) of each row, in nats. The positive must be among the kept.
 * @param logits  [A, C], similarity over temperature; of any size, shifted by the row's largest before exp.
 * @param positive  [A, C], true once a row.
 * @param kept  [A, C], false where a column must not stand in the row's denominator; all are kept when left out.
 * @returns [A]; 0 for a row that keeps its positive only.
 */
export function crossEntropy(logits: Tensor, positive: Tensor<'bool'>, kept?: Tensor<'bool'>): Tensor {
  const row = kept ? keepOnly(logits, kept) : logits;
  const shifted = sub(row, stopGradient(max(row, -1)));
  const own = sum(where(positive, shifted, 0), -1);
  return squeeze(sub(log(sum(exp(shifted), -1)), own), -1);
}

/** Share of rows whose largest kept logit is the positive; equal ones count for the lowest column. */
export function accuracy(logits: Tensor, positive: Tensor<'bool'>, kept?: Tensor<'bool'>): Tensor {
  const row = stopGradient(kept ? keepOnly(logits, kept) : logits);
  return mean(pick(cast(positive, 'f32'), argMax(row)));
}

/** [N, N], true on the diagonal. */
export const diagonal = (count: number) => at(range(count), count);

/** [N, M], true where two members belong to the same group of photos. */
export const sameGroup = (a: Tensor<'i32'>, b: Tensor<'i32'>) => equal(unsqueeze(a, 1), unsqueeze(b, 0));

/**
 * [N, N], true where column j may stand against row i: it is i's own positive, or of another group. Groups are
 * duplicates, bursts, shared captions: photos that are no true negatives of each other.
 */
export function distinct(ids: Tensor<'i32'>): Tensor<'bool'> {
  return not(and(sameGroup(ids, ids), not(diagonal(ids.size))));
}
