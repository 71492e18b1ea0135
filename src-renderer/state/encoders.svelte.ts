/** The encoders, and the models for faces, that are installed or can be: read once, then kept in step by events. */
import type { Encoder, Models } from '../../src-main/contract/api.ts';
import type { Job } from '../../src-main/contract/jobs.ts';
import { sentences, type Client } from '../client.ts';
import { TimeLeft } from '../layout/time-left.ts';

export class Encoders {
  readonly #client: Client;
  #all: readonly Encoder[] | null = $state.raw(null);
  #faces: readonly Encoder[] = $state.raw([]);
  #failure: ReturnType<typeof sentences> | null = $state.raw(null);
  readonly #left = new Map<string, TimeLeft>();
  /** How often the list changed, and how often by an event: what was asked for before may be older than it. */
  #changes = 0;
  #events = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** null until they were read once. */
  get all(): readonly Encoder[] | null {
    return this.#all;
  }
  /** The models that find faces; none until they were read once. */
  get faces(): readonly Encoder[] {
    return this.#faces;
  }
  get failure(): ReturnType<typeof sentences> | null {
    return this.#failure;
  }
  /** Whether there is an answer, good or bad. */
  get known(): boolean {
    return this.#all !== null || this.#failure !== null;
  }

  /** The recommended encoder, as long as no downloaded one is in use; null when there is nothing to offer. */
  get offer(): Encoder | null {
    const others = this.#all?.filter(
      ({ from, installed, recommended }) => from !== null && installed && !recommended,
    );
    const recommended = this.#all?.find((encoder) => encoder.recommended) ?? null;
    return recommended?.active || (others?.length ?? 0) > 0 ? null : recommended;
  }

  /** What an event told. */
  take(models: Models): void {
    this.#events++;
    this.#show(models);
  }

  #show({ models, faces }: Models): void {
    const calm = (model: Encoder) => (model.download ? { ...model, download: this.#calm(model) } : model);
    this.#changes++;
    this.#failure = null;
    this.#all = models.map(calm);
    this.#faces = faces.map(calm);
  }

  async load(): Promise<void> {
    const before = this.#changes;
    try {
      const models = await this.#client.call('models.list');
      if (this.#changes === before) this.#show(models);
    } catch (thrown) {
      this.#failure = sentences(thrown);
    }
  }

  /** Begins a download, or goes on with one. @throws LikenessError */
  async install(id: string): Promise<void> {
    await this.#showAnswer(this.#client.call('models.install', { id }));
  }

  /** @param discard  throws away what has come, too. @throws LikenessError */
  async cancel(id: string, { discard }: { readonly discard: boolean }): Promise<void> {
    await this.#showAnswer(this.#client.call('models.cancel', { id, discard }));
  }

  /** Has every photo looked at with an installed encoder, which is in use from then on; a model for faces is so at once. @throws LikenessError */
  async use(id: string): Promise<void> {
    await this.#client.call('models.use', { id });
  }

  /** An event that came meanwhile tells of a later state than the answer: a download that fails at once has failed by then. */
  async #showAnswer(asked: Promise<Models>): Promise<void> {
    const before = this.#events;
    const models = await asked;
    if (this.#events === before) this.#show(models);
  }

  /** The same download with a forecast that does not waver. */
  #calm({ id, download }: Encoder): Encoder['download'] {
    if (!download) return null;
    const left = this.#left.get(id) ?? new TimeLeft();
    this.#left.set(id, left);
    return { ...download, secondsLeft: left.read(download.secondsLeft) };
  }
}

/** The job that prepares the use of an encoder; null when none is open. */
export function applying(jobs: readonly Job[], id: string): Job | null {
  const open = ({ state }: Job) => state === 'running' || state === 'waiting' || state === 'paused';
  return jobs.find((job) => job.kind === 'apply' && job.encoder === id && open(job)) ?? null;
}
