/** One job's progress in words: a line that changes on a terminal, a line now and then in a log. */
import type { Job } from '../../contract/jobs.ts';
import type { Output } from './output.ts';
import { count, duration, photos } from './table.ts';

/** Between two lines of a log. */
const quietMs = 5000;

export class ProgressLine {
  readonly #output: Output;
  #saidAtMs: number;

  constructor(output: Output, nowMs = Date.now()) {
    this.#output = output;
    this.#saidAtMs = nowMs;
  }

  show(text: string, nowMs = Date.now()): void {
    if (this.#output.live) return this.#output.progress(text);
    if (nowMs - this.#saidAtMs < quietMs) return;
    this.#saidAtMs = nowMs;
    this.#output.note(text);
  }
}

/** `Looking at photos: 120 of 500 (34/s, 12 s left)` */
export function jobLine({ phase, done, total, failed, photosPerSecond, secondsLeft }: Job): string {
  if (phase === 'finding') return `Finding photos: ${count(total)} so far`;
  const rate = photosPerSecond > 0 ? [`${photosPerSecond.toFixed(photosPerSecond < 10 ? 1 : 0)}/s`] : [];
  const left = secondsLeft === null ? [] : [`${duration(secondsLeft)} left`];
  const unread = failed > 0 ? [`${photos(failed)} unreadable`] : [];
  const notes = [...rate, ...left, ...unread].join(', ');
  return `Looking at photos: ${count(done)} of ${count(total)}${notes ? ` (${notes})` : ''}`;
}
