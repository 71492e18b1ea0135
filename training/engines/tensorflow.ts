/**
 * The same graphs on TensorFlow.js, operation by operation: on a CUDA card where @tensorflow/tfjs-node-gpu is installed,
 * and as an oracle of its own in the tests. States stay tensors of the library between runs.
 */
import { type Graph, resultsOf, sourcesOf } from '../graph/graph.ts';
import { simplify } from '../graph/passes.ts';
import { type AnyTensor, type ElementType, type Node, inOrder } from '../graph/tensor.ts';
import { type Engine, type Memory, type Numbers, type Program, checkFeeds, numbersIn } from './engine.ts';
import { type TensorFlow, type TfTensor, loadTensorFlow } from './tensorflow-module.ts';
import { tensorflowTranslation, tfType } from './tensorflow-translation.ts';

/** @param names  packages or paths to try in this order. @throws Error when none loads. */
export async function tensorflowEngine(names?: readonly string[]): Promise<Engine> {
  const tf = await loadTensorFlow(names);
  return {
    name: 'tensorflow',
    ...(tf.getBackend() !== 'tensorflow' && { plain: true }),
    memory: () => new TensorFlowMemory(tf),
    compile: async (graph, memory) => compile(tf, graph, memory),
  };
}

const nameOf = (tensor: AnyTensor) => (tensor.attributes as { readonly name: string }).name;

function compile(tf: TensorFlow, graph: Graph, memory: Memory): Program {
  if (!(memory instanceof TensorFlowMemory)) throw new TypeError('the memory belongs to another engine');
  const { inputs, states } = sourcesOf(graph);
  memory.hold(states);
  const small = simplify(graph);
  const order = inOrder(resultsOf(small));
  const results = new Set(resultsOf(small));
  const lastReader = new Map<AnyTensor, AnyTensor>();
  for (const tensor of order) for (const source of tensor.inputs) lastReader.set(source, tensor);

  return {
    onCpu: new Map(),
    async run(feeds, accept) {
      const fed = new Map(
        checkFeeds(inputs, feeds).map(([tensor, numbers]) => [
          nameOf(tensor),
          tfTensor(tf, tensor.type, numbers, tensor.shape),
        ]),
      );
      const source = (node: AnyTensor) =>
        node.op === 'state' ? memory.current(nameOf(node)) : fed.get(nameOf(node))!;
      const translation = tensorflowTranslation(tf, source);
      const values = new Map<AnyTensor, TfTensor>();
      for (const tensor of order) {
        const rule = translation[tensor.op] as (given: readonly TfTensor[], node: AnyTensor) => TfTensor;
        values.set(
          tensor,
          rule(
            tensor.inputs.map((each) => values.get(each)!),
            tensor,
          ),
        );
        // What nobody reads any more is given back at once: a card's memory is small.
        for (const each of new Set(tensor.inputs))
          if (lastReader.get(each) === tensor && isTemporary(each) && !results.has(each))
            values.get(each)!.dispose();
      }
      const outputs: Record<string, Numbers> = {};
      for (const [name, tensor] of Object.entries(small.outputs))
        outputs[name] = numbersIn(tensor.type, await values.get(tensor)!.data());
      const taken = accept?.(outputs) ?? true;
      const next = [...small.updates].map(
        ([held, tensor]) => [nameOf(held), tf.keep(tf.clone(values.get(tensor)!))] as const,
      );
      for (const [name, value] of next) memory.moveOn(name, value, taken);
      for (const tensor of results) if (isTemporary(tensor)) values.get(tensor)!.dispose();
      for (const tensor of fed.values()) tensor.dispose();
      return outputs;
    },
    async close() {},
  };
}

/** Made during the run, and the run's to give back. */
const isTemporary = ({ op }: AnyTensor) => op !== 'state' && op !== 'input';

function tfTensor(tf: TensorFlow, type: ElementType, numbers: Numbers, shape: readonly number[]): TfTensor {
  return tf.keep(tf.tensor(type === 'u8' ? Int32Array.from(numbers) : numbers, shape, tfType(type)));
}

class TensorFlowMemory implements Memory {
  readonly #tf: TensorFlow;
  readonly #slots = new Map<string, { readonly state: Node<'state'>; current: TfTensor }>();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  get names(): readonly string[] {
    return [...this.#slots.keys()];
  }

  hold(states: readonly Node<'state'>[]): void {
    for (const state of states) {
      const { name, first } = state.attributes;
      const held = this.#slots.get(name);
      if (held && (held.state.type !== state.type || held.state.shape.join() !== state.shape.join()))
        throw new RangeError(`${state} is held as ${held.state}`);
      if (held) continue;
      const current = tfTensor(this.#tf, state.type, numbersIn(state.type, first()), state.shape);
      this.#slots.set(name, { state, current });
    }
  }

  current(name: string): TfTensor {
    return this.#slot(name).current;
  }

  moveOn(name: string, next: TfTensor, taken: boolean): void {
    const slot = this.#slot(name);
    (taken ? slot.current : next).dispose();
    if (taken) slot.current = next;
  }

  async read(names: readonly string[] = this.names): Promise<ReadonlyMap<string, Numbers>> {
    const copies = new Map<string, Numbers>();
    for (const name of names) {
      const { state, current } = this.#slot(name);
      copies.set(name, numbersIn(state.type, await current.data()).slice());
    }
    return copies;
  }

  write(values: ReadonlyMap<string, Numbers>): void {
    for (const [name, numbers] of values) {
      const { state } = this.#slot(name);
      if (numbers.length !== state.size)
        throw new RangeError(`“${name}” holds ${state.size} numbers, not ${numbers.length}`);
      this.moveOn(name, tfTensor(this.#tf, state.type, numbersIn(state.type, numbers), state.shape), true);
    }
  }

  async close(): Promise<void> {
    for (const { current } of this.#slots.values()) current.dispose();
    this.#slots.clear();
  }

  #slot(name: string) {
    const slot = this.#slots.get(name);
    if (!slot) throw new RangeError(`no state is called “${name}”`);
    return slot;
  }
}
