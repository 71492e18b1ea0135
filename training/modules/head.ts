import { relu } from '../graph/ops/elementwise.ts';
import { batchNorm } from './batch-norm.ts';
import { chain, linear } from './linear.ts';
import type { Layer, Weights } from './weights.ts';

export interface HeadOptions {
  /** Between linear layers: batch norm and ReLU, or ReLU alone. */
  readonly hidden: 'norm' | 'plain';
  /**
   * How the last layer ends. `linear`: with a bias. `no-bias`: for losses that ignore shifts. `norm`: batch norm without
   * gain and shift. `scaled`: batch norm without shift.
   */
  readonly last: 'linear' | 'no-bias' | 'norm' | 'scaled';
}

/**
 * A projection head or a predictor: a small perceptron that is used in training only. Rows [B, widths[0]] → [B, last].
 *
 * The papers' (d is the encoder's width):
 *   SimCLR d-d-128 norm, scaled     MoCo v2, SupCon d-d-128 plain, linear     MoCo v3 d-4096-4096-256 and 256-4096-256 norm, norm
 *   BYOL d-4096-256 and 256-4096-256 norm, linear     SimSiam d-d-d-2048 norm, norm and 2048-512-2048 norm, linear
 *   Barlow Twins, VICReg d-8192-8192-8192 norm, no-bias
 */
export function head(at: Weights, widths: readonly number[], { hidden, last }: HeadOptions): Layer {
  if (widths.length < 2) throw new RangeError('head: takes two widths or more');
  const layers = widths.slice(1).flatMap((outputs, i): Layer[] => {
    const [place, inputs] = [at.in(`layer${i}`), widths[i]!];
    const end = i === widths.length - 2;
    if (end && (last === 'linear' || last === 'no-bias'))
      return [linear(place, inputs, outputs, { bias: last === 'linear' })];
    if (!end && hidden === 'plain') return [linear(place, inputs, outputs), relu];
    const plain = linear(place, inputs, outputs, { bias: false });
    if (!end) return [plain, batchNorm(place.in('norm'), outputs), relu];
    return [plain, batchNorm(place.in('norm'), outputs, { affine: last === 'scaled' ? 'gain' : 'none' })];
  });
  return chain(...layers);
}
