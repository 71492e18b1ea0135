import { add, div, mul, sqrt, square, sub } from '../graph/ops/elementwise.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Optimizer, decaysMatrices, moment, rate } from './optimizer.ts';

export interface AdamWOptions {
  /** Distinguishes the fed numbers of several optimizers in one step. */
  readonly group?: string;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Share of the weight taken away per step, times the rate; 0.01 in the paper's code, 0.05 to 0.1 for transformers. */
  readonly decay?: number;
  /** Which parameters decay: matrices and filters, but no biases and gains, when left out. */
  readonly decays?: (name: string, parameter: Tensor) => boolean;
}

/**
 * Adam with decoupled weight decay: Loshchilov, Hutter 2019, arXiv 1711.05101; decay times the learning rate and
 * epsilon outside the root, after the bias correction, as in PyTorch.
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { group = 'adamw', beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0.05 } = options;
  const { decays = decaysMatrices } = options;
  const names = { shrink: `${group}.shrink`, step: `${group}.step`, root: `${group}.root` };
  const [shrink, step, root] = [rate(names.shrink), rate(names.step), rate(names.root)];
  return {
    update(name, parameter, gradient) {
      const [m, v] = [moment('m', name, parameter), moment('v', name, parameter)];
      const nextM = add(mul(m, beta1), mul(gradient, 1 - beta1));
      const nextV = add(mul(v, beta2), mul(square(gradient), 1 - beta2));
      const kept = decays(name, parameter) ? mul(parameter, shrink) : parameter;
      const moved = sub(kept, mul(step, div(nextM, add(mul(sqrt(nextV), root), epsilon))));
      return new Map([
        [m, nextM],
        [v, nextV],
        [parameter, moved],
      ]);
    },
    rates: (k, lr, wd = decay) => ({
      [names.shrink]: 1 - lr * wd,
      [names.step]: lr / (1 - beta1 ** (k + 1)),
      [names.root]: 1 / Math.sqrt(1 - beta2 ** (k + 1)),
    }),
  };
}
