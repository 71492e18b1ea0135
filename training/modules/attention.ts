import { add, mul } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { reshape, slice, squeeze, transpose } from '../graph/ops/shape.ts';
import { softmax } from '../graph/ops/softmax.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Adapter } from './adapter.ts';
import { linear } from './linear.ts';
import { type Layer, type Weights, truncatedNormal } from './weights.ts';

export interface AttentionOptions {
  readonly dim: number;
  /** Divides dim. */
  readonly heads: number;
  /** [T, T], added to the attention logits: 0 where a token (row) sees another (column), very negative where it does not. */
  readonly visible?: Tensor;
  readonly adapter?: Adapter | undefined;
}

/** Multi-head self-attention: Vaswani et al. 2017, §3.2, arXiv 1706.03762. x [B, T, dim] → [B, T, dim]. */
export function attention(at: Weights, { dim, heads, visible, adapter }: AttentionOptions): Layer {
  const size = dim / heads;
  if (!Number.isInteger(size)) throw new RangeError(`attention: ${heads} heads do not divide ${dim}`);
  const options = { init: truncatedNormal(0.02), adapter };
  const qkv = linear(at.in('qkv'), dim, 3 * dim, options);
  const out = linear(at.in('out'), dim, dim, options);
  return (x, pass) => {
    const [batch, tokens] = x.shape as readonly [number, number];
    const split = transpose(reshape(qkv(x, pass), [batch, tokens, 3, heads, size]), [2, 0, 3, 1, 4]); // [3, B, H, T, size]
    const [q, k, v] = [0, 1, 2].map((i) => squeeze(slice(split, 0, i, i + 1), 0)) as [Tensor, Tensor, Tensor];
    const logits = mul(matmul(q, k, { transposeB: true }), 1 / Math.sqrt(size)); // [B, H, T, T]
    const seen = matmul(softmax(visible ? add(logits, visible) : logits), v); // [B, H, T, size]
    return out(reshape(transpose(seen, [0, 2, 1, 3]), [batch, tokens, dim]), pass);
  };
}
