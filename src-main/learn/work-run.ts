/** The learn job: one run, worked off by the trainer in a process of its own. Run again after a pause or a kill it goes on. */
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readEncoderCard } from '../../models/card.ts';
import { LikenessError } from '../contract/errors.ts';
import type { Job, JobPhase } from '../contract/jobs.ts';
import type { LearnLook, LearnRequest, LearnResult } from '../contract/learn.ts';
import type { RunProgress, TrainerTask } from '../contract/run.ts';
import type { StartChild } from '../jobs/child-link.ts';
import type { JobControl } from '../jobs/job-list.ts';
import type { RunRecord } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { writeChosenPhotos } from './library-photos.ts';
import { photoListName, runFolder } from './run-folder.ts';
import { readResult } from './run-result.ts';
import { runTrainer, type TrainerResult } from './run-trainer.ts';

export interface LearnWork {
  readonly store: Store;
  readonly startChild: StartChild;
  /** The trainer's program. */
  readonly entry: string;
  /** Folder of an installed encoder; null when it is not there. */
  readonly encoderDir: (id: string) => string | null;
  /** Processor threads that the trainer may use; null for all. */
  readonly threads: () => number | null;
  readonly onLook: (run: number, look: LearnLook) => void;
  /** A sentence for the person. */
  readonly onNote: (run: number, text: string) => void;
  /** A run has learned: there is one more encoder. */
  readonly onLearned: () => void;
}

/**
 * Learns one run, from where its folder stands.
 * @throws LikenessError what the trainer says is wrong; `cancelled` when the signal stopped it; `engine-failed` when it died.
 */
export async function workRun(job: Job, control: JobControl, work: LearnWork): Promise<void> {
  const { store } = work;
  const run = store.runs.get(job.run ?? 0);
  // Its encoder was kept just before a kill.
  if (!run || run.result) return;
  const dir = runFolder(store.paths.runs, run.id);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await lastTrainerGone(dir, control.signal);
  const result = readResult(join(dir, 'result.json')) ?? (await learn(run, dir, control, work));
  const card = readEncoderCard(join(dir, 'encoder'));
  if (card.id !== result.encoder)
    throw new LikenessError(
      'training-failed',
      'The encoder that was learned is not the one that was measured.',
      'Start the run again.',
    );
  store.runs.learned(run.id, result);
  dropWorkFiles(dir);
  work.onLearned();
}

async function learn(
  run: RunRecord,
  dir: string,
  control: JobControl,
  work: LearnWork,
): Promise<LearnResult> {
  const trained = (task: TrainerTask): Promise<TrainerResult> =>
    runTrainer(task, {
      startChild: work.startChild,
      entry: work.entry,
      signal: control.signal,
      onProgress: (progress) => control.report(jobProgress(progress)),
      onNote: (text) => work.onNote(run.id, text),
      onLook: (look) => work.onLook(run.id, look),
    });
  const end =
    (await resumed(run, dir, trained)) ??
    (await trained({ kind: 'learn', request: await requestOf(run, dir, work) }));
  if (end.kind === 'learned') return end.result;
  throw new RangeError(`The trainer was to learn, and ${end.kind}.`);
}

/** Goes on with what the folder holds; null when nothing is there to go on from. */
async function resumed(
  run: RunRecord,
  dir: string,
  trained: (task: TrainerTask) => Promise<TrainerResult>,
): Promise<TrainerResult | null> {
  const { finish } = run;
  const begun = readdirSync(dir).some((name) => name !== photoListName && name !== lockName);
  if (begun) {
    try {
      return await trained({ kind: 'learn-resume', dir, finish });
    } catch (thrown) {
      // Killed before it had written its plan: it simply begins.
      if (!(thrown instanceof LikenessError) || thrown.code !== 'not-found') throw thrown;
    }
  }
  if (!finish) return null;
  throw new LikenessError(
    'training-failed',
    'The run was ended before it had learned anything.',
    'Start another one, and let it go on for longer.',
  );
}

async function requestOf(run: RunRecord, dir: string, work: LearnWork): Promise<LearnRequest> {
  const encoder = work.encoderDir(run.base);
  if (encoder === null)
    throw new LikenessError(
      'no-encoder',
      `The encoder “${run.baseName}”, with which this run begins, is no longer installed.`,
      'Install it again, or start a run with the encoder that is in use now.',
    );
  const data = join(dir, photoListName);
  if (!existsSync(data)) await writeChosenPhotos(work.store.paths.dir, data, run.wish.from);
  const { goal, start, minutes, classes, engine, seed, options } = run.wish;
  if (goal === 'people') throw new RangeError('Who people are is learned from faces: people.learn.');
  return {
    encoder,
    data,
    goal,
    start,
    minutes,
    classes,
    engine,
    seed,
    threads: work.threads(),
    out: dir,
    options,
  };
}

const phases: Readonly<Record<RunProgress['stage'], JobPhase>> = {
  reading: 'preparing',
  preparing: 'preparing',
  training: 'learning',
  evaluating: 'measuring',
  saving: 'measuring',
};

function jobProgress({ stage, done, total, training }: RunProgress) {
  const pace = training && {
    photosPerSecond: Math.round(training.photosPerSecond * 10) / 10,
    secondsLeft: Math.ceil(training.secondsLeft),
  };
  return { phase: phases[stage], done, total, ...(pace && { pace }) };
}

/** The trainer's own lock of a run's folder. */
const lockName = 'trainer.lock';
/** What a trainer without a parent is given for its checkpoint. */
const orphanMs = 60_000;
/** The trainer touches its lock every five seconds: one that is older may name a process that is long gone. */
const touchedMs = 30_000;

/**
 * A trainer whose program was killed ends by itself, with a checkpoint: it is waited for, and killed when it takes too long, since
 * two in one folder refuse each other. What it loses are the steps since its last checkpoint.
 */
async function lastTrainerGone(dir: string, signal: AbortSignal): Promise<void> {
  const lock = join(dir, lockName);
  const untilMs = Date.now() + orphanMs;
  for (let owner = ownerOf(lock); owner !== null && isAlive(owner); owner = ownerOf(lock)) {
    signal.throwIfAborted();
    const { mtimeMs } = statSync(lock, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
    if (Date.now() - mtimeMs > touchedMs) return;
    if (Date.now() > untilMs) process.kill(owner, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function ownerOf(lock: string): number | null {
  try {
    const { pid } = JSON.parse(readFileSync(lock, 'utf8')) as { pid?: unknown };
    return typeof pid === 'number' ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Cached features of every view take gigabytes, a new network's checkpoint hundreds of megabytes; nothing goes on from them. */
function dropWorkFiles(dir: string): void {
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' }))
    if (/\.(f32|safetensors)$/.test(name)) rmSync(join(dir, name), { force: true });
}
