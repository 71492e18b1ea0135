/** Background work as a person sees it: a durable list, each with progress, pause and cancel. */

export type JobState = 'waiting' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

/**
 * `index`: find the photos of a folder and look at each. `learn`: a run learns from the library. `apply`: every photo gets its
 * vectors of another encoder, which is then in use. `people`: find the faces of every photo and group them. `duplicates`: find photos that are the same or nearly. One job of `learn`
 * runs at a time, and beside it one of the others.
 */
export type JobKind = 'index' | 'learn' | 'apply' | 'people' | 'duplicates';

/**
 * `finding` while folders are walked, `looking` while photos are read and encoded. A job that learns is `preparing` (photos),
 * `learning` (steps), `measuring` what came of it; one that applies is `preparing` (photos). A job of people is `looking` (photos),
 * then `grouping`; one of duplicates is `looking` (photos), then `comparing` (pairs).
 */
export type JobPhase =
  'finding' | 'looking' | 'preparing' | 'learning' | 'measuring' | 'grouping' | 'comparing';

export interface Job {
  readonly id: number;
  readonly kind: JobKind;
  readonly state: JobState;
  /** The folders it works on, absolute paths. */
  readonly folders: readonly string[];
  /** The run that it learns or applies. */
  readonly run?: number | null;
  /** Id of the encoder that it applies. */
  readonly encoder?: string | null;
  readonly phase: JobPhase;
  readonly done: number;
  /** Grows while folders are still being walked. */
  readonly total: number;
  readonly failed: number;
  /** Photos per second over the last half minute; 0 until known. */
  readonly photosPerSecond: number;
  /** Seconds left by the same rate; null until known. */
  readonly secondsLeft: number | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** Why it failed, or why it waits. */
  readonly reason: string | null;
  /** What came of it, once it is done; of the photos that failed it names the first few only. */
  readonly report?: IndexReport | null;
}

/** The answer of `likeness index FOLDER…`, kept with the job when it ends. */
export interface IndexReport {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly missing: number;
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
  /** Pictures of kinds not read yet, by kind: {"HEIC": 12}. */
  readonly unsupported: Readonly<Record<string, number>>;
  /** Photos of the library that can be shown, after this run. */
  readonly photos: number;
  readonly seconds: number;
  readonly photosPerSecond: number;
}
