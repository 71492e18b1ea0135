/**
 * Batches that do not fit the memory: the loss sees all embeddings of a large batch, the network only a few photos at a
 * time. First every micro-batch is embedded and forgotten; then the loss of all embeddings is differentiated by them;
 * then each micro-batch is embedded again, and its embeddings' gradients are led back into the weights. The result is
 * that of the whole batch at once, for a third pass forwards. Source: Gao et al. 2021 (GradCache), arXiv 2101.06983.
 */
import type { Engine, Feeds, Memory, Numbers, Program } from './engines/engine.ts';
import { gradient } from './graph/gradient.ts';
import { sourcesOf } from './graph/graph.ts';
import { add, greater, mul, where } from './graph/ops/elementwise.ts';
import { sum } from './graph/ops/reduce.ts';
import { type AnyTensor, type Tensor, input, sizeOf, state } from './graph/tensor.ts';
import { Pass, type Weights } from './modules/weights.ts';
import { clipGlobally, globalNorm } from './optim/clip.ts';
import { type Optimizer, moveAll } from './optim/optimizer.ts';

export interface CachedTraining {
  /** What is trained. */
  readonly weights: Weights;
  /** Embeddings of `count` photos by name, [count, P]. Its inputs have `count` as their first size. */
  embed(count: number, pass: Pass): Readonly<Record<string, Tensor>>;
  /** The loss of all embeddings, by the same names, [batch, P]. */
  loss(embeddings: Readonly<Record<string, Tensor>>): Tensor;
  readonly optimizer: Optimizer;
  /** Longest gradient, all tensors together; not shortened when left out. */
  readonly clip?: number;
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
  readonly #loss: Program;
  readonly #step: Program;
  #micro: number;
  #programs: Programs | null = null;

  private constructor(
    engine: Engine,
    memory: Memory,
    training: CachedTraining,
    options: CachedOptions,
    programs: readonly [Program, Program],
  ) {
    this.#engine = engine;
    this.#memory = memory;
    this.#training = training;
    this.#options = options;
    this.#micro = options.micro;
    [this.#loss, this.#step] = programs;
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
    const pass = new Pass({ training: true });
    const widths = Object.entries(training.embed(micro, pass)).map(
      ([name, { shape }]) => [name, shape.with(0, batch)] as const,
    );
    if (pass.updates.size > 0)
      throw new Error('batch norm sees only its micro-batch: use layer or group norm with a gradient cache');
    const loss = await engine.compile(lossGraph(training, widths), memory);
    const step = await engine.compile(stepGraph(training), memory);
    return new GradientCache(engine, memory, training, options, [loss, step]);
  }

  /** Photos the network sees together now: as asked for, or fewer where memory did not suffice. */
  get micro(): number {
    return this.#micro;
  }

  /**
   * One step on a whole batch.
   * @param batch  inputs of the network, all photos in each. @param rates  what the optimizer is fed.
   * @param accept  looks at loss and gradient norm and says whether the weights are moved; without it they are.
   */
  async step(
    batch: Readonly<Record<string, Numbers>>,
    rates: Feeds,
    accept?: (loss: number, norm: number) => boolean,
  ) {
    const embeddings = await this.#embedAll(batch);
    const { loss, ...gradients } = await this.#loss.run(embeddings);
    await this.#backwardAll(batch, gradients);
    const { norm } = await this.#step.run(
      rates,
      ({ norm: length }) => accept?.(loss![0]!, length![0]!) ?? true,
    );
    return { loss: loss![0]!, norm: norm![0]! };
  }

  async close(): Promise<void> {
    for (const program of [this.#loss, this.#step, ...Object.values(this.#programs ?? {})])
      await program.close();
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
        this.#programs ??= await this.#compile();
        const part = Object.entries(batch).map(([name, all]) => {
          const each = all.length / count;
          return [name, all.subarray(first * each, (first + this.#micro) * each)] as const;
        });
        await work(this.#programs, Object.fromEntries(part), first);
        first += this.#micro;
      } catch (thrown) {
        if (!isOutOfMemory(thrown) || this.#micro % 2 !== 0) throw thrown;
        this.#micro /= 2; // what is done already stays done: parts are independent
        for (const program of Object.values(this.#programs ?? {})) await program.close();
        this.#programs = null;
        onHalved?.(this.#micro, thrown);
      }
    }
  }

  async #compile(): Promise<Programs> {
    const { embed, backward } = microGraphs(this.#training, this.#micro);
    return {
      embed: await this.#engine.compile(embed, this.#memory),
      backward: await this.#engine.compile(backward, this.#memory),
    };
  }
}

/** Runtimes tell it in words only. */
function isOutOfMemory(thrown: unknown): thrown is Error {
  return (
    thrown instanceof Error &&
    /bad_alloc|out of memory|failed to allocate|allocation failed/i.test(thrown.message)
  );
}

/** Fed 1 with the first micro-batch of a step, 0 with the others. */
const fresh = 'fresh';

const gradientOf = (name: string) => `gradient:${name}`;

/** The sum of the gradients of all micro-batches so far. */
function gathered(name: string, { shape }: Tensor): Tensor {
  return state(`gathered:${name}`, shape, () => new Float32Array(sizeOf(shape)));
}

function lossGraph(training: CachedTraining, shapes: readonly (readonly [string, readonly number[]])[]) {
  const embeddings = shapes.map(([name, shape]) => [name, input(name, shape)] as const);
  const loss = training.loss(Object.fromEntries(embeddings));
  const gradients = gradient(
    loss,
    embeddings.map(([, tensor]) => tensor),
  );
  const named = embeddings.map(([name], i) => [gradientOf(name), gradients[i]!] as const);
  return { outputs: { loss, ...Object.fromEntries(named) }, updates: new Map() };
}

function microGraphs({ weights, embed }: CachedTraining, micro: number) {
  const embeddings = embed(micro, new Pass({ training: true }));
  const given = Object.entries(embeddings).map(([name, z]) => sum(mul(z, input(gradientOf(name), z.shape))));
  const parameters = weights.parameters;
  // d loss / d weights = Σ d loss / d z · d z / d weights: the gradient of Σ z · (d loss / d z), that factor held still.
  const gradients = gradient(given.reduce(add), [...parameters.values()]);
  const anew = greater(input(fresh, []), 0);
  const sums = [...parameters].map(([name, parameter], i): [AnyTensor, AnyTensor] => {
    const held = gathered(name, parameter);
    // A sum begins anew, rather than being cleared: one that overflowed must leave nothing behind.
    return [held, where(anew, gradients[i]!, add(held, gradients[i]!))];
  });
  const graph = { outputs: embeddings, updates: new Map<AnyTensor, AnyTensor>() };
  for (const { shape, attributes } of sourcesOf(graph).inputs)
    if (shape[0] !== micro) throw new RangeError(`the input “${attributes.name}” has no row for each photo`);
  return { embed: graph, backward: { outputs: {}, updates: new Map(sums) } };
}

function stepGraph({ weights, optimizer, clip }: CachedTraining) {
  const parameters = weights.parameters;
  const sums = [...parameters].map(([name, parameter]) => gathered(name, parameter));
  const norm = globalNorm(sums);
  const moved = moveAll(
    optimizer,
    parameters,
    clip === undefined ? sums : clipGlobally(sums, clip).gradients,
  );
  return { outputs: { norm }, updates: moved };
}
