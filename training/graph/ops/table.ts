/** Every operation's gradient in one table; an operation that is missing here does not compile. */
import type { Node, OpName, Tensor } from '../tensor.ts';
import { convGradients } from './conv.ts';
import { elementwiseGradients } from './elementwise.ts';
import { matmulGradients } from './matmul.ts';
import { reduceGradients } from './reduce.ts';
import { selectGradients } from './select.ts';
import { shapeGradients } from './shape.ts';
import { softmaxGradients } from './softmax.ts';

/**
 * From the gradient of a result to the gradients of the inputs, as further operations. One entry an input: null
 * where none flows. A gradient may have the result's shape where the input was broadcast.
 */
export type Gradient<K extends OpName> = (g: Tensor, node: Node<K>) => readonly (Tensor | null)[];

export type Gradients = { readonly [K in OpName]: Gradient<K> };

export const gradients: Gradients = {
  input: () => [],
  state: () => [],
  constant: () => [],
  ...elementwiseGradients,
  ...reduceGradients,
  ...shapeGradients,
  ...matmulGradients,
  ...softmaxGradients,
  ...convGradients,
  ...selectGradients,
};
