import { add, cast, mul, relu, square, sub, where } from '../graph/ops/elementwise.ts';
import { mean, sum } from '../graph/ops/reduce.ts';
import { squeeze } from '../graph/ops/shape.ts';
import { type Tensor, integers } from '../graph/tensor.ts';
import { equal } from '../graph/ops/elementwise.ts';
import { oneEach, positiveNumber, sameRows } from './refuse.ts';
import { distance, unit } from '../graph/ops/length.ts';

export interface ContrastiveOptions {
  /** `euclidean` takes the embeddings as they are; `cosine` is 1 - cosine similarity, of any length. */
  readonly distance: 'euclidean' | 'cosine';
  /** Distance beyond which a different pair costs nothing: 1 for Euclidean, 0.5 for cosine. */
  readonly margin: number;
}

/**
 * Contrastive loss of pairs: similar ones are drawn together, different ones pushed apart up to the margin.
 * @param a  [B, D]. @param b  [B, D]. @param similar  [B], 1 for a pair that is alike, 0 for one that is not.
 * @returns `loss`: mean of y d²/2 + (1 - y) max(0, margin - d)²/2; `distance` and `perPair`, [B].
 * @throws ShapeError when the shapes differ; RangeError for a margin that is not positive.
 * Source: Hadsell, Chopra, LeCun 2006, equation 4 (where Y = 0 marks the similar ones; here 1 does).
 */
export function contrastive(a: Tensor, b: Tensor, similar: Tensor<'i32'>, options: ContrastiveOptions) {
  sameRows('contrastive', a, b);
  oneEach('contrastive', a, similar);
  positiveNumber('contrastive', 'margin', options.margin);
  const d = options.distance === 'cosine' ? sub(1, cosine(a, b)) : distance(a, b);
  const alike = cast(similar, 'f32');
  const apart = square(relu(sub(options.margin, d)));
  const perPair = mul(add(mul(alike, square(d)), mul(sub(1, alike), apart)), 0.5);
  return { loss: mean(perPair), distance: d, perPair };
}

/**
 * Cosine embedding loss: 1 - cosine for similar pairs, max(0, cosine - margin) for different ones; mean over B.
 * Source: torch.nn.CosineEmbeddingLoss.
 */
export function cosineEmbedding(a: Tensor, b: Tensor, similar: Tensor<'i32'>, { margin = 0 } = {}) {
  sameRows('cosineEmbedding', a, b);
  oneEach('cosineEmbedding', a, similar);
  const similarity = cosine(a, b);
  const alike = equal(similar, integers([1]));
  const perPair = where(alike, sub(1, similarity), relu(sub(similarity, margin)));
  return { loss: mean(perPair), similarity, perPair };
}

/** Cosine similarity of rows, [B, D] twice → [B]; 0 where a row is zero. */
const cosine = (a: Tensor, b: Tensor) => squeeze(sum(mul(unit(a), unit(b)), -1), -1);
