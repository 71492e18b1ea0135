import { add, mul } from '../graph/ops/elementwise.ts';
import { conv } from '../graph/ops/conv.ts';
import { reshape } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { batchNormAffine } from './batch-norm.ts';
import { type Init, type Layer, type Weights, heNormal } from './weights.ts';

export interface ConvNormOptions {
  readonly kernel: number;
  readonly stride?: number;
  /** Each channel has a filter of its own; inputs and outputs must be equal. */
  readonly depthwise?: boolean;
  /** What follows the norm, if anything. */
  readonly activation?: (x: Tensor) => Tensor;
  readonly init?: Init;
}

/**
 * A convolution without bias, batch norm, and an activation; the border keeps the image's size at stride 1. Outside
 * training the norm's scale goes into the filters: one convolution and one addition are left.
 */
export function convNorm(at: Weights, inputs: number, outputs: number, options: ConvNormOptions): Layer {
  const { kernel, stride = 1, depthwise = false, activation = (x) => x, init = heNormal } = options;
  const filters = at.in('conv').parameter('filters', [outputs, depthwise ? 1 : inputs, kernel, kernel], init);
  const norm = batchNormAffine(at.in('norm'), outputs);
  const window = { stride, padding: Math.floor(kernel / 2), groups: depthwise ? inputs : 1 };
  return (x, pass) => {
    const plain = conv(x, filters, window);
    const { scale, shift } = norm(plain, pass);
    if (pass.training) return activation(add(mul(plain, scale), shift));
    return activation(add(conv(x, mul(filters, reshape(scale, [outputs, 1, 1, 1])), window), shift));
  };
}
