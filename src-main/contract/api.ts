/**
 * The commands that every host offers, by name: `POST /api/NAME` with a JSON body answers the output, or
 * `{error: ErrorData}` with a 4xx or 5xx status. Beside them:
 *   GET  /api/timeline?since=VERSION           bytes of timeline.ts
 *   GET  /api/events                           server-sent events of AppEvent, each `data:` one JSON object
 *   POST /api/upload                           body: a photo's bytes → {upload: string}, to search with
 *   GET  /thumbnails/CONTENT_ID/256|496        JPEG, immutable
 *   GET  /faces/FACE_ID                        JPEG of 160 px, immutable
 *   GET  /photos/PHOTO_ID                      the photo as a browser can show it: the file itself, or a JPEG made from it
 *   GET  anything else                         the built window
 */
import * as v from 'valibot';
import type { ErrorData } from './errors.ts';
import type { Job, IndexReport } from './jobs.ts';
import {
  learnOptionsSchema,
  learnWishSchema,
  type LearnLook,
  type LearnOffer,
  type LearnViews,
  type Run,
  type RunDetails,
} from './learn.ts';
import { collectionsInputs, type CollectionsOutputs } from './collections.ts';
import { duplicatesInputs, type DuplicatesOutputs } from './duplicates.ts';
import { learnFacesInputs, type LearnFacesOutputs } from './learn-faces.ts';
import { peopleInputs, type PeopleOutputs } from './people.ts';
import { photoIdSchema, type PhotoDetails, type Problem } from './photo.ts';
import { searchSchema, similarSchema, type SearchResults } from './search.ts';
import { settingsSchema, type Settings } from './settings.ts';

export interface Folder {
  readonly id: number;
  readonly path: string;
  /** False while its disk is away. */
  readonly present: boolean;
  readonly photos: number;
  readonly addedAtMs: number;
  readonly scannedAtMs: number | null;
}

export interface Status {
  readonly version: string;
  readonly host: 'electron' | 'web' | 'cli';
  readonly platform: string;
  readonly library: string;
  /** Bytes of the library folder's database and thumbnails. */
  readonly libraryBytes: number;
  readonly folders: readonly Folder[];
  readonly photos: number;
  readonly waiting: number;
  readonly encoded: number;
  readonly failed: number;
  readonly missing: number;
  /** Pictures of kinds not read yet, by kind. */
  readonly unsupported: Readonly<Record<string, number>>;
  readonly jobs: readonly Job[];
  readonly encoder: { readonly id: string; readonly name: string } | null;
}

/** One that is installed, or that can be. */
export interface Encoder {
  readonly id: string;
  readonly name: string;
  readonly licence: string;
  /** Of all its files. */
  readonly bytes: number;
  readonly installed: boolean;
  readonly active: boolean;
  /** The one to offer to a person who has none of the catalog. */
  readonly recommended: boolean;
  /** Host that it is downloaded from; null for one that is in no catalog. */
  readonly from: string | null;
  /** How far its download is; null when none was begun or it is done. */
  readonly download: EncoderDownload | null;
}

export interface Models {
  /** Encoders: what photos are found by. */
  readonly models: readonly Encoder[];
  /** What finds faces, with the same said of each. */
  readonly faces: readonly Encoder[];
}

export interface EncoderDownload {
  /**
   * `trying`: all is there, and runs once on this computer. `stopped`: by the person or with the program; `failed` says why.
   * Both keep what has come and are gone on with by `models.install`.
   */
  readonly state: 'downloading' | 'trying' | 'stopped' | 'failed';
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Of the last seconds; 0 while not known. */
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
  readonly failure: ErrorData | null;
}

export interface Doctor {
  readonly versions: Readonly<Record<string, string>>;
  /** Execution providers of ONNX Runtime, each probed in a child process of its own. */
  readonly providers: readonly {
    readonly name: string;
    readonly works: boolean;
    readonly reason: string | null;
  }[];
  readonly integrity: { readonly ok: boolean; readonly details: readonly string[] };
  /** What to mend, one sentence each; empty when all is well. */
  readonly advice: readonly string[];
}

