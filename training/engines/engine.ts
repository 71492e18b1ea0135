/**
 * An engine runs graphs. It keeps their states between runs where they are fastest to reach, on the device if it can,
 * so that a training step moves a batch in and a few numbers out.
 */
import type { Graph } from '../graph/graph.ts';

export const engineNames = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tensorflow'] as const;
export type EngineName = (typeof engineNames)[number];

/** What goes in and comes out: numbers row by row, in the type of the tensor (truth values as 0 and 1 in bytes). */
export type Numbers = Float32Array | Int32Array | Uint8Array;
export type Feeds = Readonly<Record<string, Numbers>>;
export type Results = Readonly<Record<string, Numbers>>;

export interface Engine {
  readonly name: EngineName;
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
  close(): void;
}

/** A compiled graph. Runs one after another; a run must have ended before the next begins. */
export interface Program {
  /** Nodes that the engine left to the CPU although it is not a CPU engine, by operation; empty when all is well. */
  readonly onCpu: readonly string[];
  /**
   * Computes the outputs from the feeds and the states, then moves the states on.
   * @param accept  looks at the outputs and says whether the new states are taken; without it they are. A step whose
   *   gradient overflowed is dropped like this, at no cost.
   * @throws RangeError when a feed is missing, unknown, or of the wrong count.
   */
  run(feeds: Feeds, accept?: (results: Results) => boolean): Promise<Results>;
  close(): Promise<void>;
}
