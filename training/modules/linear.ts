import { add } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { reshape } from '../graph/ops/shape.ts';
import { type Adapter, adapt } from './adapter.ts';
import { type Init, type Layer, type Weights, uniformFor, zeros } from './weights.ts';

export interface LinearOptions {
  /** A layer before batch norm, or under a loss that ignores shifts, must have none: AdamW would turn the rounding noise of its gradient into full steps. */
  readonly bias?: boolean;
  readonly init?: Init;
  /** A low-rank correction that is trained in the place of the weight. */
  readonly adapter?: Adapter | undefined;
}

/** x [..., inputs] → x · weight + bias [..., outputs]. The weight lies as [inputs, outputs]. */
export function linear(at: Weights, inputs: number, outputs: number, options: LinearOptions = {}): Layer {
  const { bias: hasBias = true, init = uniformFor(inputs), adapter } = options;
  const place = adapter ? at.frozen() : at;
  const weight = place.parameter('weight', [inputs, outputs], init);
  const bias = hasBias ? place.parameter('bias', [outputs], zeros) : null;
  const correction = adapter && adapt(at.in('adapter'), inputs, outputs, adapter);
  return (x, pass) => {
    // All rows in one product: the bias is added before they are put back in place, where engines fuse it.
    const rows = reshape(x, [-1, inputs]);
    const product = correction ? correction(rows, weight, pass) : matmul(rows, weight);
    return reshape(bias ? add(product, bias) : product, [...x.shape.slice(0, -1), outputs]);
  };
}

/** Applies layers one after the other. */
export function chain(...layers: readonly Layer[]): Layer {
  return (x, pass) => layers.reduce((value, layer) => layer(value, pass), x);
}
