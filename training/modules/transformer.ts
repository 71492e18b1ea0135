import { add, div, erf, mul } from '../graph/ops/elementwise.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type AttentionOptions, attention } from './attention.ts';
import { layerNorm } from './layer-norm.ts';
import { chain, linear } from './linear.ts';
import { type Layer, type Weights, truncatedNormal } from './weights.ts';

export interface TransformerOptions extends AttentionOptions {
  /** How many blocks. */
  readonly depth: number;
}

/** Blocks of attention and perceptron, and a last norm. x [B, T, dim] → [B, T, dim]. */
export function transformer(at: Weights, { depth, ...options }: TransformerOptions): Layer {
  const blocks = Array.from({ length: depth }, (_, i) => block(at.in(`block${i}`), options));
  return chain(...blocks, layerNorm(at.in('norm'), options.dim));
}

/** Normalises first, as GPT-2 and ViT do: x + attention(norm(x)), then x + perceptron(norm(x)). */
function block(at: Weights, options: AttentionOptions): Layer {
  const { dim, adapter } = options;
  const attend = chain(layerNorm(at.in('norm1'), dim), attention(at.in('attention'), options));
  const linearOptions = { init: truncatedNormal(0.02), adapter };
  const think = chain(
    layerNorm(at.in('norm2'), dim),
    linear(at.in('widen'), dim, 4 * dim, linearOptions),
    gelu,
    linear(at.in('narrow'), 4 * dim, dim, linearOptions),
  );
  return (x, pass) => {
    const attended = add(x, attend(x, pass));
    return add(attended, think(attended, pass));
  };
}

/** x/2 (1 + erf(x/√2)): Hendrycks, Gimpel 2016, arXiv 1606.08415; the exact form. */
export function gelu(x: Tensor): Tensor {
  return mul(mul(x, 0.5), add(erf(div(x, Math.SQRT2)), 1));
}
