/** How far a job is, how fast it goes, and how long it will take. */
import type { Job } from '../contract/jobs.ts';

type Counts = Pick<Job, 'phase' | 'done' | 'total' | 'failed'>;

/** The rate is taken over this long: long enough to be calm, short enough to follow a slow disk. */
const windowMs = 30_000;
/** No forecast before this many photos are done. */
const forecastAfter = 8;

export class Progress {
  #counts: Counts;
  /** [time, done] pairs of the last half minute, oldest first, at most about one every quarter second. */
  #marks: { atMs: number; done: number }[] = [];

  constructor(job: Counts) {
    this.#counts = { phase: job.phase, done: job.done, total: job.total, failed: job.failed };
  }

  update(change: Partial<Counts>, nowMs: number): void {
    this.#counts = { ...this.#counts, ...change };
    const last = this.#marks.at(-1);
    if (!last || nowMs - last.atMs >= 250) this.#marks.push({ atMs: nowMs, done: this.#counts.done });
    while (this.#marks.length > 2 && nowMs - this.#marks[0]!.atMs > windowMs) this.#marks.shift();
  }

  saved(): Counts {
    return { ...this.#counts };
  }

  live(nowMs: number): Counts & Pick<Job, 'photosPerSecond' | 'secondsLeft'> {
    const first = this.#marks[0];
    const seconds = first ? (nowMs - first.atMs) / 1000 : 0;
    const looked = first ? this.#counts.done - first.done : 0;
    const rate = seconds > 0.5 ? looked / seconds : 0;
    const known = rate > 0 && looked >= forecastAfter && this.#counts.phase === 'looking';
    return {
      ...this.#counts,
      photosPerSecond: Math.round(rate * 10) / 10,
      secondsLeft: known ? Math.ceil((this.#counts.total - this.#counts.done) / rate) : null,
    };
  }
}
