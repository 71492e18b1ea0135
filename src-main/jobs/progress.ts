/** How far a job is, how fast it goes, and how long it will take. */
import type { Job } from '../contract/jobs.ts';

type Counts = Pick<Job, 'phase' | 'done' | 'total' | 'failed'>;
type Pace = Pick<Job, 'photosPerSecond' | 'secondsLeft'>;
/** `pace` where the work itself knows how fast it goes; else it is taken from the counts. */
export type ProgressChange = Partial<Counts> & { readonly pace?: Pace };

/** The rate is taken over this long: long enough to be calm, short enough to follow a slow disk. */
const windowMs = 30_000;
/** No forecast before this many photos are done. */
const forecastAfter = 8;

export class Progress {
  #counts: Counts;
  #pace: Pace | null = null;
  /** [time, done] pairs of the last half minute, oldest first, at most about one every quarter second. */
  #marks: { atMs: number; done: number }[] = [];

  constructor(job: Counts) {
    this.#counts = { phase: job.phase, done: job.done, total: job.total, failed: job.failed };
  }

  update({ pace, ...change }: ProgressChange, nowMs: number): void {
    const before = this.#counts;
    this.#counts = { ...before, ...change };
    this.#pace = pace ?? null;
    // Another stage counts from the beginning, and something else.
    if (this.#counts.phase !== before.phase && this.#counts.done < before.done) this.#marks = [];
    const last = this.#marks.at(-1);
    if (!last || nowMs - last.atMs >= 250) this.#marks.push({ atMs: nowMs, done: this.#counts.done });
    while (this.#marks.length > 2 && nowMs - this.#marks[0]!.atMs > windowMs) this.#marks.shift();
  }

  saved(): Counts {
    return { ...this.#counts };
  }

  live(nowMs: number): Counts & Pace {
    if (this.#pace) return { ...this.#counts, ...this.#pace };
    const first = this.#marks[0];
    const seconds = first ? (nowMs - first.atMs) / 1000 : 0;
    const looked = first ? this.#counts.done - first.done : 0;
    const rate = seconds > 0.5 ? looked / seconds : 0;
    const forecast = this.#counts.phase === 'looking' || this.#counts.phase === 'preparing';
    const known = rate > 0 && looked >= forecastAfter && forecast;
    return {
      ...this.#counts,
      photosPerSecond: Math.round(rate * 10) / 10,
      secondsLeft: known ? Math.ceil((this.#counts.total - this.#counts.done) / rate) : null,
    };
  }
}
