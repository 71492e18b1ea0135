/**
 * Trainings and evaluations, each in a process of its own that is started by path. No library need be open: one that is to be
 * learned from is only read.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LikenessError } from './contract/errors.ts';
import type {
  EvaluateRequest,
  EvaluateResult,
  RunRequest,
  TrainerTask,
  TrainResult,
} from './contract/run.ts';
import { findEncoder, type EncoderName } from './encoders.ts';
import type { StartChild } from './jobs/child-link.ts';
import { isLibrary, writePhotoList } from './learn/library-photos.ts';
import { dropUnused, newRunFolder, photoListName, takeRunFolder } from './learn/run-folder.ts';
import { runTrainer, type TrainerWatch } from './learn/run-trainer.ts';
import { libraryPaths } from './store/open.ts';

export type { TrainerWatch } from './learn/run-trainer.ts';

/** `data` may be a library's folder, too; `out` null is a new folder among the library's runs. */
export type TrainingWish = Omit<RunRequest, 'out'> & { readonly out: string | null };
/** `data` may be a library's folder, too. */
export type EvaluationWish = Omit<EvaluateRequest, 'encoder'> & { readonly encoder: EncoderName };

/** @throws LikenessError, all three: what the trainer says is wrong, `cancelled` when stopped, `engine-failed` when it died. */
export interface Trainings {
  train(wish: TrainingWish, watch: TrainerWatch): Promise<TrainResult>;
  /** Goes on with the run in a folder. */
  resume(dir: string, watch: TrainerWatch): Promise<TrainResult>;
  evaluate(wish: EvaluationWish, watch: TrainerWatch): Promise<EvaluateResult>;
}

export interface TrainingsOptions {
  /** The library's folder: it takes the runs and holds the installed encoders. */
  readonly library: string;
  readonly startChild: StartChild;
  /** The trainer's program; the source when left out. */
  readonly entry?: string;
}

export function openTrainings({ library, startChild, entry = trainerEntry() }: TrainingsOptions): Trainings {
  const paths = libraryPaths(library);
  const run = (task: TrainerTask, watch: TrainerWatch) => runTrainer(task, { ...watch, startChild, entry });
  const trained = async (task: TrainerTask, watch: TrainerWatch): Promise<TrainResult> => {
    const end = await run(task, watch);
    if (end.kind === 'trained') return end.result;
    throw new RangeError(`The trainer was to train, and ${end.kind}.`);
  };
  return {
    train: async (wish, watch) => {
      checkInput(wish);
      const out = wish.out === null ? newRunFolder(paths.runs, wish.method) : takeRunFolder(wish.out);
      try {
        const data = readable(wish.data, out);
        watch.onNote(`The run’s folder is ${out}`);
        return await trained({ kind: 'train', request: { ...wish, data, out } }, watch);
      } finally {
        dropUnused(out);
      }
    },
    resume: async (dir, watch) => {
      statSync(dir);
      return trained({ kind: 'resume', dir }, watch);
    },
    evaluate: async (wish, watch) => {
      checkInput(wish);
      const encoder = findEncoder(wish.encoder, paths);
      const scratch = mkdtempSync(join(tmpdir(), 'likeness-evaluate-'));
      try {
        const request = { ...wish, encoder, data: readable(wish.data, scratch) };
        const end = await run({ kind: 'evaluate', request }, watch);
        if (end.kind === 'evaluated') return end.result;
        throw new RangeError(`The trainer was to evaluate, and ${end.kind}.`);
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
  };
}

function trainerEntry(): string {
  return fileURLToPath(new URL(`../training/trainer${extname(import.meta.filename)}`, import.meta.url));
}

/** A slip in a path is told at once, before anything is made. @throws the file system's error. */
function checkInput({ data, captions }: Pick<RunRequest, 'data' | 'captions'>): void {
  statSync(data);
  if (captions !== null && statSync(captions).isDirectory())
    throw new LikenessError(
      'bad-input',
      `“${captions}” is a folder.`,
      'Captions are a text file: on each line a photo’s file, a tab, a caption.',
    );
}

/** What the trainer reads: a library's photos as a list in `folder`, everything else as it is. */
function readable(data: string, folder: string): string {
  if (!isLibrary(data)) return data;
  const list = join(folder, photoListName);
  writePhotoList(data, list);
  return list;
}
