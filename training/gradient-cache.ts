/**
 * Batches that do not fit the memory: the loss sees all embeddings of a large batch, the network only a few photos at a
 * time. First every micro-batch is embedded and forgotten; then the loss of all embeddings is differentiated by them;
 * then each micro-batch is embedded again, and its embeddings' gradients are led back into the weights. The result is
 * that of the whole batch at once, for a third pass forwards. Source: Gao et al. 2021 (GradCache), arXiv 2101.06983.
 */
import type { Engine, Feeds, Memory, Numbers, Program, Results } from './engines/engine.ts';
import { gradient } from './graph/gradient.ts';
import { type Graph, sourcesOf } from './graph/graph.ts';
import { add, div, greater, mul, where } from './graph/ops/elementwise.ts';
import { sum } from './graph/ops/reduce.ts';
import { type AnyTensor, type Tensor, inOrder, input, sizeOf, state } from './graph/tensor.ts';
import type { Comparison, Embeddings } from './methods/method.ts';
import { Pass, type Weights } from './modules/weights.ts';
import { moveAll } from './optim/optimizer.ts';
import { type StepOptions, clipped, comparisonOutputs, lossScale } from './step.ts';

export interface CachedTraining extends StepOptions {
  /** What is trained. */
  readonly weights: Weights;
  /** Embeddings of `count` photos by name, [count, P]. Its inputs have `count` as their first size. */
  embed(count: number, pass: Pass): Embeddings;
  /** The loss of all embeddings, by the same names, [batch, P]; it may have parameters of its own, and further inputs. */
  compare(embeddings: Embeddings): Comparison;
  /** Name of the embedding that is handed out to be watched. */
  readonly watched: string;
}

export interface CachedOptions {
  /** Photos the loss sees together. */
  readonly batch: number;
  /** Photos the network sees together; divides the batch. */
  readonly micro: number;
  /** Told when memory did not suffice and the micro-batch was halved. */
  readonly onHalved?: (micro: number, reason: Error) => void;
}

/** Graphs of one size of micro-batch. */
interface Programs {
  readonly embed: Program;
  readonly backward: Program;
}

export class GradientCache {
  readonly #engine: Engine;
  readonly #memory: Memory;
  readonly #training: CachedTraining;
  readonly #options: CachedOptions;
  readonly #whole: WholeGraphs;
  readonly #programs: { readonly loss: Program; readonly step: Program };
  #micro: number;
  #parts: Programs | null = null;

  private constructor(
    engine: Engine,
    memory: Memory,
    training: CachedTraining,
    options: CachedOptions,
    whole: WholeGraphs,
    programs: { readonly loss: Program; readonly step: Program },
  ) {
    this.#engine = engine;
    this.#memory = memory;
    this.#training = training;
    this.#options = options;
    this.#micro = options.micro;
    this.#whole = whole;
    this.#programs = programs;
  }

  /** @throws RangeError when the micro-batch does not divide the batch; Error for a network with batch norm. */
  static async open(
    engine: Engine,
    memory: Memory,
    training: CachedTraining,
    options: CachedOptions,
  ): Promise<GradientCache> {
    const { batch, micro } = options;
    if (batch % micro !== 0)
      throw new RangeError(`a micro-batch of ${micro} does not divide the batch of ${batch}`);
    const whole = wholeGraphs(training, options);
    const loss = await engine.compile(whole.loss, memory);
    const step = await engine.compile(whole.step, memory);
    return new GradientCache(engine, memory, training, options, whole, { loss, step });
  }

