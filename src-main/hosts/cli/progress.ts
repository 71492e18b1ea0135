/** The progress of a job or a run in words: a line that changes on a terminal, a line now and then in a log. */
import type { Job } from '../../contract/jobs.ts';
import type { RunProgress } from '../../contract/run.ts';
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
export function jobLine({ kind, phase, done, total, failed, photosPerSecond, secondsLeft }: Job): string {
  if (phase === 'finding') return `Finding photos: ${count(total)} so far`;
  if (phase === 'grouping') return 'Grouping faces';
  if (phase === 'comparing' && total === 0) return 'Looking for photos that are alike';
  if (phase === 'measuring') return 'Measuring what was learned';
  if (phase === 'preparing' && total === 0) return 'Opening the photos';
  const rate = photosPerSecond > 0 ? [`${photosPerSecond.toFixed(photosPerSecond < 10 ? 1 : 0)}/s`] : [];
  const left = secondsLeft === null ? [] : [`${duration(secondsLeft)} left`];
  const unread = failed > 0 ? [`${photos(failed)} unreadable`] : [];
  const notes = [...rate, ...left, ...unread].join(', ');
  const what =
    phase === 'learning'
      ? 'Learning: step'
      : phase === 'comparing'
        ? 'Comparing photos: pair'
        : lookingWords[kind];
  return `${what} ${count(done)} of ${count(total)}${notes ? ` (${notes})` : ''}`;
}

const lookingWords: Readonly<Record<Job['kind'], string>> = {
  index: 'Looking at photos:',
  learn: 'Looking at photos:',
  apply: 'Preparing photos:',
  people: 'Looking for faces:',
  duplicates: 'Looking at photos:',
};

const stageWords = {
  reading: 'Reading photos',
  preparing: 'Preparing the training',
  training: 'Training',
  evaluating: 'Measuring',
  saving: 'Saving',
} as const satisfies Record<RunProgress['stage'], string>;

/** `Epoch 3 of 10, step 120 of 400, loss 2.345, 512/s, 12 s left, spread ▮▮▮▮▯` */
export function runLine({ stage, done, total, training }: RunProgress): string {
  if (stage !== 'training' || !training)
    return stageWords[stage] + (total > 0 ? `: ${count(done)} of ${count(total)}` : '');
  const { epoch, epochs, loss, photosPerSecond, secondsLeft, spread } = training;
  return [
    `Epoch ${epoch} of ${epochs}`,
    `step ${count(done)} of ${count(total)}`,
    `loss ${loss.toPrecision(4)}`,
    `${count(Math.round(photosPerSecond))}/s`,
    `${duration(secondsLeft)} left`,
    `spread ${gauge(spread)}`,
  ].join(', ');
}

/** Five boxes: full while embeddings keep photos apart, empty when all photos have become the same. */
function gauge(spread: number): string {
  const full = Math.round(5 * Math.min(1, Math.max(0, spread)));
  return '▮'.repeat(full) + '▯'.repeat(5 - full);
}
