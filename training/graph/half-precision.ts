/**
 * Mixed precision: matrix products and convolutions read and write float16, everything else stays float32: weights,
 * statistics, softmax, losses, optimizer. Source: Micikevicius et al. 2018, arXiv 1710.03740.
 */
import { type Graph, resultsOf } from './graph.ts';
import { type AnyTensor, type ElementType, type OpName, Tensor, inOrder } from './tensor.ts';

const products: ReadonlySet<OpName> = new Set<OpName>(['matmul', 'conv', 'convInput', 'convFilter']);

/** The same graph with its products in float16. To be applied after differentiation: their gradients are products too. */
export function inHalfPrecision(graph: Graph): Graph {
  const replaced = new Map<AnyTensor, AnyTensor>();
  const now = (tensor: AnyTensor) => replaced.get(tensor)!;
  for (const tensor of inOrder(resultsOf(graph))) {
    const { op, attributes, shape, type } = tensor;
    const inputs = tensor.inputs.map(now);
    if (products.has(op)) {
      const product = new Tensor(
        op,
        inputs.map((input) => castTo('f16', input)),
        attributes,
        shape,
        'f16',
      );
      replaced.set(tensor, castTo('f32', product));
    } else if (inputs.some((input, i) => input !== tensor.inputs[i])) {
      replaced.set(tensor, new Tensor(op, inputs, attributes, shape, type));
    } else replaced.set(tensor, tensor);
  }
  return {
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, tensor]) => [name, now(tensor)])),
    updates: new Map([...graph.updates].map(([state, next]) => [state, now(next)])),
  };
}

/** In another type; a product whose result goes into the next one does not take the way over float32. */
function castTo(type: ElementType, tensor: AnyTensor): AnyTensor {
  const [source] = tensor.inputs;
  if (tensor.op === 'cast' && source!.type === type) return source!;
  return new Tensor('cast', [tensor], {}, tensor.shape, type);
}
