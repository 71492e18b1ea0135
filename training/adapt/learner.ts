/** One adapter while it learns: its weights, its step, and what it makes of vectors so far. */
import { restore, statesOf } from '../checkpoint.ts';
import { epochBatches } from '../data/sample-photos.ts';
import type { Engine, Memory, Program } from '../engines/engine.ts';
import { type Rows, rowsOf } from '../evaluate/rows.ts';
import { sourcesOf } from '../graph/graph.ts';
import { type AnyTensor, input } from '../graph/tensor.ts';
import { Pass, Weights } from '../modules/weights.ts';
import { type PlannedOptimizer, planned } from '../optim/planned.ts';
import type { SavedTensor } from '../safetensors.ts';
import { type AdaptPlan, type AdaptedOutput, type EpochLength, adaptDefaults } from './adapt-plan.ts';
import { adapterHead, adapterWeights } from './adapter-head.ts';
import type { Adapter, AdapterValues } from './adapter-model.ts';
import type { Lesson } from './lessons.ts';

/** Where the head's weights live. */
const place = 'adapter';
/** Rows that go through the head together. */
const rowsAtOnce = 512;

export interface LearnerOptions {
  readonly engine: Engine;
  readonly plan: AdaptPlan;
  readonly lesson: Lesson;
  readonly length: EpochLength;
  /** Of the whole run. */
  readonly steps: number;
}

/** What a step told, by the names of likenessStep. */
export type Told = Readonly<Record<'loss' | 'contrast' | 'spread', number>>;

export class Learner {
  readonly lesson: Lesson;
  readonly length: EpochLength;
  readonly #hidden: number;
  readonly #seed: number;
  readonly #memory: Memory;
  readonly #program: Program;
  readonly #head: Program;
  readonly #states: ReadonlyMap<string, AnyTensor>;
  readonly #optimizer: PlannedOptimizer;
  #epoch: { readonly number: number; readonly batches: readonly Int32Array[] } | null = null;

  private constructor(
    { lesson, length, plan }: LearnerOptions,
    made: Pick<LearnerParts, 'memory' | 'program' | 'head' | 'states' | 'optimizer'>,
  ) {
    this.lesson = lesson;
    this.length = length;
    this.#hidden = plan.hidden;
    this.#seed = plan.request.seed;
    this.#memory = made.memory;
    this.#program = made.program;
    this.#head = made.head;
    this.#states = made.states;
    this.#optimizer = made.optimizer;
  }

  static async open(options: LearnerOptions): Promise<Learner> {
    return new Learner(options, await openParts(options));
  }

  get output(): AdaptedOutput {
    return this.lesson.output;
  }

  /** Step k, counted from 0. @param keep  false leaves the adapter as it is. */
  async step(k: number, keep = true): Promise<Told> {
    const epoch = Math.floor(k / this.length.stepsPerEpoch);
    const seed = this.#seed;
    const { photos } = this.lesson;
    if (this.#epoch?.number !== epoch)
      this.#epoch = {
        number: epoch,
        batches: epochBatches({ photos, batch: this.length.batch, seed, epoch }),
      };
    const drawn = this.lesson.draw(this.#epoch.batches[k % this.length.stepsPerEpoch]!, { seed, epoch });
    const results = await this.#program.run({ ...drawn, ...this.#optimizer.feeds(k) }, () => keep);
    return Object.fromEntries(Object.entries(results).map(([name, [value]]) => [name, value!])) as Told;
  }

  /** The learning rate of step k. */
  rate(k: number): number {
    return this.#optimizer.rate(k);
  }

  /** [N, D] of unit length → [N, D] as the adapter turns them now. */
  async adapt({ values, count, dim }: Rows): Promise<Rows> {
    const adapted = new Float32Array(count * dim);
    for (let from = 0; from < count; from += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, count - from);
      const part = new Float32Array(rowsAtOnce * dim);
      part.set(values.subarray(from * dim, (from + rows) * dim));
      const made = await this.#head.run({ rows: part });
      adapted.set((made['adapted'] as Float32Array).subarray(0, rows * dim), from * dim);
    }
    return rowsOf(adapted, dim);
  }

  /** All that it needs to go on, under names that begin with its output. */
  async states(): Promise<Map<string, SavedTensor>> {
    const states = await statesOf(this.#memory, this.#states);
    return new Map([...states].map(([name, saved]) => [`${this.output}/${name}`, saved]));
  }

  /** @throws LikenessError when they are of something else. */
  restore(tensors: ReadonlyMap<string, SavedTensor>): void {
    const own = [...tensors].flatMap(([name, saved]) =>
      name.startsWith(`${this.output}/`) ? [[name.slice(this.output.length + 1), saved] as const] : [],
    );
    restore(this.#memory, { tensors: new Map(own), facts: null }, this.#states);
  }

  async adapter(): Promise<Adapter> {
    const values = await this.#memory.read(adapterWeights.map((name) => `${place}.${name}`));
    return {
      dim: this.lesson.dim,
      hidden: this.#hidden,
      gate: this.lesson.gate,
      values: Object.fromEntries(
        adapterWeights.map((name) => [name, values.get(`${place}.${name}`)!]),
      ) as unknown as AdapterValues,
    };
  }

  async close(): Promise<void> {
    await this.#program.close();
    await this.#head.close();
    await this.#memory.close();
  }
}

type LearnerParts = Awaited<ReturnType<typeof openParts>>;

async function openParts({ engine, plan, lesson, length, steps }: LearnerOptions) {
  const { hidden, decay, request } = plan;
  const { dim, output, rate } = lesson;
  const weights = new Weights(output === 'features' ? request.seed : `${request.seed}/${output}`).in(place);
  const head = adapterHead(weights, { dim, hidden, gate: lesson.gate });
  const optimizer = planned(
    { kind: 'adamw', rate, scaling: 'none', warmUp: { share: 0.05 }, final: 0.01, decay },
    { ...length, steps },
  );
  const graph = lesson.step(weights, head, {
    batch: length.batch,
    dim,
    optimizer: optimizer.optimizer,
    clip: adaptDefaults.clip,
  });
  const memory = engine.memory();
  const program = await engine.compile(graph, memory);
  const adapted = head(input('rows', [rowsAtOnce, dim]), new Pass({ training: false }));
  return {
    memory,
    program,
    head: await engine.compile({ outputs: { adapted }, updates: new Map() }, memory),
    states: new Map(sourcesOf(graph).states.map((state) => [state.attributes.name, state] as const)),
    optimizer,
  };
}
