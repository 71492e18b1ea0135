/**
 * The trainer's program: one training or evaluation, in a process of its own, which ends with it. It gives way to whatever the
 * person is doing. Asked to stop, by its parent, by a signal or because its parent is gone, it leaves a checkpoint.
 */
import { constants, setPriority } from 'node:os';
import { LikenessError, toErrorData } from '../src-main/contract/errors.ts';
import type { LearnTask } from '../src-main/contract/learn.ts';
import type { RunProgress, TrainerCommand, TrainerReport, TrainerTask } from '../src-main/contract/run.ts';
import { lockRun } from './run-lock.ts';

/** Node's fork speaks through `process`, Electron's utilityProcess through `process.parentPort`. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}
const parentPort = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort;

const stopping = new AbortController();
const stop = () => stopping.abort();

/** Least time between two words on the progress of one stage. */
const progressEveryMs = 100;
let told = { stage: '', atMs: 0 };

function report(message: TrainerReport): void {
  if (message.kind === 'progress' && isTooSoon(message.progress)) return;
  if (parentPort) parentPort.postMessage(message);
  else if (process.connected) process.send?.(message);
}

/** The end of a stage is never too soon. */
function isTooSoon({ stage, done, total }: RunProgress): boolean {
  const nowMs = performance.now();
  if (stage === told.stage && done !== total && nowMs - told.atMs < progressEveryMs) return true;
  told = { stage, atMs: nowMs };
  return false;
}

/** The last report, then the end: by itself where it knows that the report is through, else by the parent's hand. */
function end(message: TrainerReport): void {
  if (parentPort) parentPort.postMessage(message);
  else if (process.connected) process.send?.(message, () => process.exit());
  else process.exit();
}

/** Loads only the part that the task needs. */
async function work(task: TrainerTask): Promise<TrainerReport> {
  const { signal } = stopping;
  switch (task.kind) {
    case 'evaluate': {
      const { evaluateEncoder } = await import('./evaluate/evaluate-encoder.ts');
      return { kind: 'evaluated', result: await evaluateEncoder(task.request, { signal, report }) };
    }
    case 'learn':
    case 'learn-resume':
      return learn(task);
    case 'faces': {
      const { learnFaces } = await import('./faces/learn-faces.ts');
      const onProgress = (progress: RunProgress) => report({ kind: 'progress', progress });
      const result = await learnFaces(task.lessons, { ...task, signal, onProgress });
      return { kind: 'faces-learned', result };
    }
    case 'views': {
      const { drawViews } = await import('./adapt/draw-views.ts');
      return { kind: 'views', views: await drawViews(task) };
    }
    case 'probe': {
      const { workingEngines } = await import('./choose-device.ts');
      return { kind: 'probed', engines: await workingEngines() };
    }
    default: {
      const { train } = await import('./train.ts');
      const result = await train(task, { signal, report });
      if (!('stopped' in result)) return { kind: 'trained', result };
      const out = task.kind === 'train' ? task.request.out : task.dir;
      return { kind: 'stopped', out, step: result.stopped };
    }
  }
}

async function learn(task: LearnTask): Promise<TrainerReport> {
  const out = task.kind === 'learn' ? task.request.out : task.dir;
  const lock = lockRun(out);
  try {
    const { learnLibrary } = await import('./learn-library.ts');
    const result = await learnLibrary(task, { signal: stopping.signal, report });
    return 'stopped' in result ? { kind: 'stopped', out, step: result.stopped } : { kind: 'learned', result };
  } finally {
    lock.release();
  }
}

function receive(command: TrainerCommand): void {
  if (command.kind === 'stop') stop();
  else
    work(command.task).then(end, (thrown: unknown) => {
      // Who stops before there is anything to keep throws the signal's reason.
      const early = stopping.signal.aborted && thrown === stopping.signal.reason;
      end({ kind: 'failed', error: toErrorData(early ? stoppedEarly() : thrown) });
    });
}

function stoppedEarly(): LikenessError {
  return new LikenessError(
    'cancelled',
    'Stopped before there was anything to keep.',
    'Run the same command again.',
  );
}

function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed in some sandboxes; it then simply runs at the usual priority.
  }
}

lowerPriority();
// A terminal's Ctrl+C reaches the whole family of processes, so it may come here before the parent's word.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
if (parentPort) parentPort.on('message', ({ data }) => receive(data as TrainerCommand));
else {
  process.on('message', (message) => receive(message as TrainerCommand));
  process.on('disconnect', stop);
}
