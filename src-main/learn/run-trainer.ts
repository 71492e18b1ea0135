/** The trainer's process as those who ask see it: one task goes in, word of how it goes comes back, then the end. */
import { LikenessError } from '../contract/errors.ts';
import type { LearnLook } from '../contract/learn.ts';
import type { RunProgress, TrainerCommand, TrainerReport, TrainerTask } from '../contract/run.ts';
import type { StartChild } from '../jobs/child-link.ts';

/** A trainer that was asked to stop finishes its step and writes a checkpoint: it is given a minute at least… */
const leastGraceMs = 60_000;
/** …and so many times the longest that it has been silent so far: a step of a large batch on a slow processor takes long. */
const silences = 4;

export interface TrainerWatch {
  readonly onProgress: (progress: RunProgress) => void;
  /** A sentence for the person. */
  readonly onNote: (text: string) => void;
  /** How far a run that learns from a library is, every few seconds. */
  readonly onLook?: (look: LearnLook) => void;
  /** Ends a run with a checkpoint. */
  readonly signal: AbortSignal;
}

export interface TrainerOptions extends TrainerWatch {
  readonly startChild: StartChild;
  /** Absolute path of the trainer's program. */
  readonly entry: string;
  /** What a trainer that was asked to stop is given at least before it is killed. */
  readonly graceMs?: number;
}

export type TrainerResult = Extract<
  TrainerReport,
  { kind: 'trained' | 'evaluated' | 'learned' | 'faces-learned' | 'views' | 'probed' }
>;

/**
 * Runs one task in a process of its own, which is gone when this answers.
 * @throws LikenessError whatever the trainer says is wrong; `cancelled` when it was stopped, with how to go on; `engine-failed`
 * when it died.
 */
export async function runTrainer(task: TrainerTask, options: TrainerOptions): Promise<TrainerResult> {
  const { signal, graceMs = leastGraceMs } = options;
  if (signal.aborted) throw notBegun();
  const child = options.startChild(options.entry);
  const { promise, resolve, reject } = Promise.withResolvers<TrainerResult>();
  let timer: NodeJS.Timeout | undefined;
  let [heardAtMs, longestSilenceMs] = [performance.now(), 0];
  const stop = () => {
    child.send({ kind: 'stop' } satisfies TrainerCommand);
    const ms = Math.round(Math.max(graceMs, silences * longestSilenceMs));
    timer = setTimeout(() => reject(ended(task, `did not stop within ${ms / 1000} s`)), ms);
  };
  child.onMessage((message) => {
    const nowMs = performance.now();
    longestSilenceMs = Math.max(longestSilenceMs, nowMs - heardAtMs);
    heardAtMs = nowMs;
    const report = message as TrainerReport;
    if (report.kind === 'progress') options.onProgress(report.progress);
    else if (report.kind === 'note') options.onNote(report.text);
    else if (report.kind === 'look') options.onLook?.(report.look);
    else if (report.kind === 'stopped') reject(stopped(task, report));
    else if (report.kind === 'failed')
      reject(new LikenessError(report.error.code, report.error.message, report.error.hint));
    else resolve(report);
  });
  child.onExit((code) =>
    reject(ended(task, code === null ? 'was killed, perhaps for want of memory' : `died with code ${code}`)),
  );
  child.send({ kind: 'task', task } satisfies TrainerCommand);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
    // All that it makes is on the disk before it reports its end, and some drivers hang while they are taken down.
    child.kill();
  }
}

function notBegun(): LikenessError {
  return new LikenessError('cancelled', 'Stopped before it began.', 'Run the same command again.');
}

function stopped(
  task: TrainerTask,
  { out, step }: Extract<TrainerReport, { kind: 'stopped' }>,
): LikenessError {
  return new LikenessError(
    'cancelled',
    `Stopped after step ${step}; what was learned is kept.`,
    learns(task) ? 'Resume the run to go on from there.' : `\`${resumeLine(out)}\` goes on from there.`,
  );
}

function ended(task: TrainerTask, how: string): LikenessError {
  return new LikenessError('engine-failed', `The trainer’s process ${how}.`, remedy(task));
}

function remedy(task: TrainerTask): string {
  if (learns(task)) return 'Resume the run: it goes on from its last checkpoint.';
  const run = task.kind === 'train' ? task.request.out : task.kind === 'resume' ? task.dir : null;
  if (run === null) return 'Try once more.';
  return `\`${resumeLine(run)}\` goes on from the last checkpoint; a smaller --micro takes less memory.`;
}

/** Runs of a library are resumed by their number, not by their folder. */
function learns(task: TrainerTask): boolean {
  return task.kind === 'learn' || task.kind === 'learn-resume';
}

function resumeLine(dir: string): string {
  return `likeness train --resume ${/\s/.test(dir) ? `"${dir}"` : dir}`;
}
