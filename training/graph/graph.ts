/** A graph is what one run computes; a translation says how each operation is done by somebody who can. */
import {
  type AnyTensor,
  type Node,
  type OpName,
  type Operations,
  type Tensor,
  inOrder,
  isOp,
} from './tensor.ts';

export interface Graph {
  /** Results by name, read by the caller after a run. */
  readonly outputs: Readonly<Record<string, AnyTensor>>;
  /** State → its value after the run. A state that is missing here keeps its value. */
  readonly updates: ReadonlyMap<AnyTensor, AnyTensor>;
}

/** Everything a graph computes, as a list. */
export function resultsOf({ outputs, updates }: Graph): AnyTensor[] {
  return [...Object.values(outputs), ...updates.values()];
}

/** What a graph reads from outside. */
export interface Sources {
  readonly inputs: readonly (AnyTensor & { readonly attributes: { readonly name: string } })[];
  readonly states: readonly Node<'state'>[];
}

/**
 * The inputs and states of a graph, each once.
 * @throws Error when one name stands for two different tensors, or something other than a state is updated.
 */
export function sourcesOf(graph: Graph): Sources {
  const inputs: Node<'input'>[] = [];
  const states: Node<'state'>[] = [];
  const byName = new Map<string, AnyTensor>();
  for (const tensor of inOrder([...resultsOf(graph), ...graph.updates.keys()])) {
    if (!isOp(tensor, 'input') && !isOp(tensor, 'state')) continue;
    const { name } = tensor.attributes;
    if (byName.has(name))
      throw new Error(`two different tensors are called “${name}”: ${byName.get(name)}, ${tensor}`);
    byName.set(name, tensor);
    if (isOp(tensor, 'input')) inputs.push(tensor);
    else states.push(tensor);
  }
  for (const [state, next] of graph.updates) {
    if (state.op !== 'state')
      throw new Error(`${state} is updated, but only a state is kept from run to run`);
    if (state.type !== next.type || state.shape.join() !== next.shape.join())
      throw new Error(`${state} cannot take the value of ${next}: shape or type differ`);
  }
  return { inputs, states };
}

/**
 * How every operation is done with values of kind V: numbers, another library's tensors, names in a file.
 * A translation that forgets an operation does not compile.
 */
export type Translation<V> = {
  readonly [K in OpName]: (inputs: Each<Operations[K]['inputs'], V>, node: Node<K>) => V;
};
type Each<Inputs extends readonly AnyTensor[], V> = { readonly [I in keyof Inputs]: V };

/** Translates these tensors and all they are computed from, each once, inputs before their readers. */
export function translate<V>(
  tensors: readonly AnyTensor[],
  translation: Translation<V>,
  seen?: (tensor: AnyTensor, value: V) => void,
): Map<AnyTensor, V> {
  const values = new Map<AnyTensor, V>();
  for (const tensor of inOrder(tensors)) {
    const inputs = tensor.inputs.map((source) => values.get(source)!);
    const rule = translation[tensor.op] as (inputs: readonly V[], node: Tensor) => V;
    const value = rule(inputs, tensor as Tensor);
    values.set(tensor, value);
    seen?.(tensor, value);
  }
  return values;
}
