/**
 * One training from request to encoder, as the trainer process and those who start it speak of it. The trainer gets
 * one task, tells how it goes, and ends with one result or one error.
 */
import type { ErrorData } from './errors.ts';
import type { FaceLessons, FacesLearned } from './learn-faces.ts';
import type {
  LearnLook,
  LearnOffer,
  LearnOptions,
  LearnResult,
  LearnStart,
  LearnTask,
  LearnViews,
} from './learn.ts';

export const methodNames = [
  'simclr',
  'moco-v2',
  'moco-v3',
  'byol',
  'simsiam',
  'dino',
  'dinov2',
  'clip',
  'siglip',
  'siamese',
  'triplet',
  'supcon',
  'vicreg',
  'barlow-twins',
] as const;
export type MethodName = (typeof methodNames)[number];

/** What to compute on; `auto` takes the best that a probe finds. */
export const engineChoices = ['auto', 'webgpu', 'cuda', 'dml', 'coreml', 'cpu', 'tensorflow'] as const;
export type EngineChoice = (typeof engineChoices)[number];

/**
 * How large a training: `smoke` only proves the way (half a minute on two cores), `small` is for up to 10,000 photos,
 * `library` for more, `paper` is the published setting.
 */
export const presetNames = ['smoke', 'small', 'library', 'paper'] as const;
export type PresetName = (typeof presetNames)[number];

export const netNames = [
  'vit-nano',
  'vit-micro',
  'vit-mini',
  'vit-tiny',
  'vit-small',
  'resnet-10-slim',
  'resnet-18',
  'resnet-50',
  'mobilenet',
] as const;
export type NetName = (typeof netNames)[number];

/** What a person may decide about a run; null leaves it to method and preset. */
export interface RunRequest {
  readonly method: MethodName;
  /** A folder of photos, a .tar of them, or a list that a library wrote; absolute. */
  readonly data: string;
  /** File, tab, caption; absolute. */
  readonly captions: string | null;
  readonly engine: EngineChoice;
  readonly preset: PresetName;
  readonly epochs: number | null;
  readonly seed: number;
  /** The run's folder, absolute; made if it is not there. */
  readonly out: string;
  readonly net: NetName | null;
  /** Side of the images that the encoder sees, px. */
  readonly side: number | null;
  /** Photos that the loss sees together. */
  readonly batch: number | null;
  /** Photos that the network sees together, where memory is short; divides the batch. */
  readonly micro: number | null;
  /** Learning rate for a batch of 256. */
  readonly rate: number | null;
  /** Processor threads; all cores when null. */
  readonly threads: number | null;
  /** `scans`: pictures without an up or a colour that means something (microscopy, X-rays, spectrograms). */
  readonly kind: 'photos' | 'scans';
}

export interface EvaluateRequest {
  /** Folder of the encoder, absolute. */
  readonly encoder: string;
  readonly data: string;
  readonly captions: string | null;
  /** Classes are the folders that photos lie in. */
  readonly labels: 'folders' | null;
  readonly threads: number | null;
}

/** Whether embeddings still tell photos apart. */
export interface Collapse {
  readonly collapsed: boolean;
  /** Deviation of a dimension over photos, times √D: 1 when spread evenly, 0 when all photos are the same. */
  readonly spread: number;
  /** How many dimensions carry the embeddings: 1 to D. */
  readonly effectiveRank: number;
  /** What is wrong, in a sentence; null when all is well. */
  readonly reason: string | null;
}

/** `train --json`. */
export interface TrainResult {
  readonly method: MethodName;
  readonly engine: Exclude<EngineChoice, 'auto'>;
  readonly device: string;
  readonly epochs: number;
  readonly steps: number;
  /** Of the first step, of some between in their order, of the last. */
  readonly loss: readonly number[];
  readonly collapse: Collapse;
  readonly photosPerSecond: number;
  readonly seconds: number;
  readonly out: string;
}

export interface Retrieval {
  /** Share of queries whose first hit is among the first 1, 5, 10. */
  readonly r1: number;
  readonly r5: number;
  readonly r10: number;
  /** Rank of the first hit, from 1. */
  readonly medianRank: number;
}

/** `evaluate --json`; shares are 0..1. What the data cannot tell is null. */
export interface EvaluateResult {
  /** Share of photos whose class the weighted nearest neighbours name; null without classes. */
  readonly knn: number | null;
  readonly linearProbe: number | null;
  /** Captions → photo where there are captions, photo → photo of its class where there are classes, else half a photo → the whole. */
  readonly retrieval: Retrieval;
  readonly alignment: number;
  readonly uniformity: number;
  readonly collapse: Collapse;
}

export type TrainerTask =
  | { readonly kind: 'train'; readonly request: RunRequest }
  | { readonly kind: 'resume'; readonly dir: string }
  | { readonly kind: 'evaluate'; readonly request: EvaluateRequest }
  | LearnTask
  | FacesTask
  | ViewsTask
  | ProbeTask;

/** Learns a head behind a face model. No file is read or written. */
export interface FacesTask {
  readonly kind: 'faces';
  readonly lessons: FaceLessons;
  readonly seed: number;
  /** Processor threads; all cores when null. */
  readonly threads: number | null;
}

/** Tries every engine of this computer. */
export interface ProbeTask {
  readonly kind: 'probe';
}

/** Draws two views of a photo as a run of such a start and options would. */
export interface ViewsTask {
  readonly kind: 'views';
  /** Absolute path. */
  readonly photo: string;
  readonly start: LearnStart;
  readonly options: LearnOptions;
  readonly seed: number;
}

/** How a run goes, some times a second. */
export interface RunProgress {
  readonly stage: 'reading' | 'preparing' | 'training' | 'evaluating' | 'saving';
  /** Photos while reading, steps while training. */
  readonly done: number;
  readonly total: number;
  /** While training; null before the first step. */
  readonly training: {
    readonly epoch: number;
    readonly epochs: number;
    readonly loss: number;
    readonly photosPerSecond: number;
    readonly secondsLeft: number;
    /** As in Collapse. */
    readonly spread: number;
  } | null;
}

/** From the trainer to the process that started it. */
export type TrainerReport =
  | { readonly kind: 'progress'; readonly progress: RunProgress }
  /** A sentence for the person: what was chosen, what was skipped, what went wrong and was mended. */
  | { readonly kind: 'note'; readonly text: string }
  /** Stopped with a checkpoint, as asked. */
  | { readonly kind: 'stopped'; readonly out: string; readonly step: number }
  | { readonly kind: 'trained'; readonly result: TrainResult }
  | { readonly kind: 'evaluated'; readonly result: EvaluateResult }
  /** Its map and neighbours lie in the run's folder. */
  | { readonly kind: 'look'; readonly look: LearnLook }
  | { readonly kind: 'learned'; readonly result: LearnResult }
  | { readonly kind: 'faces-learned'; readonly result: FacesLearned }
  | { readonly kind: 'views'; readonly views: LearnViews['views'] }
  /** Engines that work, best first; those in plain JavaScript are left out. */
  | { readonly kind: 'probed'; readonly engines: LearnOffer['engines'] }
  | { readonly kind: 'failed'; readonly error: ErrorData };

/** To the trainer: the task first, then perhaps `stop`, which ends a run with a checkpoint. */
export type TrainerCommand =
  { readonly kind: 'task'; readonly task: TrainerTask } | { readonly kind: 'stop' };
