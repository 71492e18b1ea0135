/** Background work as the tray and the activity screen show it. */
import type { Job } from '../../src-main/contract/jobs.ts';
import type { Client } from '../client.ts';
import { TimeLeft } from '../layout/time-left.ts';

export class Jobs {
  #client: Client;
  #all: readonly Job[] = $state.raw([]);
  #loaded: boolean = $state(false);
  /** The forecast of each job that runs, made calm once for all who show it. */
  #forecasts = new Map<number, TimeLeft>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Newest first. */
  get all(): readonly Job[] {
    return this.#all;
  }
  /** False until the list was read once. */
  get loaded(): boolean {
    return this.#loaded;
  }
  /** The one job worth a line in the tray: what runs, else what is paused, else what waits. Runs have lines of their own. */
  get current(): Job | null {
    const first = (state: Job['state']) =>
      this.#all.find((job) => job.state === state && (job.run ?? null) === null);
    return first('running') ?? first('paused') ?? first('waiting') ?? null;
  }

  /** The job that works on a run; null where none does, or is not known yet. */
  of(id: number | null): Job | null {
    return this.#all.find((job) => job.id === id) ?? null;
  }

  /** The whole list, as an event or a command brought it. */
  take(jobs: readonly Job[]): void {
    this.#all = jobs.map((job) => this.#calm(job)).sort((a, b) => b.id - a.id);
    this.#loaded = true;
  }

  async load(): Promise<void> {
    this.take((await this.#client.call('jobs.list')).jobs);
  }
  async pause(id: number): Promise<void> {
    this.#put((await this.#client.call('jobs.pause', { id })).job);
  }
  async resume(id: number): Promise<void> {
    this.#put((await this.#client.call('jobs.resume', { id })).job);
  }
  async cancel(id: number): Promise<void> {
    this.#put((await this.#client.call('jobs.cancel', { id })).job);
  }

  #calm(job: Job): Job {
    if (job.state !== 'running') {
      this.#forecasts.delete(job.id);
      return job;
    }
    const forecast = this.#forecasts.get(job.id) ?? new TimeLeft();
    this.#forecasts.set(job.id, forecast);
    return { ...job, secondsLeft: forecast.read(job.secondsLeft) };
  }

  #put(job: Job): void {
    this.take([job, ...this.#all.filter((other) => other.id !== job.id)]);
  }
}
