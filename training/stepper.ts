/** One step of a run, on the whole batch at once or by micro-batches; the loop need not know which. */
import { type BatchShape, knownInputs, seenInputs } from './batch-inputs.ts';
import type { Engine, Feeds, Memory, Results } from './engines/engine.ts';
import { GradientCache, isPassing } from './gradient-cache.ts';
import { type Graph, sourcesOf } from './graph/graph.ts';
import type { Tensor } from './graph/tensor.ts';
import { type StepOptions, type Trained, stepGraph } from './step.ts';

export interface Stepper {
  /** Graphs that are run, for what they read of a batch. */
  readonly graphs: readonly Graph[];
  /**
   * @param accept  sees loss and length of the gradients, and says whether the step is taken.
   * @returns `loss`, `norm`, `watched` and `metric.*`, as stepGraph.
   */
  step(feeds: Feeds, accept: (loss: number, norm: number) => boolean): Promise<Results>;
  /** By name, all that a checkpoint holds. */
  readonly states: ReadonlyMap<string, Tensor>;
  /** P, width of `watched`. */
  readonly watchedDim: number;
  /** Operations that a device left to the processor. */
  readonly onCpu: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export interface StepperOptions extends StepOptions {
  /** Photos that the network sees at a time; the batch when it sees all. */
  readonly micro: number;
  /** Told when memory did not suffice and the micro-batch was halved. */
  readonly onHalved: (micro: number) => void;
}

export async function openStepper(
  engine: Engine,
  memory: Memory,
  trained: Trained,
  shape: BatchShape,
  options: StepperOptions,
): Promise<Stepper> {
  return options.micro === shape.batch
    ? openWhole(engine, memory, trained, shape, options)
    : openCached(engine, memory, trained, shape, options);
}

async function openWhole(
  engine: Engine,
  memory: Memory,
  trained: Trained,
  shape: BatchShape,
  options: StepperOptions,
): Promise<Stepper> {
  const seen = seenInputs(shape.batch, shape);
  const graph = stepGraph(trained, seen, knownInputs(shape, seen.masks), options);
  const program = await engine.compile(graph, memory);
  return {
    graphs: [graph],
    states: statesOf([graph]),
    watchedDim: graph.outputs['watched']!.shape.at(-1)!,
    step: (feeds, accept) => program.run(feeds, ({ loss, norm }) => accept(loss![0]!, norm![0]!)),
    get onCpu() {
      return program.onCpu;
    },
    close: () => program.close(),
  };
}

async function openCached(
  engine: Engine,
  memory: Memory,
  trained: Trained,
  shape: BatchShape,
  options: StepperOptions,
): Promise<Stepper> {
  const cache = await GradientCache.open(
    engine,
    memory,
    {
      weights: trained.places.trained,
      embed: (count, pass) => trained.embed(seenInputs(count, shape), pass),
      compare: (embeddings) => trained.compare(embeddings, knownInputs(shape, [])), // methods with masks have a slow copy
      watched: trained.watched,
      ...options,
    },
    { batch: shape.batch, micro: options.micro, onHalved: options.onHalved },
  );
  return {
    graphs: cache.graphs,
    states: statesOf(cache.graphs),
    watchedDim: cache.graphs[0]!.outputs[trained.watched]!.shape.at(-1)!,
    step: (feeds, accept) => cache.step(feeds, accept),
    get onCpu() {
      return cache.onCpu;
    },
    close: () => cache.close(),
  };
}

function statesOf(graphs: readonly Graph[]): ReadonlyMap<string, Tensor> {
  const all = graphs.flatMap((graph) => sourcesOf(graph).states);
  return new Map(
    all.map((state) => [state.attributes.name, state] as const).filter(([name]) => !isPassing(name)),
  );
}
