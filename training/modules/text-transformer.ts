import { add, where } from '../graph/ops/elementwise.ts';
import { sum } from '../graph/ops/reduce.ts';
import { at as placeAt, gather } from '../graph/ops/select.ts';
import { squeeze, unsqueeze } from '../graph/ops/shape.ts';
import { masked } from '../graph/ops/softmax.ts';
import { ShapeError, type Tensor, constant } from '../graph/tensor.ts';
import { transformer } from './transformer.ts';
import { type Pass, type Weights, normal } from './weights.ts';

export interface TextOptions {
  /** How many different tokens there are. */
  readonly vocabulary: number;
  /** Length of every text in tokens; shorter ones are filled up behind their end. */
  readonly context: number;
  readonly dim: number;
  readonly depth: number;
  readonly heads: number;
  /** A token sees only those before it, as in CLIP; all see all, as in SigLIP. */
  readonly causal: boolean;
}

export interface TextEncoder {
  readonly dim: number;
  /**
   * @param tokens  [B, T], T the context. @param ends  [B], where each text ends: the place of its last token.
   * @returns [B, dim], what the last token has gathered.
   */
  readonly encode: (tokens: Tensor<'i32'>, ends: Tensor<'i32'>, pass: Pass) => Tensor;
}

/** Text tower: Radford et al. 2021 (CLIP), §2.4, arXiv 2103.00020 (there dim 512, depth 12, 8 heads, context 77). */
export function textTransformer(at: Weights, options: TextOptions): TextEncoder {
  const { vocabulary, context, dim, depth, heads, causal } = options;
  const embedding = at.in('token').parameter('embedding', [vocabulary, dim], normal(0.02));
  const position = at.parameter('position', [context, dim], normal(0.01));
  const body = transformer(at, { dim, depth, heads, ...(causal && { visible: causalMask(context) }) });

  return {
    dim,
    encode(tokens, ends, pass) {
      if (tokens.rank !== 2 || tokens.shape[1] !== context || ends.size !== tokens.shape[0])
        throw new ShapeError('textTransformer', [tokens, ends], `takes tokens [B, ${context}] and ends [B]`);
      const done = body(add(gather(embedding, tokens), position), pass); // [B, T, dim]
      const last = unsqueeze(placeAt(ends, context), -1); // [B, T, 1]
      return squeeze(sum(where(last, done, 0), 1), 1);
    },
  };
}

/** [T, T], very negative above the diagonal. */
function causalMask(length: number): Tensor {
  const values = Float64Array.from({ length: length * length }, (_, i) =>
    i % length > Math.floor(i / length) ? masked : 0,
  );
  return constant(values, [length, length]);
}
