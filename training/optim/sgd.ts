import { add, mul, sub } from '../graph/ops/elementwise.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Optimizer, decaysMatrices, moment, rate } from './optimizer.ts';

export interface SgdOptions {
  /** Distinguishes the fed numbers of several optimizers in one step. */
  readonly group?: string;
  /** 0.9 in MoCo and SimSiam. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** Added to the gradient as decay times the weight. */
  readonly decay?: number;
  /** Which parameters decay; MoCo and SimSiam decay all of them. */
  readonly decays?: (name: string, parameter: Tensor) => boolean;
}

/** Stochastic gradient descent with momentum, as torch.optim.SGD: v = momentum · v + g, w = w - rate · v. */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { group = 'sgd', momentum = 0.9, nesterov = false, decay = 0, decays = decaysMatrices } = options;
  const names = { rate: `${group}.rate`, decay: `${group}.decay` };
  const [step, wd] = [rate(names.rate), rate(names.decay)];
  return {
    update(name, parameter, gradient) {
      const g = decays(name, parameter) ? add(gradient, mul(parameter, wd)) : gradient;
      const v = moment('velocity', name, parameter);
      const nextV = add(mul(v, momentum), g);
      const direction = nesterov ? add(g, mul(nextV, momentum)) : nextV;
      return new Map([
        [v, nextV],
        [parameter, sub(parameter, mul(direction, step))],
      ]);
    },
    rates: (_, lr, d = decay) => ({ [names.rate]: lr, [names.decay]: d }),
  };
}
