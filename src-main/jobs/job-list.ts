/**
 * The durable job list: what is to be done stands in the database before it is begun, so that a pause, a
 * restart of the computer or kill -9 costs at most the photos in flight. One job a lane runs at a time, oldest first: learning
 * takes hours and has a lane of its own, so that new photos need not wait for it.
 */
import { LikenessError, toErrorData, type ErrorData } from '../contract/errors.ts';
import type { IndexReport, Job, JobKind } from '../contract/jobs.ts';
import type { JobChange, JobRecord, JobSubject } from '../store/jobs.ts';
import type { Store } from '../store/store.ts';
import { Progress, type ProgressChange } from './progress.ts';

export interface JobControl {
  /** Aborted when the job is to stop: paused, cancelled or the program closing. */
  readonly signal: AbortSignal;
  /** Tells how far the job is; written to the database at most once a second. */
  report(progress: ProgressChange): void;
  /** What came of it up to a stop: the job carries it when it goes on. */
  soFar(report: IndexReport): void;
}

/** @returns the report of an index job, null of the other kinds. */
export type JobWork = (job: Job, control: JobControl) => Promise<IndexReport | null>;

type Lane = 'looking' | 'learning';
const lanes: readonly Lane[] = ['looking', 'learning'];
const laneOf = ({ kind }: Pick<Job, 'kind'>): Lane => (kind === 'learn' ? 'learning' : 'looking');

/** Why a running job was told to stop; `waiting`: the program closes, or the person has thought better of a pause. */
type StopReason = 'paused' | 'cancelled' | 'waiting';

interface Running {
  readonly id: number;
  readonly lane: Lane;
  readonly abort: AbortController;
  readonly progress: Progress;
  /** Settled when the work has let go of everything. */
  ended: Promise<void>;
  stop: StopReason | null;
}

/** Somebody who waits for a job's end. */
interface Ending {
  readonly id: number;
  readonly resolve: (report: IndexReport | null) => void;
  readonly reject: (error: Error) => void;
}

const saveEveryMs = 1000;
const listedJobs = 30;
const listedFailures = 5;

export class JobList {
  readonly #store: Store;
  readonly #work: JobWork;
  readonly #onChange: () => void;
  readonly #hold: (kind: JobKind) => string | null;
  readonly #running = new Map<Lane, Running>();
  #endings: Ending[] = [];
  /** How jobs ended that could not be written down: on a full disk even that fails. */
  readonly #unsaved = new Map<number, JobChange>();
  /** What stopped the jobs that failed in this session: whoever waits for one hears the same. */
  readonly #errors = new Map<number, ErrorData>();
  #closed = false;

  constructor(options: {
    store: Store;
    work: JobWork;
    onChange: () => void;
    /** Why jobs of a kind may not begin now, a sentence; null when they may. */
    hold?: (kind: JobKind) => string | null;
  }) {
    this.#store = options.store;
    this.#work = options.work;
    this.#onChange = options.onChange;
    this.#hold = options.hold ?? (() => null);
  }

  /** The newest jobs, for a screen that hears of them four times a second: reports name the first few failures only. */
  list(): Job[] {
    return this.#records()
      .slice(0, listedJobs)
      .map((job) => this.#live({ ...job, report: job.report && briefly(job.report) }));
  }

  get(id: number): Job {
    const job = this.#record(id);
    if (!job)
      throw new LikenessError('not-found', `There is no job ${id}.`, 'Look at the list of jobs again.');
    return this.#live(job);
  }

  /** A job on the very same that waits serves for a new one; one that is paused is resumed. */
  add(kind: JobKind, folders: readonly string[], subject: JobSubject = { run: null, encoder: null }): Job {
    const wanted = JSON.stringify([kind, folders, subject.run, subject.encoder]);
    const same = this.#records().find(
      ({ state, ...job }) =>
        (state === 'waiting' || state === 'paused') &&
        JSON.stringify([job.kind, job.folders, job.run, job.encoder]) === wanted,
    );
    if (same) return this.resume(same.id);
    const id = this.#store.jobs.create(kind, folders, subject);
    this.#changed();
    return this.get(id);
  }

  pause(id: number): Job {
    return this.#stop(id, 'paused');
  }

  cancel(id: number): Job {
    return this.#stop(id, 'cancelled');
  }

  /** Cancels a job unless it has ended. */
  cancelOpen(id: number): void {
    const { state } = this.get(id);
    if (state === 'waiting' || state === 'running' || state === 'paused') this.cancel(id);
  }

  resume(id: number): Job {
    // It is still letting go: it begins anew as soon as it has.
    const running = this.#runningOf(id);
    if (running?.stop === 'paused') running.stop = 'waiting';
    const job = this.get(id);
    if (job.state === 'paused' || job.state === 'failed') {
      this.#unsaved.delete(id);
      this.#store.jobs.update(id, { state: 'waiting', reason: null });
    }
    this.#changed();
    return this.get(id);
  }

  /** Lets a job put down what it holds and begin anew, with what has been decided meanwhile; a paused one goes on. */
  again(id: number): Job {
    const running = this.#runningOf(id);
    if (!running) return this.resume(id);
    if (running.stop !== 'cancelled') running.stop = 'waiting';
    running.abort.abort(new DOMException('The job begins anew', 'AbortError'));
    return this.get(id);
  }

  /**
   * Waits for the job to end: the report of an index job, null of the other kinds.
   * @throws LikenessError with its reason when it failed, was paused or was cancelled.
   */
  ended(id: number): Promise<IndexReport | null> {
    const { promise, resolve, reject } = Promise.withResolvers<IndexReport | null>();
    this.#endings.push({ id, resolve, reject });
    this.#settle();
    return promise;
  }