  /** All graphs that are run: what they read together is what a step is fed. */
  get graphs(): readonly [Graph, Graph, Graph] {
    return [this.#whole.embed, this.#whole.loss, this.#whole.step];
  }

  /** Operations that a device left to the processor, of all graphs. */
  get onCpu(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const program of this.#all)
      for (const [name, count] of program.onCpu) counts.set(name, (counts.get(name) ?? 0) + count);
    return counts;
  }

  /** Photos the network sees together now: as asked for, or fewer where memory did not suffice. */
  get micro(): number {
    return this.#micro;
  }

  /**
   * One step on a whole batch.
   * @param feeds  inputs of the network, all photos in each; those of the loss; what the optimizer is fed.
   * @param accept  looks at loss and gradient norm and says whether the weights are moved; without it they are.
   * @returns `loss`, `norm`, `watched` and the metrics, as a step on the whole batch at once does.
   */
  async step(feeds: Feeds, accept?: (loss: number, norm: number) => boolean): Promise<Results> {
    const batch = rowsOf(feeds, this.#whole.embed);
    const embeddings = await this.#embedAll(batch);
    const made = await this.#programs.loss.run({ ...embeddings, ...pick(feeds, this.#whole.loss) });
    const gradients = Object.entries(made).filter(([name]) => name.startsWith(gradientOf('')));
    await this.#backwardAll(batch, Object.fromEntries(gradients));
    const { norm } = await this.#programs.step.run(
      pick(feeds, this.#whole.step),
      ({ norm: length }) => accept?.(made['loss']![0]!, length![0]!) ?? true,
    );
    const told = Object.entries(made).filter(([name]) => !name.startsWith(gradientOf('')));
    return { ...Object.fromEntries(told), norm: norm!, watched: embeddings[this.#training.watched]! };
  }

  async close(): Promise<void> {
    for (const program of this.#all) await program.close();
  }

  get #all(): readonly Program[] {
    const { loss, step } = this.#programs;
    return this.#parts ? [loss, step, this.#parts.embed, this.#parts.backward] : [loss, step];
  }

  async #embedAll(batch: Readonly<Record<string, Numbers>>): Promise<Record<string, Numbers>> {
    const all: Record<string, Float32Array> = {};
    await this.#eachPart(batch, async ({ embed }, part, first) => {
      for (const [name, values] of Object.entries(await embed.run(part))) {
        all[name] ??= new Float32Array((values.length / this.#micro) * this.#options.batch);
        all[name].set(values, (values.length / this.#micro) * first);
      }
    });
    return all;
  }

  async #backwardAll(
    batch: Readonly<Record<string, Numbers>>,
    gradients: Readonly<Record<string, Numbers>>,
  ): Promise<void> {
    await this.#eachPart({ ...batch, ...gradients }, async ({ backward }, part, first) => {
      await backward.run({ ...part, [fresh]: first === 0 ? 1 : 0 });
    });
  }

  /** Goes through the batch by micro-batches; halves them, and begins again, where memory does not suffice. */
  async #eachPart(
    batch: Readonly<Record<string, Numbers>>,
    work: (programs: Programs, part: Feeds, first: number) => Promise<void>,
  ): Promise<void> {
    const { batch: count, onHalved } = this.#options;
    for (let first = 0; first < count;) {
      try {
        this.#parts ??= await this.#compile();
        const part = Object.entries(batch).map(([name, all]) => {
          const each = all.length / count;
          return [name, all.subarray(first * each, (first + this.#micro) * each)] as const;
        });
        await work(this.#parts, Object.fromEntries(part), first);
        first += this.#micro;
      } catch (thrown) {
        if (!isOutOfMemory(thrown) || this.#micro % 2 !== 0) throw thrown;
        this.#micro /= 2; // what is done already stays done: parts are independent
        for (const program of Object.values(this.#parts ?? {})) await (program as Program).close();
        this.#parts = null;
        onHalved?.(this.#micro, thrown);
      }
    }
  }

  async #compile(): Promise<Programs> {
    const { embed, backward } = microGraphs(this.#training, this.#micro, this.#whole.ofLoss);
    return {
      embed: await this.#engine.compile(embed, this.#memory),
      backward: await this.#engine.compile(backward, this.#memory),
    };
  }
}

/** Whether memory did not suffice. Runtimes tell it in words only. */
export function isOutOfMemory(thrown: unknown): thrown is Error {
  return (
    thrown instanceof Error &&
    /bad_alloc|out of memory|failed to allocate|allocation failed|OUT_OF_DEVICE_MEMORY/i.test(thrown.message)
  );
}

/** Fed 1 with the first micro-batch of a step, 0 with the others. */
const fresh = 'fresh';

const gradientOf = (name: string) => `gradient:${name}`;

const sumPrefix = 'gathered:';
/** Whether a state of this name is begun anew in every step. */
export const isPassing = (name: string) => name.startsWith(sumPrefix);

/** The sum of the gradients of all micro-batches so far. */
function gathered(name: string, { shape }: Tensor): Tensor {
  return state(`${sumPrefix}${name}`, shape, () => new Float32Array(sizeOf(shape)));
}

interface WholeGraphs {
  /** Of all photos at once: never run, but it says what is read. */
  readonly embed: Graph;
  readonly loss: Graph;
  readonly step: Graph;
  /** Parameters of the loss itself: a learned temperature. */
  readonly ofLoss: ReadonlySet<Tensor>;
}

function wholeGraphs(training: CachedTraining, { batch }: CachedOptions): WholeGraphs {
  const pass = new Pass({ training: true });
  const embeddings = training.embed(batch, pass);
  if (pass.updates.size > 0)
    throw new Error('batch norm sees only its micro-batch: use layer or group norm with a gradient cache');
  const given = Object.entries(embeddings).map(([name, { shape }]) => [name, input(name, shape)] as const);
  const comparison = training.compare(Object.fromEntries(given));
  const read = new Set<AnyTensor>(inOrder([comparison.loss]));
  const own = [...training.weights.parameters].filter(([, parameter]) => read.has(parameter));
  const parameters = own.map(([, parameter]) => parameter);
  // Everything after this is linear in the loss, so that one factor goes through both passes.
  const loss = training.scaled ? mul(comparison.loss, lossScale()) : comparison.loss;
  const gradients = gradient(loss, [...given.map(([, z]) => z), ...parameters]);
  const named = given.map(([name], i) => [gradientOf(name), gradients[i]!] as const);
  const sums = own.map(([name, parameter], i): [AnyTensor, AnyTensor] => [
    gathered(name, parameter),
    gradients[given.length + i]!,
  ]);
  return {
    embed: { outputs: embeddings, updates: new Map() },
    loss: {
      outputs: { ...comparisonOutputs(comparison), ...Object.fromEntries(named) },
      updates: new Map(sums),
    },
    step: stepGraph(training, comparison),
    ofLoss: new Set(parameters),
  };
}

function microGraphs({ weights, embed }: CachedTraining, micro: number, ofLoss: ReadonlySet<Tensor>) {
  const embeddings = embed(micro, new Pass({ training: true }));
  const given = Object.entries(embeddings).map(([name, z]) => sum(mul(z, input(gradientOf(name), z.shape))));
  const parameters = [...weights.parameters].filter(([, parameter]) => !ofLoss.has(parameter));
  // d loss / d weights = Σ d loss / d z · d z / d weights: the gradient of Σ z · (d loss / d z), that factor held still.
  const gradients = gradient(
    given.reduce(add),
    parameters.map(([, parameter]) => parameter),
  );
  const anew = greater(input(fresh, []), 0);
  const sums = parameters.map(([name, parameter], i): [AnyTensor, AnyTensor] => {
    const held = gathered(name, parameter);
    // A sum begins anew, rather than being cleared: one that overflowed must leave nothing behind.
    return [held, where(anew, gradients[i]!, add(held, gradients[i]!))];
  });
  const graph = { outputs: embeddings, updates: new Map<AnyTensor, AnyTensor>() };
  for (const { shape, attributes } of sourcesOf(graph).inputs)
    if (shape[0] !== micro) throw new RangeError(`the input “${attributes.name}” has no row for each photo`);
  return { embed: graph, backward: { outputs: {}, updates: new Map(sums) } };
}

function stepGraph(training: CachedTraining, { after }: Comparison): Graph {
  const parameters = training.weights.parameters;
  const sums = [...parameters].map(([name, parameter]) => gathered(name, parameter));
  const scale = lossScale();
  const { gradients, norm } = clipped(training.scaled ? sums.map((g) => div(g, scale)) : sums, training);
  const moved = moveAll(training.optimizer, parameters, gradients);
  return { outputs: { norm }, updates: new Map([...moved, ...(after?.(moved) ?? [])]) };
}

/** Of what is fed, what a graph reads. */
function pick(feeds: Feeds, graph: Graph): Feeds {
  const read = sourcesOf(graph).inputs.map(({ attributes: { name } }) => name);
  return Object.fromEntries(read.filter((name) => name in feeds).map((name) => [name, feeds[name]!]));
}

/** The same, of a network: every input has a row for each photo. */
const rowsOf = (feeds: Feeds, graph: Graph) => pick(feeds, graph) as Readonly<Record<string, Numbers>>;
