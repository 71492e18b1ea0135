/** Runs as windows and commands see them, and what may be done with each. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LikenessError } from '../contract/errors.ts';
import type { Job } from '../contract/jobs.ts';
import type { LearnFrom, LearnResult, LearnWish, Run } from '../contract/learn.ts';
import type { JobList } from '../jobs/job-list.ts';
import type { NewRun, RunRecord } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { writeChosenPhotos } from './library-photos.ts';
import { photoListName, runFolder } from './run-folder.ts';

export interface RunsOptions {
  readonly store: Store;
  readonly jobs: JobList;
  /** The encoder in use. */
  readonly base: () => { readonly id: string; readonly name: string };
  /** Called when an encoder came or went. */
  readonly onEncoders: () => void;
  /** Called when a run came, changed or went. */
  readonly onChange: () => void;
}

/** Beginning of the names of folders that are being filled; what a kill left of them is dropped at the next start. */
const unborn = '.new-';
/** Before the number of a run whose folder is being deleted. */
const leaving = '.gone-';

export class Runs {
  readonly #store: Store;
  readonly #jobs: JobList;
  readonly #base: RunsOptions['base'];
  readonly #onEncoders: () => void;
  readonly #onChange: () => void;

  constructor({ store, jobs, base, onEncoders, onChange }: RunsOptions) {
    this.#store = store;
    this.#jobs = jobs;
    this.#base = base;
    this.#onEncoders = onEncoders;
    this.#onChange = onChange;
  }

  /** Newest first. */
  list(): Run[] {
    return this.#store.runs.list().map((record) => this.#toRun(record));
  }

  /** @throws LikenessError not-found. */
  get(id: number): Run {
    return this.#toRun(this.record(id));
  }

  /** @throws LikenessError not-found. */
  record(id: number): RunRecord {
    const record = this.#store.runs.get(id);
    if (record) return record;
    throw new LikenessError('not-found', `There is no run ${id}.`, 'Look at the list of runs again.');
  }

