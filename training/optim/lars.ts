import { add, and, div, greater, mul, sub, where } from '../graph/ops/elementwise.ts';
import { sumOfSquares } from '../graph/ops/reduce.ts';
import type { Tensor } from '../graph/tensor.ts';
import { root } from '../graph/ops/length.ts';
import { type Optimizer, decaysMatrices, moment, rate } from './optimizer.ts';

export interface LarsOptions {
  /** Distinguishes the fed numbers of several optimizers in one step. */
  readonly group?: string;
  readonly momentum?: number;
  /** How far a layer may move, as a share of its own length; 0.001. */
  readonly trust?: number;
  /** 1e-6 in SimCLR, 1.5e-6 in BYOL. */
  readonly decay?: number;
  /** Which parameters decay and are adapted; biases, gains and shifts are not, when left out. */
  readonly adapts?: (name: string, parameter: Tensor) => boolean;
  /** The rate multiplies the gradient as it enters the velocity, as in SimCLR's code, not the velocity. */
  readonly rateInside?: boolean;
}

/**
 * Layer-wise adaptive rates, for large batches: You, Gitman, Ginsburg 2017, arXiv 1708.03888, in the form of BYOL's and
 * Barlow Twins' code: the decayed gradient is scaled to trust · |w| / |g|, 1 where either is zero.
 */
export function lars(options: LarsOptions = {}): Optimizer {
  const { group = 'lars', momentum = 0.9, trust = 0.001, decay = 1e-6, rateInside = false } = options;
  const { adapts = decaysMatrices } = options;
  const names = { rate: `${group}.rate`, decay: `${group}.decay` };
  const [step, wd] = [rate(names.rate), rate(names.decay)];
  return {
    update(name, parameter, gradient) {
      const g = adapts(name, parameter)
        ? adapted(add(gradient, mul(parameter, wd)), parameter, trust)
        : gradient;
      const v = moment('velocity', name, parameter);
      const nextV = add(mul(v, momentum), rateInside ? mul(g, step) : g);
      return new Map([
        [v, nextV],
        [parameter, sub(parameter, rateInside ? nextV : mul(nextV, step))],
      ]);
    },
    rates: (_, lr, d = decay) => ({ [names.rate]: lr, [names.decay]: d }),
  };
}

function adapted(g: Tensor, parameter: Tensor, trust: number): Tensor {
  const [weight, slope] = [root(sumOfSquares(parameter)), root(sumOfSquares(g))];
  const both = and(greater(weight, 0), greater(slope, 0));
  return mul(g, where(both, div(mul(weight, trust), where(both, slope, 1)), 1));
}
