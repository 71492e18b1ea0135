/** A terminal and an application that the command line's tests talk to. */
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { FaceHead } from '../../../src-main/contract/learn-faces.ts';
import type { App } from '../../../src-main/app.ts';
import type { AppEvent, Status } from '../../../src-main/contract/api.ts';
import { LikenessError } from '../../../src-main/contract/errors.ts';
import type { IndexReport, Job } from '../../../src-main/contract/jobs.ts';
import type { LearnResult, Run } from '../../../src-main/contract/learn.ts';
import type { PhotoDetails } from '../../../src-main/contract/photo.ts';
import type { EvaluateResult, TrainResult } from '../../../src-main/contract/run.ts';
import { runCommandLine, type Surroundings } from '../../../src-main/hosts/cli/main.ts';
import type { Trainings } from '../../../src-main/trainings.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the application was asked, in order: [name, input]. */
  readonly asked: readonly (readonly [string, unknown])[];
  /** How often it was opened and closed. */
  readonly opened: number;
  readonly closed: number;
}

export interface Given {
  readonly stdin?: string;
  readonly tty?: boolean;
  readonly signal?: AbortSignal;
  /** What opening the library throws. */
  readonly refusal?: LikenessError;
  readonly app?: Partial<App>;
  /** Trainings of a library; the stand-in below when left out. */
  readonly trainings?: (library: string | undefined) => Trainings;
  /** Answers of `call`, by name; those left out are the ones below. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

/** Runs one command line against the stand-in. */
export async function likeness(argv: readonly string[], given: Given = {}): Promise<Ran> {
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY: given.tty ?? false, columns: 60 });
  const asked: (readonly [string, unknown])[] = [];
  const uses = { opened: 0, closed: 0 };
  const around: Surroundings = {
    stdout,
    stderr,
    stdin: Readable.from([given.stdin ?? '']),
    cwd: '/home/ana',
    signal: given.signal ?? new AbortController().signal,
    openApp: async (library) => {
      uses.opened++;
      asked.push(['open', library]);
      if (given.refusal) throw given.refusal;
      return standIn(asked, uses, given);
    },
    openTrainings: async (library) => given.trainings?.(library) ?? standInTrainings(asked),
  };
  const [out, err] = [text(stdout), text(stderr)];
  const code = await runCommandLine(argv, around);
  stdout.end();
  stderr.end();
  return { code, stdout: await out, stderr: await err, asked, ...uses };
}

function standIn(asked: (readonly [string, unknown])[], uses: { closed: number }, given: Given): App {
  const answers: Readonly<Record<string, unknown>> = { ...standardAnswers, ...given.answers };
  const app: App = {
    fetch: () => Promise.reject(new Error('the command line needs no requests')),
    call: async (name, input) => {
      asked.push([name, input]);
      if (answers[name] instanceof Error) throw answers[name];
      return answers[name] as never;
    },
    indexed: () => Promise.resolve(report),
    ended: () => Promise.resolve(),
    installed: () => Promise.resolve(),
    embed: async ({ output, paths = [], texts = [] }) => {
      asked.push(['embed', { output, paths, texts }]);
      const rows = [...paths, ...texts].map((content) =>
        content.includes('broken')
          ? {
              ok: false as const,
              error: { code: 'unreadable-photo' as const, message: 'It is damaged.', hint: '' },
            }
          : { ok: true as const, vector: new Float32Array([content.length / 100, 0.5, -1]) },
      );
      return { encoder: 'tiny', dim: 3, rows };
    },
    verifyModels: () => Promise.resolve(['tiny', 'faces'].map((id) => ({ id, ok: true, details: [] }))),
    onEvent: () => () => {},
    ...given.app,
    close: () => {
      uses.closed++;
      return Promise.resolve();
    },
  };
  return app;
}

