/**
 * A graph without states: the weights of a trained network written into it, and everything that depends on weights
 * alone computed once: norms folded into filters, adapters added to their matrices, weights made unit length.
 */
import type { Graph } from './graph.ts';
import { simplify } from './passes.ts';
import { substitute } from './substitute.ts';
import { type AnyTensor, type Node, type Values, inOrder, isOp, node } from './tensor.ts';

/** Numbers of these tensors, which depend on nothing from outside; by any engine. */
export type Compute = (tensors: readonly AnyTensor[]) => Promise<readonly Values[]>;

/**
 * @param outputs  what the finished graph gives.
 * @param values  of every state, by name. @throws RangeError when one is missing.
 */
export async function fixWeights(
  outputs: Graph['outputs'],
  values: ReadonlyMap<string, Values>,
  compute: Compute,
): Promise<Graph> {
  const names = Object.keys(outputs);
  const fixed = substitute(Object.values(outputs), (tensor) =>
    isOp(tensor, 'state') ? written(tensor, values) : null,
  );
  const small = simplify({
    outputs: Object.fromEntries(names.map((name, i) => [name, fixed[i]!])),
    updates: new Map(),
  });
  const known = knownInAdvance(Object.values(small.outputs));
  const numbers = await compute(known);
  const folded = new Map(known.map((tensor, i) => [tensor, constantOf(tensor, numbers[i]!)]));
  const results = substitute(Object.values(small.outputs), (tensor) => folded.get(tensor) ?? null);
  return {
    outputs: Object.fromEntries(Object.keys(small.outputs).map((name, i) => [name, results[i]!])),
    updates: new Map(),
  };
}

function written(state: Node<'state'>, values: ReadonlyMap<string, Values>): AnyTensor {
  const numbers = values.get(state.attributes.name);
  if (numbers?.length !== state.size)
    throw new RangeError(`${state} is given ${numbers?.length ?? 'no'} values`);
  return constantOf(state, numbers);
}

const constantOf = ({ shape, type }: AnyTensor, values: Values) =>
  node('constant', [], { values }, shape, type);

/** The largest parts that depend on constants alone, and are read by something that does not. Mere repetition is left as it is. */
function knownInAdvance(outputs: readonly AnyTensor[]): AnyTensor[] {
  const order = inOrder(outputs);
  const fixed = new Set<AnyTensor>();
  for (const tensor of order)
    if (
      tensor.op !== 'input' &&
      tensor.op !== 'broadcast' &&
      tensor.inputs.every((source) => fixed.has(source))
    )
      fixed.add(tensor);
  const read = order.flatMap((tensor) => (fixed.has(tensor) ? [] : tensor.inputs));
  return [...new Set([...read, ...outputs])].filter(
    (tensor) => fixed.has(tensor) && tensor.op !== 'constant',
  );
}