  folder(id: number): string {
    return runFolder(this.#store.paths.runs, id);
  }

  /** Starts a run with the encoder in use; it waits while another one learns. @throws LikenessError bad-input when there is nothing to learn from. */
  async start(wish: LearnWish): Promise<Run> {
    const { id: base, name: baseName } = this.#base();
    const filled = this.newFolder();
    try {
      await writeChosenPhotos(this.#store.paths.dir, join(filled, photoListName), wish.from);
      const id = this.take(filled, () =>
        this.#store.runs.create({ name: nameOf(wish), wish, base, baseName }),
      );
      this.#jobs.add('learn', [], { run: id, encoder: null });
      this.#onChange();
      return this.get(id);
    } finally {
      rmSync(filled, { recursive: true, force: true });
    }
  }

  pause(id: number): Run {
    this.#jobs.pause(this.#openJob(id));
    return this.#changed(id);
  }

  /** A paused run goes on; a failed one tries again from its last checkpoint. */
  resume(id: number): Run {
    const { state, job } = this.get(id);
    const last = this.record(id).learnJob;
    const which = job ?? (state === 'failed' ? last : null);
    if (which === null) throw idle(state);
    this.#jobs.resume(which);
    return this.#changed(id);
  }

  cancel(id: number): Run {
    this.#jobs.cancel(this.#openJob(id));
    return this.#changed(id);
  }

  /** Ends the learning where it stands: what there is, is judged. @throws LikenessError bad-input for a run that has not begun. */
  finish(id: number): Run {
    const { state, job } = this.get(id);
    if (job === null || (state !== 'running' && state !== 'paused')) throw idle(state);
    this.#store.runs.finish(id);
    this.#jobs.again(job);
    return this.#changed(id);
  }

  rename(id: number, name: string): Run {
    this.record(id);
    this.#store.runs.rename(id, name);
    return this.#changed(id);
  }

  /** Deletes a run, its folder and its encoder. @throws LikenessError bad-input while it learns or its encoder is in use. */
  async remove(id: number): Promise<boolean> {
    const { state, use, job, result } = this.get(id);
    if (use === 'in-use')
      throw new LikenessError(
        'bad-input',
        'The library is searched with what this run learned.',
        'Go back to the encoder before, then delete the run.',
      );
    if (job !== null || state === 'running')
      throw new LikenessError('bad-input', 'This run is at work.', 'Cancel it, then delete it.');
    this.#store.transaction(() => {
      this.#store.runs.remove(id);
      const others = this.#store.runs.list().some((run) => run.result?.encoder === result?.encoder);
      if (result && !others) this.#store.encoderChoice.forget(result.encoder);
      if (existsSync(this.folder(id))) renameSync(this.folder(id), this.#leaving(id));
    });
    this.#onEncoders();
    this.#onChange();
    await rm(this.#leaving(id), { recursive: true, force: true });
    void this.dropVectors();
    return true;
  }

  /** Brings in a run whose files lie in `filled`. */
  bringIn(filled: string, run: NewRun & { readonly result: LearnResult }): Run {
    const id = this.take(filled, () => this.#store.runs.createImported(run));
    this.#onEncoders();
    return this.#changed(id);
  }

  /** An empty folder beside those of the runs. */
  newFolder(): string {
    mkdirSync(this.#store.paths.runs, { recursive: true, mode: 0o700 });
    return mkdtempSync(join(this.#store.paths.runs, unborn));
  }

  /** Makes a row, and `filled` its folder: both, or none. */
  take(filled: string, create: () => number): number {
    return this.#store.transaction(() => {
      let id = create();
      // A library that was put back from a copy may meet folders of runs that it does not know.
      while (existsSync(this.folder(id))) {
        this.#store.runs.remove(id);
        id = create();
      }
      renameSync(filled, this.folder(id));
      return id;
    });
  }

  /** What a kill left undone: runs without a job get one, half-filled and half-deleted folders and vectors of nobody go. */
  mend(): void {
    for (const { id, learnJob, imported, result } of this.#store.runs.list())
      if (learnJob === null && !imported && !result)
        this.#store.jobs.create('learn', [], { run: id, encoder: null });
    const { runs } = this.#store.paths;
    for (const name of readdirSync(runs)) {
      const id = name.startsWith(leaving) ? Number(name.slice(leaving.length)) : null;
      if (id !== null && this.#store.runs.get(id)) renameSync(join(runs, name), this.folder(id));
      else if (id !== null || name.startsWith(unborn))
        void rm(join(runs, name), { recursive: true, force: true }).catch(() => {});
    }
    void this.dropVectors();
  }

  /** Drops the vectors of encoders that are gone, some at a time, so that main stays prompt. */
  async dropVectors(): Promise<void> {
    while (this.#store.isOpen && this.#store.vectors.dropSome())
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  #leaving(id: number): string {
    return join(this.#store.paths.runs, `${leaving}${id}`);
  }

  #changed(id: number): Run {
    this.#onChange();
    return this.get(id);
  }

  /** The job at work on a run. @throws LikenessError bad-input when none is. */
  #openJob(id: number): number {
    const { job, state } = this.get(id);
    if (job === null) throw idle(state);
    return job;
  }

  #toRun(record: RunRecord): Run {
    const { id, name, imported, wish, base, baseName, createdAtMs, result } = record;
    const learn = this.#job(record.learnJob);
    const apply = this.#job(record.applyJob);
    const preparing = apply !== null && isOpen(apply);
    const inUse =
      result?.encoder === this.#store.settings.encoder() && this.#store.encoderChoice.run() === id;
    const atWork = learn !== null && !result && isOpen(learn) ? learn : preparing ? apply : null;
    return {
      id,
      name,
      state: result ? 'learned' : stateOf(learn),
      use: inUse ? 'in-use' : preparing ? 'preparing' : record.rolledBack ? 'rolled-back' : 'none',
      job: atWork?.id ?? null,
      imported,
      wish,
      base,
      baseName,
      createdAtMs,
      endedAtMs: record.endedAtMs ?? learn?.endedAtMs ?? null,
      reason: result ? (inUse ? null : (apply?.reason ?? null)) : (learn?.reason ?? null),
      result,
    };
  }

  #job(id: number | null): Job | null {
    return id === null ? null : this.#jobs.get(id);
  }
}

function isOpen({ state }: Job): boolean {
  return state === 'waiting' || state === 'running' || state === 'paused';
}

/** A run without a result is as far as its job. */
function stateOf(learn: Job | null): Run['state'] {
  if (learn === null) return 'waiting';
  return learn.state === 'done' ? 'failed' : learn.state;
}

function idle(state: Run['state']): LikenessError {
  const message = {
    waiting: 'This run has not begun yet.',
    running: 'This run is at work already.',
    paused: 'This run is paused.',
    learned: 'This run has learned already, and nothing is at work on it.',
    failed: 'This run failed.',
    cancelled: 'This run was cancelled.',
  }[state];
  return new LikenessError('bad-input', message, 'Look at the list of runs again.');
}

const goalNames = {
  likeness: 'Likeness',
  words: 'Words',
  people: 'People',
  everything: 'Likeness and words',
} as const;

/** What it is called until somebody calls it otherwise. */
function nameOf({ goal, from }: LearnWish): string {
  return `${goalNames[goal]}, ${placeOf(from)}`;
}

function placeOf(from: LearnFrom): string {
  if (from.kind === 'all') return 'all photos';
  if (from.kind === 'folders')
    return from.folders.length === 1 ? basename(from.folders[0]!) : `${from.folders.length} folders`;
  const [first, last] = [from.fromMs, from.toMs].map((ms) => new Date(ms).getUTCFullYear());
  return first === last ? String(first) : `${first} to ${last}`;
}
