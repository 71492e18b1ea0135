import { add, div, erf, mul } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { reshape, slice, squeeze, transpose } from '../graph/ops/shape.ts';
import { softmax } from '../graph/ops/softmax.ts';
import type { Tensor } from '../graph/tensor.ts';
import { layerNorm } from './layer-norm.ts';
import { linear } from './linear.ts';
import { type Layer, type Weights, truncatedNormal } from './weights.ts';

const init = truncatedNormal(0.02);

/**
 * Multi-head self-attention: Vaswani et al. 2017, §3.2, arXiv 1706.03762. x [B, T, dim] → [B, T, dim].
 * @param visible  [T, T], added to the attention logits: 0 where a token sees another, very negative where not.
 */
export function attention(at: Weights, dim: number, heads: number, visible?: Tensor): Layer {
  const size = dim / heads;
  if (!Number.isInteger(size)) throw new RangeError(`attention: ${heads} heads do not divide ${dim}`);
  const qkv = linear(at.in('qkv'), dim, 3 * dim, { init });
  const out = linear(at.in('out'), dim, dim, { init });
  return (x, pass) => {
    const [batch, tokens] = x.shape as readonly [number, number];
    const split = transpose(reshape(qkv(x, pass), [batch, tokens, 3, heads, size]), [2, 0, 3, 1, 4]); // [3, B, H, T, size]
    const [q, k, v] = [0, 1, 2].map((i) => squeeze(slice(split, 0, i, i + 1), 0)) as [Tensor, Tensor, Tensor];
    const logits = mul(matmul(q, k, { transposeB: true }), 1 / Math.sqrt(size)); // [B, H, T, T]
    const seen = matmul(softmax(visible ? add(logits, visible) : logits), v); // [B, H, T, size]
    return out(reshape(transpose(seen, [0, 2, 1, 3]), [batch, tokens, dim]), pass);
  };
}

/** x/2 (1 + erf(x/√2)): Hendrycks, Gimpel 2016, arXiv 1606.08415; the exact form. */
export function gelu(x: Tensor): Tensor {
  return mul(mul(x, 0.5), add(erf(div(x, Math.SQRT2)), 1));
}

/** A transformer block that normalises first: x + attention(norm(x)), then x + mlp(norm(x)). x [B, T, dim]. */
export function transformerBlock(at: Weights, dim: number, heads: number, visible?: Tensor): Layer {
  const [norm1, norm2] = [layerNorm(at.in('norm1'), dim), layerNorm(at.in('norm2'), dim)];
  const attend = attention(at.in('attention'), dim, heads, visible);
  const widen = linear(at.in('mlp1'), dim, 4 * dim, { init });
  const narrow = linear(at.in('mlp2'), 4 * dim, dim, { init });
  return (x, pass) => {
    const attended = add(x, attend(norm1(x, pass), pass));
    return add(attended, narrow(gelu(widen(norm2(attended, pass), pass)), pass));
  };
}
