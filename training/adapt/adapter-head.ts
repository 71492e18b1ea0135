import { add, mul } from '../graph/ops/elementwise.ts';
import { unit } from '../graph/ops/length.ts';
import type { Tensor } from '../graph/tensor.ts';
import { linear } from '../modules/linear.ts';
import { gelu } from '../modules/transformer.ts';
import { type Gate, gateAt } from './gate.ts';
import { type Pass, type Weights, zeros } from '../modules/weights.ts';

export interface AdapterSize {
  /** D, of the features. */
  readonly dim: number;
  /** H. */
  readonly hidden: number;
  /** Left out, it may change anything. */
  readonly gate?: Gate | null;
}

/**
 * A residual adapter over the features of a frozen encoder: x = √D f, f' = unit(x + W₂ gelu(W₁ x)). Numbers of x are near 1,
 * which is what first values and rates of layers are made for; it changes no direction. W₂ begins at zero, so that the
 * adapted encoder begins as the one below it. As in Houlsby et al. 2019, §2.1, arXiv 1902.00751, and Gao et al. 2021
 * (CLIP-Adapter), arXiv 2110.04544, without the latter's fixed mixing ratio.
 * With a gate g, x + g W₂ gelu(W₁ x): where the gate is shut, all stays as it is.
 * @returns features [N, D], unit length → [N, D], unit length.
 */
export function adapterHead(at: Weights, { dim, hidden, gate }: AdapterSize) {
  const into = linear(at.in('into'), dim, hidden);
  const out = linear(at.in('out'), hidden, dim, { init: zeros });
  return (features: Tensor, pass: Pass): Tensor => {
    const x = mul(features, Math.sqrt(dim));
    const change = out(gelu(into(x, pass)), pass);
    return unit(add(x, gate ? mul(change, gateAt(gate, features)) : change));
  };
}

/** Names of the head's weights below the place it was made at. */
export const adapterWeights = ['into.weight', 'into.bias', 'out.weight', 'out.bias'] as const;