  /** Lets the running jobs put down what they hold, and starts no other. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#running.values()];
    for (const job of running) {
      job.stop ??= 'waiting';
      job.abort.abort(new DOMException('Likeness is closing', 'AbortError'));
    }
    await Promise.all(running.map(({ ended }) => ended));
    for (const ending of this.#endings.splice(0)) ending.reject(stopped('Likeness is closing.'));
  }

  /** Begins the oldest waiting job of each lane, unless one runs there. Called after every change. */
  start(): void {
    for (const lane of lanes) this.#startIn(lane);
  }

  #startIn(lane: Lane): void {
    if (this.#running.has(lane) || this.#closed) return;
    const next = this.#records()
      .filter((job) => job.state === 'waiting' && laneOf(job) === lane)
      .sort((a, b) => a.id - b.id)[0];
    if (!next) return;
    const held = this.#hold(next.kind);
    if (held !== null) {
      if (next.reason !== held) this.#store.jobs.update(next.id, { reason: held });
      return;
    }
    this.#store.jobs.update(next.id, {
      state: 'running',
      startedAtMs: next.startedAtMs ?? Date.now(),
      endedAtMs: null,
      reason: null,
    });
    const running: Running = {
      id: next.id,
      lane,
      abort: new AbortController(),
      progress: new Progress(next),
      ended: Promise.resolve(),
      stop: null,
    };
    this.#running.set(lane, running);
    running.ended = this.#run(running);
    this.#onChange();
  }

  async #run(running: Running): Promise<void> {
    const { id, progress } = running;
    let savedAtMs = Date.now();
    let soFar: JobChange = {};
    const control: JobControl = {
      signal: running.abort.signal,
      report: (update) => {
        progress.update(update, Date.now());
        if (Date.now() - savedAtMs < saveEveryMs) return;
        savedAtMs = Date.now();
        this.#store.jobs.update(id, progress.saved());
        this.#onChange();
      },
      soFar: (report) => {
        soFar = { report };
      },
    };
    try {
      const report = await this.#work(this.get(id), control);
      this.#store.jobs.update(id, { ...progress.saved(), state: 'done', endedAtMs: Date.now(), report });
    } catch (thrown) {
      this.#save(running, thrown, soFar);
    } finally {
      this.#running.delete(running.lane);
      this.#changed();
    }
  }

  #save({ id, progress, stop }: Running, thrown: unknown, soFar: JobChange): void {
    const error = toErrorData(thrown);
    if (!stop) this.#errors.set(id, error);
    const reason = stop ? null : `${error.message} ${error.hint}`;
    const state = stop ?? stateAfter(error);
    const endedAtMs = state === 'cancelled' || state === 'failed' ? Date.now() : null;
    const change: JobChange = { ...progress.saved(), ...soFar, state, reason, endedAtMs };
    try {
      this.#store.jobs.update(id, change);
    } catch {
      // On a full disk even this can fail. At the next start the job waits again, as one that was cut short.
      this.#unsaved.set(id, change);
    }
  }

  #stop(id: number, reason: 'paused' | 'cancelled'): Job {
    const job = this.get(id);
    const running = this.#runningOf(id);
    if (running) {
      running.stop = reason;
      running.abort.abort(new DOMException(`The job was ${reason}`, 'AbortError'));
      this.#onChange();
      return this.get(id);
    }
    if (job.state === 'waiting' || job.state === 'paused') {
      this.#store.jobs.update(id, { state: reason, endedAtMs: reason === 'cancelled' ? Date.now() : null });
    }
    this.#changed();
    return this.get(id);
  }

  #ending(id: number, record: JobRecord | null): LikenessError {
    const error = this.#errors.get(id);
    if (error) return new LikenessError(error.code, error.message, error.hint);
    return stopped(record?.reason ?? `The job was ${record?.state ?? 'forgotten'}.`);
  }

  #records(): JobRecord[] {
    return this.#store.jobs.list().map((job) => ({ ...job, ...this.#unsaved.get(job.id) }));
  }

  #record(id: number): JobRecord | null {
    const job = this.#store.jobs.get(id);
    return job && { ...job, ...this.#unsaved.get(id) };
  }

  #live(job: Job): Job {
    const running = this.#runningOf(job.id);
    if (!running) return job;
    // One that still lets go is paused for whoever paused it.
    const state = running.stop === null || running.stop === 'waiting' ? job.state : running.stop;
    return { ...job, ...running.progress.live(Date.now()), state };
  }

  #runningOf(id: number): Running | undefined {
    return [...this.#running.values()].find((running) => running.id === id);
  }

  #changed(): void {
    this.start();
    this.#onChange();
    this.#settle();
  }

  #settle(): void {
    this.#endings = this.#endings.filter(({ id, resolve, reject }) => {
      const record = this.#record(id);
      if (record?.state === 'waiting' || record?.state === 'running') return true;
      if (record?.state === 'done') resolve(record.report);
      else reject(this.#ending(id, record));
      return false;
    });
  }
}

function stateAfter({ code }: ErrorData): 'paused' | 'waiting' | 'failed' {
  // A full disk is no fault of the job: it waits for room, and a person resumes it.
  if (code === 'disk-full') return 'paused';
  // Ctrl+C in a terminal reaches the trainer too, which may let go before we are told to close.
  return code === 'cancelled' ? 'waiting' : 'failed';
}

function briefly(report: IndexReport): IndexReport {
  return { ...report, failed: report.failed.slice(0, listedFailures) };
}

function stopped(message: string): LikenessError {
  return new LikenessError('cancelled', message, 'Start it again; it goes on where it stopped.');
}
