/**
 * An engine runs graphs. It keeps their states between runs where they are fastest to reach, on the device if it can,
 * so that a training step moves a batch in and a few numbers out.
 */
import type { Graph, Sources } from '../graph/graph.ts';
import type { AnyTensor, ElementType } from '../graph/tensor.ts';

export const engineNames = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tensorflow'] as const;
export type EngineName = (typeof engineNames)[number];

/** What goes in and comes out: numbers row by row, in the type of the tensor (truth values as 0 and 1 in bytes). */
export type Numbers = Float32Array | Int32Array | Uint8Array;
/** A plain number stands for a tensor of one, and is ignored where nothing reads it: a rate that no parameter uses. */
export type Feeds = Readonly<Record<string, Numbers | number>>;
export type Results = Readonly<Record<string, Numbers>>;

export interface Engine {
  readonly name: EngineName;
  /** Computes in plain JavaScript, many times slower than any other way: chosen only by name. */
  readonly plain?: true;
  /** Room for states. Graphs compiled with the same memory share states of the same name. */
  memory(): Memory;
  compile(graph: Graph, memory: Memory): Promise<Program>;
}

/** The states of one run of training, by name. */
export interface Memory {
  readonly names: readonly string[];
  /** Copies states out: all, or the named ones. @throws RangeError for a name that no compiled graph has. */
  read(names?: readonly string[]): Promise<ReadonlyMap<string, Numbers>>;
  /** Puts values in the place of a state's. @throws RangeError for an unknown name or a wrong count. */
  write(values: ReadonlyMap<string, Numbers>): void;
  /** Gives the memory back. Programs that use it cannot run any more. */
  close(): Promise<void>;
}

/** A compiled graph. Runs one after another; a run must have ended before the next begins. */
export interface Program {
  /**
   * Operations that the processor had to do although the engine is a device, each with its number: a defect to report,
   * since every one costs a trip over the bus. Known after the first run; empty when all is well.
   */
  readonly onCpu: ReadonlyMap<string, number>;
  /**
   * Computes the outputs from the feeds and the states, then moves the states on.
   * @param accept  looks at the outputs and says whether the new states are taken; without it they are. A step whose
   *   gradient overflowed is dropped like this, at no cost.
   * @throws RangeError when a feed is missing, unknown, or of the wrong count.
   */
  run(feeds: Feeds, accept?: (results: Results) => boolean): Promise<Results>;
  /** The program cannot run any more. What it made of the states stays; on WebGPU its own room is given back with the memory. */
  close(): Promise<void>;
}

const arrays = {
  f32: Float32Array,
  f16: Float16Array,
  i32: Int32Array,
  u8: Uint8Array,
  bool: Uint8Array,
} as const;

/** The values in the array of a type: themselves where they are that already, a copy otherwise. */
export function numbersIn(type: ElementType, values: ArrayLike<number>): Numbers {
  const array = arrays[type];
  return (values instanceof array ? values : array.from(values)) as Numbers;
}

/**
 * Every input of a graph with the numbers fed to it.
 * @throws RangeError when one is missing, unknown, of another type or count.
 */
export function checkFeeds(inputs: Sources['inputs'], feeds: Feeds): (readonly [AnyTensor, Numbers])[] {
  const known = new Set(inputs.map(({ attributes }) => attributes.name));
  for (const [name, fed] of Object.entries(feeds))
    if (!known.has(name) && typeof fed !== 'number') throw new RangeError(`the graph has no input “${name}”`);
  return inputs.map((tensor) => {
    const fed = feeds[tensor.attributes.name];
    if (fed === undefined) throw new RangeError(`${tensor} was not fed`);
    const numbers = typeof fed === 'number' ? numbersIn(tensor.type, [fed]) : fed;
    if (numbers.length !== tensor.size) throw new RangeError(`${tensor} was fed ${numbers.length} numbers`);
    if (!(numbers instanceof arrays[tensor.type]))
      throw new RangeError(`${tensor} was fed a ${numbers.constructor.name}`);
    return [tensor, numbers];
  });
}