const nothing = v.optional(v.object({}), {});
const ids = v.array(photoIdSchema);
const encoderName = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const runId = v.pipe(v.number(), v.integer(), v.minValue(1));
const file = v.pipe(v.string(), v.minLength(1));

/** name → the schema of its input. Checked once, at the border. */
export const inputs = {
  status: nothing,
  doctor: nothing,
  search: searchSchema,
  similar: similarSchema,
  photo: v.object({ id: v.optional(photoIdSchema), path: v.optional(v.string()) }),
  'folders.add': v.object({ paths: v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.minLength(1)) }),
  'folders.remove': v.object({ id: photoIdSchema }),
  /** Looks for changes again; all folders when `ids` is left out. */
  'folders.rescan': v.object({ ids: v.optional(ids) }),
  /** The system's folder dialog; {paths: []} when it was closed, or where the host has none. */
  'folders.pick': nothing,
  /** Likely photo folders of this computer, for the welcome screen. */
  'folders.suggest': nothing,
  /** The folders within a folder, where the host has no dialog of its own; the home folder when `path` is left out. */
  'folders.browse': v.object({ path: v.optional(v.string()) }),
  'jobs.list': nothing,
  'jobs.pause': v.object({ id: photoIdSchema }),
  'jobs.resume': v.object({ id: photoIdSchema }),
  'jobs.cancel': v.object({ id: photoIdSchema }),
  problems: v.object({
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 200),
    offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  }),
  'problems.retry': v.object({ ids: v.optional(ids) }),
  'models.list': nothing,
  /** Begins or goes on with the download of an encoder of the catalog. The only command that uses the network. */
  'models.install': v.object({ id: encoderName }),
  /** Stops a download, or forgets why it failed. `discard` also removes what has come. */
  'models.cancel': v.object({ id: encoderName, discard: v.optional(v.boolean(), false) }),
  /**
   * Prepares the use of an installed encoder in the background, and switches when every photo has its vectors. A model for faces
   * is in use at once; where faces are turned on, the job looks for them anew.
   */
  'models.use': v.object({ id: encoderName }),
  /** What there is to learn from and with. */
  'learn.offer': nothing,
  /** Starts a run; it waits where another one learns. */
  'learn.start': learnWishSchema,
  'learn.pause': v.object({ id: runId }),
  'learn.resume': v.object({ id: runId }),
  /** Ends the learning where it stands, and judges what there is. */
  'learn.finish': v.object({ id: runId }),
  'learn.cancel': v.object({ id: runId }),
  /** Views of a photo as a run would draw them; a photo is chosen by the seed when none is named. */
  'learn.views': v.object({
    photo: v.optional(photoIdSchema),
    seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff)), 1),
    options: v.optional(learnOptionsSchema, {}),
  }),
  /** Newest first. */
  'runs.list': nothing,
  'runs.show': v.object({ id: runId }),
  /** Makes the vectors of the run's encoder in the background, then switches. A run that is worse wants `anyway`. */
  'runs.apply': v.object({ id: runId, anyway: v.optional(v.boolean(), false) }),
  /** Back to the encoder that was in use before, at once; stops a run that is being prepared. */
  'runs.rollback': nothing,
  'runs.rename': v.object({ id: runId, name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80)) }),
  /** Deletes the run and its encoder; not while that is in use. */
  'runs.remove': v.object({ id: runId }),
  /** Writes the encoder, its card and the figures into one file; no photos. */
  'runs.export': v.object({ id: runId, file }),
  'runs.import': v.object({ file }),
  ...peopleInputs,
  ...learnFacesInputs,
  ...duplicatesInputs,
  ...collectionsInputs,
  'settings.get': nothing,
  'settings.set': v.partial(settingsSchema),
  /** Shows the file in the system's file manager. */
  reveal: v.object({ id: photoIdSchema }),
} as const;

