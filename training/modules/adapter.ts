import { add, mul } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Pass, type Weights, uniformFor, zeros } from './weights.ts';

export interface Adapter {
  /** Of the correction, 1 or more; 4 to 16 serve for fine-tuning. */
  readonly rank: number;
  /** The correction is multiplied by strength / rank; equal to the rank when left out. */
  readonly strength?: number;
}

/**
 * A low-rank adapter: the frozen weight W [inputs, outputs] becomes W + scale · down · up, of which only `down` and `up`
 * are trained. `up` begins at zero, so that the network begins as it was: Hu et al. 2021 (LoRA), arXiv 2106.09685.
 * @returns the product of rows [N, inputs] with the corrected weight. Outside training the correction is added to the
 *   weight first, which costs nothing at run time once the weights are fixed.
 */
export function adapt(at: Weights, inputs: number, outputs: number, { rank, strength = rank }: Adapter) {
  const place = at.frozen(false);
  const down = place.parameter('down', [inputs, rank], uniformFor(inputs));
  const up = place.parameter('up', [rank, outputs], zeros);
  const scale = strength / rank;
  return (rows: Tensor, weight: Tensor, pass: Pass): Tensor => {
    if (!pass.training) return matmul(rows, add(weight, mul(matmul(down, up), scale)));
    return add(matmul(rows, weight), mul(matmul(matmul(rows, down), up), scale));
  };
}
