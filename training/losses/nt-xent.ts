import { and, mul, not, or } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { mean } from '../graph/ops/reduce.ts';
import { at } from '../graph/ops/select.ts';
import { concat } from '../graph/ops/shape.ts';
import { type Tensor, integers } from '../graph/tensor.ts';
import { accuracy, crossEntropy, diagonal, sameGroup } from './cross-entropy.ts';
import { positiveNumber, sameRows } from './refuse.ts';
import { unit } from '../graph/ops/length.ts';

export interface NtXentOptions {
  /** > 0, no unit; divides cosine similarity. The lower, the harder it presses on the nearest negatives. */
  readonly temperature: number;
  /** [B]; photos with equal numbers are duplicates or a burst, and are not used as each other's negatives. */
  readonly ids?: Tensor<'i32'> | undefined;
  /** Rows are made unit length first; true when left out. */
  readonly normalize?: boolean;
}

/**
 * NT-Xent: draws the two views of each photo together and every other view in the batch apart.
 * @param first  [B, P], projections of view 1; of any length, made unit length here.
 * @param second  [B, P], projections of view 2, same photo order as `first`.
 * @returns `loss`, in nats, mean over 2B anchors: log(2B - 1) when all projections coincide (collapse), 0 when no
 *   negative is left; not comparable between different B or temperature. `accuracy`, the share of anchors whose mate is nearest.
 * @throws ShapeError when the two views differ in shape; RangeError for a temperature that is not positive.
 * Cost: a few [2B, 2B] float32 matrices, 64 MiB each at B = 2048.
 * Source: Chen et al. 2020 (SimCLR), equation 1 and algorithm 1, arXiv 2002.05709. As in the paper a mean over 2B
 * (its code, objective.py, adds two means over B).
 */
export function ntXent(first: Tensor, second: Tensor, options: NtXentOptions) {
  const { logits, mate, negative } = compareViews('ntXent', first, second, options);
  const kept = or(negative, mate);
  const perAnchor = crossEntropy(logits, mate, kept);
  return { loss: mean(perAnchor), perAnchor, accuracy: accuracy(logits, mate, kept) };
}

/** Every view against every other: what NT-Xent and its decoupled form have in common. */
export interface ComparedViews {
  /** [2B, P], views 1 then views 2. */
  readonly z: Tensor;
  /** [2B, 2B], similarity over temperature. */
  readonly logits: Tensor;
  /** [2B, 2B], true at the other view of the same photo. */
  readonly mate: Tensor<'bool'>;
  /** [2B, 2B], true at views of other photos that may serve as negatives. */
  readonly negative: Tensor<'bool'>;
}

export function compareViews(
  loss: string,
  first: Tensor,
  second: Tensor,
  { temperature, ids, normalize = true }: NtXentOptions,
): ComparedViews {
  sameRows(loss, first, second);
  positiveNumber(loss, 'temperature', temperature);
  const count = first.shape[0]!;
  const both = concat([first, second], 0);
  const z = normalize ? unit(both) : both;
  const other = integers(Array.from({ length: 2 * count }, (_, i) => (i + count) % (2 * count)));
  const mate = at(other, 2 * count);
  const twice = ids && concat([ids, ids], 0);
  const negative = twice ? not(sameGroup(twice, twice)) : and(not(diagonal(2 * count)), not(mate));
  return { z, logits: mul(matmul(z, z, { transposeB: true }), 1 / temperature), mate, negative };
}
