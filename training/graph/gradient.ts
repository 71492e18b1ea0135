/**
 * Reverse-mode differentiation: one walk back over the graph, one table of rules (`ops/table.ts`). The gradients are
 * tensors of the same graph, so they run on the same engine, and can be differentiated again.
 */
import { add } from './ops/elementwise.ts';
import { broadcast, filled, sumTo } from './ops/reduce.ts';
import { gradients } from './ops/table.ts';
import { type AnyTensor, type Node, type OpName, ShapeError, type Tensor, inOrder } from './tensor.ts';

/**
 * The gradient of a number by each of these tensors: d loss / d tensor, in the tensor's shape. Zeros where the loss
 * does not depend on the tensor.
 * @param loss  a tensor of one value; or of any shape when `seed` is given.
 * @param seed  d (final loss) / d loss, in the loss's shape, when the loss's own use lies elsewhere; 1 when left out.
 */
export function gradient(loss: Tensor, by: readonly Tensor[], seed?: Tensor): Tensor[] {
  if (!seed && loss.size !== 1)
    throw new ShapeError('gradient', [loss], 'only a single number has a gradient');
  const order = inOrder([loss]);
  // Only floats hand gradients on: a chain that passes through indices or truth values ends there.
  const depends = new Set<AnyTensor>(by);
  for (const tensor of order)
    if (tensor.type === 'f32' && tensor.inputs.some((source) => depends.has(source))) depends.add(tensor);

  const arrived = new Map<AnyTensor, Tensor>([[loss, broadcast(seed ?? filled(1, []), loss.shape)]]);
  for (const tensor of order.toReversed()) {
    const g = arrived.get(tensor);
    if (!g || !depends.has(tensor)) continue;
    for (const [i, part] of backward(tensor, g).entries()) {
      const source = tensor.inputs[i]!;
      if (!part || !depends.has(source)) continue;
      const fitted = sumTo(part, source.shape); // the one place where broadcasting is undone
      const before = arrived.get(source);
      arrived.set(source, before ? add(before, fitted) : fitted);
    }
  }
  return by.map((tensor) => arrived.get(tensor) ?? filled(0, tensor.shape));
}

function backward<K extends OpName>(
  tensor: AnyTensor & { readonly op: K },
  g: Tensor,
): readonly (Tensor | null)[] {
  const parts = gradients[tensor.op](g, tensor as unknown as Node<K>);
  if (parts.length !== tensor.inputs.length)
    throw new Error(`${tensor}: its rule gives ${parts.length} gradients for ${tensor.inputs.length} inputs`);
  return parts;
}
