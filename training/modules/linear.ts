import { add } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { reshape } from '../graph/ops/shape.ts';
import { type Init, type Layer, type Weights, uniformFor, zeros } from './weights.ts';

export interface LinearOptions {
  /** A layer before batch norm, or under a loss that ignores shifts, must have none: AdamW would turn the rounding noise of its gradient into full steps. */
  readonly bias?: boolean;
  readonly init?: Init;
}

/** x [..., inputs] → x · weight + bias [..., outputs]. The weight lies as [inputs, outputs]. */
export function linear(at: Weights, inputs: number, outputs: number, options: LinearOptions = {}): Layer {
  const { bias: hasBias = true, init = uniformFor(inputs) } = options;
  const weight = at.parameter('weight', [inputs, outputs], init);
  const bias = hasBias ? at.parameter('bias', [outputs], zeros) : null;
  return (x) => {
    // All rows in one product: the bias is added before they are put back in place, where engines fuse it.
    const rows = matmul(reshape(x, [-1, inputs]), weight);
    return reshape(bias ? add(rows, bias) : rows, [...x.shape.slice(0, -1), outputs]);
  };
}

/** Applies layers one after the other. */
export function chain(...layers: readonly Layer[]): Layer {
  return (x, pass) => layers.reduce((value, layer) => layer(value, pass), x);
}
