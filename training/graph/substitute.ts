import { type AnyTensor, Tensor, inOrder } from './tensor.ts';

/**
 * The tensors as they would be if some of those they are computed from were others: a network applied with the values
 * that its weights are about to get, or with numbers in the place of states.
 * @param by  what stands for a tensor, of the same shape and type; null where it stays.
 */
export function substitute<T extends AnyTensor>(
  tensors: readonly T[],
  by: (tensor: AnyTensor) => AnyTensor | null | undefined,
): T[] {
  const now = new Map<AnyTensor, AnyTensor>();
  for (const tensor of inOrder(tensors)) {
    const inputs = tensor.inputs.map((source) => now.get(source)!);
    const same = inputs.every((source, i) => source === tensor.inputs[i]);
    const { op, attributes, shape, type } = tensor;
    now.set(tensor, by(tensor) ?? (same ? tensor : new Tensor(op, inputs, attributes, shape, type)));
  }
  return tensors.map((tensor) => now.get(tensor) as T);
}
