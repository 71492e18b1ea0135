/** The runs of the library and how the one under way is getting on, in step with every other window. */
import type { LearnLook, Run } from '../../src-main/contract/learn.ts';
import { sentences, type Client } from '../client.ts';
import { TimeLeft } from '../layout/time-left.ts';

type Failure = ReturnType<typeof sentences>;

/** How far the run under way is, as far as its looks tell. */
export interface RunProgress {
  readonly look: LearnLook;
  /** 0..1 of its steps. */
  readonly share: number;
  /** Made calm; null until known. */
  readonly secondsLeft: number | null;
}

export const isLearning = ({ state }: Run): boolean =>
  state === 'running' || state === 'paused' || state === 'waiting';

export class LearnRuns {
  #client: Client;
  #all: readonly Run[] = $state.raw([]);
  #loaded: boolean = $state(false);
  #failure: Failure | null = $state.raw(null);
  /** Of each run, the latest that an event told of. */
  #progress: ReadonlyMap<number, RunProgress> = $state.raw(new Map());
  #forecasts = new Map<number, TimeLeft>();

  /** How often the list changed, and how often by an event: what was asked for before may be older than it. */
  #changes = 0;
  #events = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Newest first. */
  get all(): readonly Run[] {
    return this.#all;
  }
  /** False until the list was read once. */
  get loaded(): boolean {
    return this.#loaded;
  }
  get failure(): Failure | null {
    return this.#failure;
  }
  /** The one that learns, or would: what runs, else what is paused, else what waits. */
  get learning(): Run | null {
    const first = (state: Run['state']) => this.#all.find((run) => run.state === state);
    return first('running') ?? first('paused') ?? first('waiting') ?? null;
  }
  /** The one whose encoder is in use; null for the built-in one or another that was installed. */
  get inUse(): Run | null {
    return this.#all.find(({ use }) => use === 'in-use') ?? null;
  }
  get preparing(): Run | null {
    return this.#all.find(({ use }) => use === 'preparing') ?? null;
  }
  runOf(id: number): Run | null {
    return this.#all.find((run) => run.id === id) ?? null;
  }
  progressOf(id: number): RunProgress | null {
    return this.#progress.get(id) ?? null;
  }

  /** What an event told. */
  take(runs: readonly Run[]): void {
    this.#events++;
    this.#show(runs);
  }

  #show(runs: readonly Run[]): void {
    this.#changes++;
    this.#all = runs.toSorted((a, b) => b.id - a.id);
    this.#loaded = true;
    this.#failure = null;
  }

  takeLook(id: number, look: LearnLook): void {
    const forecast = this.#forecasts.get(id) ?? new TimeLeft();
    this.#forecasts.set(id, forecast);
    const share = look.steps > 0 ? Math.min(1, look.step / look.steps) : 0;
    const left = share > 0 ? (look.seconds * (1 - share)) / share : null;
    this.#progress = new Map(this.#progress).set(id, { look, share, secondsLeft: forecast.read(left) });
  }

  async load(): Promise<void> {
    const before = this.#changes;
    try {
      const { runs } = await this.#client.call('runs.list');
      if (this.#changes === before) this.#show(runs);
    } catch (thrown) {
      this.#failure = sentences(thrown);
    }
  }

  /** One that a command answered with. */
  put(run: Run): void {
    this.#show([run, ...this.#all.filter(({ id }) => id !== run.id)]);
  }

  /** Every change is told of by an event, too: one that came meanwhile knows more than the answer. */
  async #putAnswer(asked: Promise<{ readonly run: Run }>): Promise<void> {
    const before = this.#events;
    const { run } = await asked;
    if (this.#events === before) this.put(run);
  }

  async pause(id: number): Promise<void> {
    await this.#putAnswer(this.#client.call('learn.pause', { id }));
  }
  async resume(id: number): Promise<void> {
    await this.#putAnswer(this.#client.call('learn.resume', { id }));
  }
  async finish(id: number): Promise<void> {
    await this.#putAnswer(this.#client.call('learn.finish', { id }));
  }
  async cancel(id: number): Promise<void> {
    await this.#putAnswer(this.#client.call('learn.cancel', { id }));
  }
  /** @param anyway  though it is worse. */
  async use(id: number, anyway: boolean): Promise<void> {
    await this.#putAnswer(this.#client.call('runs.apply', { id, anyway }));
  }
  /** Other runs change with it: the list is read again. */
  async rollBack(): Promise<void> {
    await this.#client.call('runs.rollback');
    await this.load();
  }
  async rename(id: number, name: string): Promise<void> {
    await this.#putAnswer(this.#client.call('runs.rename', { id, name }));
  }
  async remove(id: number): Promise<void> {
    await this.#client.call('runs.remove', { id });
    this.#show(this.#all.filter((run) => run.id !== id));
  }
  exportTo(id: number, file: string): Promise<{ readonly file: string; readonly bytes: number }> {
    return this.#client.call('runs.export', { id, file });
  }
  async bringIn(file: string): Promise<Run> {
    const { run } = await this.#client.call('runs.import', { file });
    this.put(run);
    return run;
  }
}