function standInTrainings(asked: (readonly [string, unknown])[]): Trainings {
  const note = (name: string, input: unknown) => asked.push([name, input]);
  return {
    train: async (wish) => {
      note('train', wish);
      return trained;
    },
    resume: async (dir) => {
      note('resume', dir);
      return trained;
    },
    evaluate: async (wish) => {
      note('evaluate', wish);
      return evaluated;
    },
  };
}

const collapse = { collapsed: false, spread: 0.9, effectiveRank: 41, reason: null };

export const trained: TrainResult = {
  method: 'simclr',
  engine: 'cpu',
  device: 'processor',
  epochs: 3,
  steps: 1200,
  loss: [5.54, 4.1, 3.2],
  collapse,
  photosPerSecond: 812.4,
  seconds: 75.2,
  out: '/home/ana/runs/simclr-2026-11-25',
};

export const evaluated: EvaluateResult = {
  knn: 0.412,
  linearProbe: null,
  retrieval: { r1: 0.5, r5: 0.75, r10: 1, medianRank: 2 },
  alignment: 0.31,
  uniformity: -2.9,
  collapse,
};

export const job: Job = {
  id: 7,
  kind: 'index',
  state: 'running',
  folders: ['/home/ana/Pictures'],
  phase: 'looking',
  done: 120,
  total: 500,
  failed: 1,
  photosPerSecond: 34.2,
  secondsLeft: 11.1,
  startedAtMs: 1,
  endedAtMs: null,
  reason: null,
};
export const jobEvent: AppEvent = { type: 'jobs', jobs: [job] };

export const report: IndexReport = {
  added: 3,
  updated: 1,
  unchanged: 90,
  missing: 0,
  failed: [{ path: '/home/ana/Pictures/cut.jpg', reason: 'The file ends too early.' }],
  unsupported: { HEIC: 2 },
  photos: 94,
  seconds: 2.5,
  photosPerSecond: 1.6,
};

export const details: PhotoDetails = {
  id: 1,
  path: '/home/ana/beach.jpg',
  state: 'ready',
  reason: null,
  hash: 'ab'.repeat(32),
  format: 'jpeg',
  sizeBytes: 3_400_000,
  width: 4000,
  height: 3000,
  takenAt: '2024-06-15T14:03:22+02:00',
  takenFrom: 'exif',
  camera: 'Canon EOS R6',
  lens: null,
  exposureSeconds: 0.004,
  fNumber: 2.8,
  iso: 100,
  focalLengthMm: 50,
  gps: { lat: 44.1, lon: 15.2 },
  place: null,
  rating: null,
  keywords: ['sea', 'sun'],
  caption: null,
  copies: [],
};

export const learned: LearnResult = {
  method: 'simclr',
  start: 'adapter',
  goal: 'likeness',
  base: 'tiny',
  encoder: 'tiny-fitted',
  engine: 'cpu',
  device: 'processor',
  photos: { learned: 90, heldOut: 10 },
  steps: 200,
  passes: 4,
  compared: [
    {
      what: 'half',
      title: 'A photo by half of itself',
      queries: 10,
      before: 0.5,
      after: 0.75,
      low: 0.1,
      high: 0.4,
      verdict: 'better',
    },
    {
      what: 'knn',
      title: 'Class by nearest photos',
      queries: 10,
      before: 0.4,
      after: 0.4,
      low: 0,
      high: 0,
      verdict: 'same',
    },
  ],
  moved: 0.02,
  verdict: 'better',
  words: 'It finds more than before.',
  seconds: 70,
  out: '/home/ana/library/runs/3',
};
export const runAtWork: Run = {
  id: 3,
  name: 'Likeness, all photos',
  state: 'running',
  use: 'none',
  job: 7,
  imported: false,
  wish: {
    from: { kind: 'all' },
    goal: 'likeness',
    start: 'adapter',
    classes: false,
    minutes: 20,
    engine: 'auto',
    seed: 1,
    options: {},
  },
  base: 'tiny',
  baseName: 'Tiny',
  createdAtMs: 1,
  endedAtMs: null,
  reason: null,
  result: null,
};
export const runDone: Run = { ...runAtWork, state: 'learned', job: null, endedAtMs: 2, result: learned };

