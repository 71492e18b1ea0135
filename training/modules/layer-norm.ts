import { add, div, mul, sqrt, sub } from '../graph/ops/elementwise.ts';
import { mean, variance } from '../graph/ops/reduce.ts';
import { type Layer, type Weights, ones, zeros } from './weights.ts';

/** Each row to mean 0 and deviation 1, then scaled and shifted: Ba, Kiros, Hinton 2016, arXiv 1607.06450. x [..., dim]. */
export function layerNorm(at: Weights, dim: number, { epsilon = 1e-6 } = {}): Layer {
  const gain = at.parameter('gain', [dim], ones);
  const shift = at.parameter('shift', [dim], zeros);
  return (x) => {
    const normal = div(sub(x, mean(x, -1)), sqrt(add(variance(x, -1), epsilon)));
    return add(mul(normal, gain), shift);
  };
}
