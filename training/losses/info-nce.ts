import { add, exp, mul, neg } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { mean } from '../graph/ops/reduce.ts';
import { at } from '../graph/ops/select.ts';
import { concat, transpose, unsqueeze } from '../graph/ops/shape.ts';
import { type Tensor, integers } from '../graph/tensor.ts';
import { accuracy, crossEntropy, diagonal, distinct } from './cross-entropy.ts';
import { oneEach, positiveNumber, sameRows } from './refuse.ts';
import { unit } from '../graph/ops/length.ts';

export interface InfoNceOptions {
  /** > 0, no unit; divides similarity. */
  readonly temperature: number;
  /** [B]; pairs with equal numbers are not used as each other's negatives. */
  readonly ids?: Tensor<'i32'> | undefined;
}

/**
 * InfoNCE between two sets: row i of one belongs to row i of the other, all other rows are its negatives.
 * @param query  [B, D]. @param key  [B, D]; both made unit length here.
 * @returns `queryToKey` and `keyToQuery`, in nats, mean over B; `loss`, half of their sum; log B when all coincide.
 * @throws ShapeError when the shapes differ; RangeError for a temperature that is not positive.
 * Cost: a few [B, B] matrices. Source: van den Oord, Li, Vinyals 2018 (CPC), equation 4, arXiv 1807.03748.
 */
export function infoNce(query: Tensor, key: Tensor, { temperature, ids }: InfoNceOptions) {
  positiveNumber('infoNce', 'temperature', temperature);
  sameRows('infoNce', query, key);
  const logits = mul(matmul(unit(query), unit(key), { transposeB: true }), 1 / temperature);
  return bothWays(logits, ids);
}

/** The two directions of a square matrix of logits whose diagonal holds the positives. */
export function bothWays(logits: Tensor, ids?: Tensor<'i32'>) {
  if (ids) oneEach('infoNce', logits, ids);
  const own = diagonal(logits.shape[0]!);
  const kept = ids && distinct(ids);
  const queryToKey = mean(crossEntropy(logits, own, kept));
  const keyToQuery = mean(crossEntropy(transpose(logits), own, kept));
  return {
    loss: mul(add(queryToKey, keyToQuery), 0.5),
    queryToKey,
    keyToQuery,
    accuracy: accuracy(logits, own, kept),
  };
}

/**
 * InfoNCE when the scores themselves are at hand.
 * @param positive  [B], score of each anchor with its positive. @param negatives  [B, M], with its negatives.
 * @returns `loss`, in nats, mean over B; `probability` [B] that the positive would be picked; `accuracy`.
 */
export function infoNceOfScores(
  positive: Tensor,
  negatives: Tensor,
  { temperature }: { readonly temperature: number },
) {
  positiveNumber('infoNceOfScores', 'temperature', temperature);
  const logits = mul(concat([unsqueeze(positive, -1), negatives], 1), 1 / temperature);
  const first = at(integers(new Int32Array(positive.size)), logits.shape[1]!);
  const perAnchor = crossEntropy(logits, first);
  return {
    loss: mean(perAnchor),
    perAnchor,
    probability: exp(neg(perAnchor)),
    accuracy: accuracy(logits, first),
  };
}