const found = {
  query: 'dogs',
  results: [
    { id: 4, path: '/home/ana/Pictures/two dogs.jpg', score: 0.31, relevance: 0.92 },
    { id: 9, path: '/home/ana/Pictures/cat.jpg', score: 0.2, relevance: 0.07 },
  ],
  total: 94,
  relevant: 1,
  histogram: [],
  encoder: 'tiny',
  milliseconds: 3.4,
};

export const status: Status = {
  version: '0.1.0',
  host: 'cli',
  platform: 'linux',
  library: '/home/ana/library',
  libraryBytes: 12_300_000,
  folders: [{ id: 1, path: '/home/ana/Pictures', present: false, photos: 94, addedAtMs: 1, scannedAtMs: 2 }],
  photos: 94,
  waiting: 5,
  encoded: 89,
  failed: 1,
  missing: 0,
  unsupported: { HEIC: 2 },
  jobs: [job],
  encoder: { id: 'tiny', name: 'Tiny' },
};

const person = (id: string, name: string) => ({
  id,
  name,
  hidden: false,
  faces: 3,
  photos: 2,
  cover: 1,
  fan: [1],
  fromMs: null,
  toMs: null,
});

export const faceHead: FaceHead = {
  id: 4,
  atMs: 0,
  model: 'faces-1',
  persons: 12,
  faces: 60,
  before: 0.925,
  after: 0.95,
  low: 0.01,
  high: 0.04,
  found: { before: 0.8, after: 0.9 },
  thresholds: { before: 0.3, after: 0.31 },
  verdict: 'better',
  seconds: 9,
  inUse: false,
  words: 'It tells people apart better.',
};

const standardAnswers: Readonly<Record<string, unknown>> = {
  'people.learn': { head: faceHead },
  'people.useHead': { running: false, persons: 12, missing: null, heads: [{ ...faceHead, inUse: true }] },
  'people.state': { on: true, looked: 94, waiting: 0, faces: 7, people: 2 },
  'people.list': {
    people: [person('p1', 'Ana'), person('p2', 'Ben')],
    groups: [],
    hidden: 0,
    unknown: 0,
    ignored: 0,
    questions: 0,
  },
  'learn.start': { run: runAtWork },
  'learn.resume': { run: runAtWork },
  'runs.list': { runs: [runDone] },
  'runs.show': { run: runDone, looks: [], map: null, neighbours: [] },
  'runs.apply': { run: { ...runDone, use: 'in-use' } },
  'runs.rollback': { run: { ...runDone, use: 'rolled-back' } },
  'runs.export': { file: '/home/ana/learned.tar', bytes: 1234 },
  'runs.import': { run: { ...runDone, imported: true } },
  'folders.add': { folders: [], job },
  'people.report': { people: [], unassigned: [], seconds: 0.5 },
  events: { events: [] },
  'events.photos': { events: [] },
  'clusters.photos': { clusters: [] },
  clusters: { clusters: [], noise: [] },
  classify: { labels: ['dog'], results: [] },
  'duplicates.report': { groups: [], seconds: 0.5 },
  'people.writeNames': { photos: 2, written: 1, unchanged: 1, failed: [] },
  'people.inspect': { faces: [] },
  search: found,
  similar: { ...found, query: '/home/ana/beach.jpg' },
  photo: details,
  status,
  doctor: {
    versions: { likeness: '0.1.0', node: '24.21.0' },
    providers: [
      { name: 'cpu', works: true, reason: null },
      { name: 'cuda', works: false, reason: 'No library.' },
    ],
    integrity: { ok: true, details: [] },
    advice: [],
  },
  'models.use': { job: null },
  'models.list': {
    models: [
      {
        id: 'tiny',
        name: 'Tiny',
        licence: 'Apache-2.0',
        bytes: 9_229_546,
        installed: true,
        active: true,
        recommended: false,
        from: null,
        download: null,
      },
    ],
    faces: [],
  },
};
