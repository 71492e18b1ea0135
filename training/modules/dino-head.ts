import { unit } from '../graph/ops/length.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { reshape } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { batchNorm } from './batch-norm.ts';
import { gelu } from './transformer.ts';
import { chain, linear } from './linear.ts';
import { type Layer, type Weights, truncatedNormal } from './weights.ts';

export interface DinoHeadOptions {
  /** D, the encoder's. */
  readonly inputs: number;
  /** 2048 in the paper. */
  readonly hidden: number;
  /** 256 in the paper. */
  readonly bottleneck: number;
  /** K, 65,536 in the paper; 1,024 to 4,096 for a home library. */
  readonly prototypes: number;
  /** Batch norm before each GELU: the reference's `use_bn_in_head`, off in the paper. */
  readonly norm?: boolean;
}

/**
 * DINO's head: three linear layers with GELU, a unit vector, and its cosine with each prototype. Rows [..., D] → [..., K].
 * Source: Caron et al. 2021, appendix C, arXiv 2104.14294.
 */
export function dinoHead(
  at: Weights,
  { inputs, hidden, bottleneck, prototypes, norm = false }: DinoHeadOptions,
): Layer {
  const init = truncatedNormal(0.02);
  const layer = (name: string, from: number): Layer[] => {
    const place = at.in(name);
    const rows = linear(place, from, hidden, { init, bias: !norm });
    return norm ? [rows, overRows(batchNorm(place.in('norm'), hidden)), gelu] : [rows, gelu];
  };
  const body = chain(
    ...layer('layer0', inputs),
    ...layer('layer1', hidden),
    linear(at.in('layer2'), hidden, bottleneck, { init }),
  );
  const directions = at.in('prototypes').parameter('directions', [bottleneck, prototypes], init);
  return (x, pass) => cosines(body(x, pass), directions);
}

/** A layer that takes rows [N, D], for rows in any arrangement [..., D]. */
function overRows(layer: Layer): Layer {
  return (x, pass) => {
    const width = x.shape.at(-1)!;
    return reshape(layer(reshape(x, [x.size / width, width]), pass), x.shape);
  };
}

/** Cosine of every row x [..., D] with every column of v [D, K]: a linear layer with weight norm, its gain fixed at 1. */
export const cosines = (x: Tensor, v: Tensor) => matmul(unit(x), unit(v, 0));