export type CommandName = keyof typeof inputs;
export type CommandInput<Name extends CommandName> = v.InferOutput<(typeof inputs)[Name]>;
/** What a caller may send: defaults may be left out. */
export type CommandRequest<Name extends CommandName> = v.InferInput<(typeof inputs)[Name]>;

export interface Outputs extends PeopleOutputs, LearnFacesOutputs, DuplicatesOutputs, CollectionsOutputs {
  status: Status;
  doctor: Doctor;
  search: SearchResults;
  similar: SearchResults;
  photo: PhotoDetails;
  'folders.add': { readonly folders: readonly Folder[]; readonly job: Job };
  'folders.remove': { readonly removed: boolean };
  'folders.rescan': { readonly job: Job };
  'folders.pick': { readonly paths: readonly string[]; readonly available: boolean };
  'folders.suggest': {
    readonly folders: readonly { readonly path: string; readonly name: string; readonly pictures: number }[];
  };
  'folders.browse': {
    readonly path: string;
    readonly parent: string | null;
    readonly folders: readonly { readonly path: string; readonly name: string }[];
    /** Pictures that lie directly in `path`. */
    readonly pictures: number;
  };
  'jobs.list': { readonly jobs: readonly Job[] };
  'jobs.pause': { readonly job: Job };
  'jobs.resume': { readonly job: Job };
  'jobs.cancel': { readonly job: Job };
  problems: {
    readonly problems: readonly Problem[];
    readonly total: number;
    readonly unsupported: Readonly<Record<string, number>>;
  };
  'problems.retry': { readonly job: Job };
  'models.list': Models;
  'models.install': Models;
  'models.cancel': Models;
  /** null when it is in use already. */
  'models.use': { readonly job: Job | null };
  'learn.offer': LearnOffer;
  'learn.start': { readonly run: Run };
  'learn.pause': { readonly run: Run };
  'learn.resume': { readonly run: Run };
  'learn.finish': { readonly run: Run };
  'learn.cancel': { readonly run: Run };
  'learn.views': LearnViews;
  'runs.list': { readonly runs: readonly Run[] };
  'runs.show': RunDetails;
  'runs.apply': { readonly run: Run };
  'runs.rollback': { readonly run: Run | null };
  'runs.rename': { readonly run: Run };
  'runs.remove': { readonly removed: boolean };
  'runs.export': { readonly file: string; readonly bytes: number };
  'runs.import': { readonly run: Run };
  'settings.get': Settings;
  'settings.set': Settings;
  reveal: { readonly revealed: boolean };
}
export type CommandOutput<Name extends CommandName> = Outputs[Name];

/** What the application tells every open window. They announce a state; none is an order. */
export type AppEvent =
  | { readonly type: 'jobs'; readonly jobs: readonly Job[] }
  /** Photos came, changed or left: ask for the timeline since the version you hold. */
  | {
      readonly type: 'library';
      readonly version: number;
      readonly generation: number;
      readonly photos: number;
    }
  | { readonly type: 'folders'; readonly folders: readonly Folder[] }
  | { readonly type: 'settings'; readonly settings: Settings }
  | ({ readonly type: 'models' } & Models)
  | { readonly type: 'runs'; readonly runs: readonly Run[] }
  /** Faces were found, grouped or decided about: ask for what is shown of people. */
  | { readonly type: 'people' }
  /** Duplicates were found, grouped or decided about: ask for what is shown of them. */
  | { readonly type: 'duplicates' }
  /** How the run that learns is getting on. */
  | { readonly type: 'look'; readonly run: number; readonly look: LearnLook }
  /** What the run that learns has to say, a sentence: what was chosen, what was left out. */
  | { readonly type: 'note'; readonly run: number; readonly text: string }
  | { readonly type: 'indexed'; readonly job: number; readonly report: IndexReport };
