import { unit } from '../graph/ops/length.ts';
import { matmul } from '../graph/ops/matmul.ts';
import type { Tensor } from '../graph/tensor.ts';
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
}

/**
 * DINO's head: three linear layers with GELU, a unit vector, and its cosine with each prototype. Rows [..., D] → [..., K].
 * No batch norm. Source: Caron et al. 2021, appendix C, arXiv 2104.14294.
 */
export function dinoHead(at: Weights, { inputs, hidden, bottleneck, prototypes }: DinoHeadOptions): Layer {
  const init = truncatedNormal(0.02);
  const body = chain(
    linear(at.in('layer0'), inputs, hidden, { init }),
    gelu,
    linear(at.in('layer1'), hidden, hidden, { init }),
    gelu,
    linear(at.in('layer2'), hidden, bottleneck, { init }),
  );
  const directions = at.in('prototypes').parameter('directions', [bottleneck, prototypes], init);
  return (x, pass) => cosines(body(x, pass), directions);
}

/** Cosine of every row x [..., D] with every column of v [D, K]: a linear layer with weight norm, its gain fixed at 1. */
export const cosines = (x: Tensor, v: Tensor) => matmul(unit(x), unit(v, 0));
