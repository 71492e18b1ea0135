/** Photos that cannot be shown: a page of them at a time, with another try. */
import type { Job } from '../../src-main/contract/jobs.ts';
import type { Problem } from '../../src-main/contract/photo.ts';
import { sentences } from '../client.ts';
import { words } from '../words.ts';
import type { AppState } from './app.svelte.ts';

export type ProblemKind = 'all' | Problem['kind'];
type Failure = ReturnType<typeof sentences>;

/** Rows of a page: few enough to draw at once. */
export const pageRows = 100;

export class Problems {
  #app: AppState;
  #list: readonly Problem[] | null = $state.raw(null);
  #total: number = $state(0);
  #unsupported: Readonly<Record<string, number>> = $state.raw({});
  #kind: ProblemKind = $state('all');
  #page: number = $state(0);
  #failure: Failure | null = $state.raw(null);
  #retrying: ReadonlySet<number> = $state.raw(new Set());
  /** The job that gives them another try; the list is read again when it has ended. */
  #retryJob: number | null = null;
  #latest: AbortController | null = null;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** The rows of this page; null until they were read once. */
  get list(): readonly Problem[] | null {
    return this.#list;
  }
  get failure(): Failure | null {
    return this.#failure;
  }
  get kind(): ProblemKind {
    return this.#kind;
  }
  get page(): number {
    return this.#page;
  }
  get pages(): number {
    return Math.max(1, Math.ceil(this.counts[this.#kind] / pageRows));
  }
  /** Kinds of picture that are not read yet, with their count. */
  get unsupported(): Readonly<Record<string, number>> {
    return this.#unsupported;
  }
  get counts(): Readonly<Record<ProblemKind, number>> {
    const unsupported = Object.values(this.#unsupported).reduce((sum, count) => sum + count, 0);
    const failed = Math.min(this.#app.status.now?.failed ?? 0, this.#total - unsupported);
    return { all: this.#total, failed, missing: this.#total - unsupported - failed, unsupported };
  }
  /** Ids that are being tried again. */
  get retrying(): ReadonlySet<number> {
    return this.#retrying;
  }
  /** Problems that came since the list was read: it does not change under the pointer by itself. */
  get news(): number {
    return this.#list === null ? 0 : Math.max(0, this.#app.status.problems - this.#total);
  }

  async show(kind: ProblemKind, page = 0): Promise<void> {
    this.#kind = kind;
    this.#page = page;
    await this.load();
  }

  async load(): Promise<void> {
    this.#latest?.abort();
    const request = new AbortController();
    this.#latest = request;
    try {
      const answer = await this.#app.client.call('problems', this.#rows(), request.signal);
      if (request.signal.aborted) return;
      this.#list = answer.problems;
      this.#total = answer.total;
      this.#unsupported = answer.unsupported;
      this.#failure = null;
      // The last one of a kind is gone: what is left is worth more than an empty page.
      if (answer.total > 0 && this.counts[this.#kind] <= this.#page * pageRows) await this.show('all');
    } catch (thrown) {
      if (!request.signal.aborted) this.#failure = sentences(thrown);
    }
  }

  /** Tries one photo again, or every one that failed. */
  async retry(problem?: Problem): Promise<void> {
    const { client, toasts } = this.#app;
    await this.#app.attempt(async () => {
      const { job } = await client.call('problems.retry', problem ? { ids: [problem.id] } : {});
      this.#retryJob = job.id;
      const failed = (this.#list ?? []).filter(({ kind }) => kind !== 'unsupported');
      this.#retrying = new Set([...this.#retrying, ...(problem ? [problem] : failed).map(({ id }) => id)]);
      if (!problem) toasts.show({ kind: 'info', title: words.problems.retryingAll });
    });
  }

  /** Reads the list again once the job that was asked for has ended. */
  async follow(jobs: readonly Job[]): Promise<void> {
    const job = jobs.find(({ id }) => id === this.#retryJob);
    if (!job?.endedAtMs) return;
    this.#retryJob = null;
    await this.#app.status.load().catch(() => undefined);
    await this.load();
    this.#retrying = new Set();
  }

  async reveal({ id, path }: Problem): Promise<void> {
    const { client, toasts } = this.#app;
    await this.#app.attempt(async () => {
      const { revealed } = await client.call('reveal', { id });
      if (!revealed) toasts.show({ kind: 'info', title: words.problems.notRevealed, text: path });
    });
  }

  /** Failed ones come first, then missing ones, then kinds not read yet: each kind is a stretch of one list. */
  #rows(): { readonly offset: number; readonly limit: number } {
    const { failed, missing } = this.counts;
    const skip = this.#page * pageRows;
    switch (this.#kind) {
      case 'all':
        return { offset: skip, limit: pageRows };
      case 'failed':
        return { offset: skip, limit: within(failed - skip) };
      case 'missing':
        return { offset: failed + skip, limit: within(missing - skip) };
      case 'unsupported':
        return { offset: failed + missing + skip, limit: pageRows };
    }
  }
}

const within = (left: number): number => Math.max(1, Math.min(pageRows, left));
