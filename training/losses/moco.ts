import { add, equal, mul, not, stopGradient } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { mean, sum } from '../graph/ops/reduce.ts';
import { at } from '../graph/ops/select.ts';
import { concat, unsqueeze } from '../graph/ops/shape.ts';
import { type Tensor, booleans, integers } from '../graph/tensor.ts';
import { accuracy, crossEntropy } from './cross-entropy.ts';
import { infoNce } from './info-nce.ts';
import { oneEach, positiveNumber, sameRows } from './refuse.ts';
import { unit } from '../graph/ops/length.ts';

export interface MocoOptions {
  /** > 0, no unit: 0.07 in v1, 0.2 in v2. */
  readonly temperature: number;
  /** Groups of the photos of this batch [B] and of the queue [K]: a photo's older key, or its twin's, is no negative. */
  readonly ids?: { readonly batch: Tensor<'i32'>; readonly queue: Tensor<'i32'> } | undefined;
}

/**
 * MoCo: draws a query to its own key and away from the keys of earlier batches.
 * @param query  [B, P], of the trained encoder. @param key  [B, P], of the momentum encoder; no gradient reaches it.
 * @param queue  [K, P], unit rows of earlier keys; no gradient reaches it. K may be 0: then there is nothing to learn.
 * @returns `loss`, in nats, mean over B; `accuracy`; `keys` [B, P], unit length, to go into the queue after the step.
 * @throws ShapeError when the shapes differ; RangeError for a temperature that is not positive.
 * Cost: one [B, K + 1] matrix, 64 MiB at B = 256, K = 65,536.
 * Source: He et al. 2020 (MoCo), equation 1 and algorithm 1, arXiv 1911.05722; Chen et al. 2020 (v2), arXiv 2003.04297.
 */
export function moco(query: Tensor, key: Tensor, queue: Tensor, { temperature, ids }: MocoOptions) {
  positiveNumber('moco', 'temperature', temperature);
  sameRows('moco', query, key);
  const [count, held] = [query.shape[0]!, queue.shape[0]!];
  const q = unit(query);
  const keys = stopGradient(unit(key));
  const own = sum(mul(q, keys), -1);
  const old = held > 0 ? [matmul(q, stopGradient(queue), { transposeB: true })] : [];
  const logits = mul(concat([own, ...old], 1), 1 / temperature); // [B, 1 + K]
  const first = at(integers(new Int32Array(count)), 1 + held);
  const kept = ids && held > 0 ? keptOf(query, ids.batch, ids.queue) : undefined;
  const perAnchor = crossEntropy(logits, first, kept);
  return { loss: mean(perAnchor), perAnchor, logits, accuracy: accuracy(logits, first, kept), keys };
}

function keptOf(query: Tensor, batch: Tensor<'i32'>, queue: Tensor<'i32'>): Tensor<'bool'> {
  oneEach('moco', query, batch);
  const others = not(equal(unsqueeze(batch, 1), unsqueeze(queue, 0)));
  return concat([booleans(Array<boolean>(batch.size).fill(true), [batch.size, 1]), others], 1);
}

/**
 * MoCo v3: both views ask, both answer, the batch itself is the dictionary.
 * @param queries  predictions of the trained encoder for view 1 and view 2, [B, P] each.
 * @param keys  projections of the momentum encoder for view 1 and view 2; no gradient reaches them.
 * @returns `loss`: both directions summed, each times 2 · temperature, as in the paper's algorithm and code.
 * Source: Chen, Xie, He 2021 (MoCo v3), algorithm 1, arXiv 2104.02057.
 */
export function mocoV3(
  queries: readonly [Tensor, Tensor],
  keys: readonly [Tensor, Tensor],
  options: { readonly temperature: number; readonly ids?: Tensor<'i32'> | undefined },
) {
  const [one, two] = [
    infoNce(queries[0], stopGradient(keys[1]), options),
    infoNce(queries[1], stopGradient(keys[0]), options),
  ];
  return {
    loss: mul(add(one.queryToKey, two.queryToKey), 2 * options.temperature),
    accuracy: mul(add(one.accuracy, two.accuracy), 0.5),
  };
}
