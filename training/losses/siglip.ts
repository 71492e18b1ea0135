import { add, cast, exp, mul, neg, softplus, sub, where } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { filled, sum } from '../graph/ops/reduce.ts';
import { slice } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { diagonal, distinct } from './cross-entropy.ts';
import { oneEach, sameRows } from './refuse.ts';
import { unit } from '../graph/ops/length.ts';

/** Where temperature (as t' = log t) and bias begin: all pairs negative. Source: the paper's §3.2. */
export const siglipStart = { tPrime: Math.log(10), bias: -10 } as const;

export interface SiglipOptions {
  /** [B]; pairs with equal numbers are left out, other than the pair itself. */
  readonly ids?: Tensor<'i32'> | undefined;
  /** Captions compared at a time, 1 or more; all when left out. The sum is the same for any. */
  readonly chunk?: number | undefined;
}

/**
 * SigLIP: for every photo and every caption, whether they belong together; no softmax over the batch.
 * @param image  [B, D]. @param text  [B, D]; made unit length here.
 * @param tPrime  [], learned logarithm of the scale. @param bias  [], learned.
 * @returns `loss`, in nats: the sum over all pairs divided by B.
 * @throws ShapeError when the shapes differ. Cost: a few [B, chunk] matrices at a time.
 * Source: Zhai et al. 2023 (SigLIP), algorithm 1, arXiv 2303.15343; its equation 1 prints the bias with another sign.
 */
export function siglip(
  image: Tensor,
  text: Tensor,
  tPrime: Tensor,
  bias: Tensor,
  { ids, chunk }: SiglipOptions = {},
) {
  sameRows('siglip', image, text);
  if (ids) oneEach('siglip', image, ids);
  const count = image.shape[0]!;
  const [images, texts] = [mul(unit(image), exp(tPrime)), unit(text)];
  const sign = sub(mul(cast(diagonal(count), 'f32'), 2), 1); // +1 for the pair itself, -1 for all others
  const kept = ids && distinct(ids);
  let total = filled(0, []);
  for (let start = 0; start < count; start += chunk ?? count) {
    const stop = Math.min(count, start + (chunk ?? count));
    const logits = add(matmul(images, slice(texts, 0, start, stop), { transposeB: true }), bias);
    const terms = softplus(neg(mul(slice(sign, 1, start, stop), logits)));
    total = add(total, sum(kept ? where(slice(kept, 1, start, stop), terms, 0) : terms));
  }
  return { loss: mul(total, 1 / count) };
}
