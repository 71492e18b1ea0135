/**
 * Answers about runs that no test can wait for: hours of learning, a verdict for the worse, a run that failed. The window is real,
 * and so are its photos; only what `learn.*` and `runs.*` answer is given here.
 */
import type { Page } from 'playwright-core';
import type {
  Compared,
  LearnLook,
  LearnOffer,
  LearnResult,
  Run,
  RunDetails,
  RunPhoto,
} from '../../src-main/contract/learn.ts';

const minuteMs = 60_000;
const begunMs = Date.UTC(2026, 2, 2, 13, 10);

export const offer: LearnOffer = {
  base: { id: 'base', name: 'Built-in' },
  photos: 84_112,
  described: 3204,
  folders: [
    { path: '/home/ana/Pictures/2024/Garden and birds', photos: 12_480 },
    { path: '/home/ana/Pictures/2023/Trips', photos: 9120 },
    { path: '/home/ana/Pictures/2022', photos: 310 },
    { path: '/home/ana/Pictures/Scans', photos: 1 },
  ],
  taken: { fromMs: Date.UTC(2009, 4, 1, 10), toMs: Date.UTC(2026, 1, 28, 9) },
  engines: [
    { engine: 'webgpu', device: 'NVIDIA RTX 4070, 12 GB' },
    { engine: 'cpu', device: '8 processor cores' },
  ],
  refused: { people: 'Name some people first: there is nobody to learn from yet.' },
};

export const compared = (change: Partial<Compared> = {}): Compared => ({
  what: 'half',
  title: 'A photo found by half of itself',
  queries: 2000,
  before: 0.581,
  after: 0.739,
  low: 0.131,
  high: 0.184,
  verdict: 'better',
  ...change,
});

export const result = (change: Partial<LearnResult> = {}): LearnResult => ({
  method: 'simclr',
  start: 'adapter',
  goal: 'likeness',
  base: 'base',
  encoder: 'new',
  engine: 'webgpu',
  device: 'NVIDIA RTX 4070, 12 GB',
  photos: { learned: 61_900, heldOut: 2000 },
  steps: 4836,
  passes: 20,
  compared: [
    compared(),
    compared({
      what: 'mates',
      title: 'Other shots of the same moment found',
      before: 0.812,
      after: 0.908,
      low: 0.07,
      high: 0.12,
    }),
    compared({
      what: 'words',
      title: 'Photos found by their captions',
      queries: 640,
      before: 0.611,
      after: 0.604,
      low: -0.021,
      high: 0.009,
      verdict: 'same',
    }),
  ],
  moved: 0.11,
  verdict: 'better',
  words:
    'On 2,000 photos that it had not learned from, the new encoder is better: a photo found by half of itself, 58.1 % before and 73.9 % after. Nothing is worse. Use it.',
  seconds: 5520,
  out: '/home/ana/.likeness/runs/7',
  ...change,
});

export const worse = result({
  verdict: 'worse',
  compared: [
    compared({ after: 0.612, low: 0.01, high: 0.052 }),
    compared({
      what: 'class',
      title: 'Photos of the same class found',
      queries: 1200,
      before: 0.488,
      after: 0.441,
      low: -0.061,
      high: -0.033,
      verdict: 'worse',
    }),
  ],
  words:
    'On 2,000 photos that it had not learned from, the new encoder is worse: photos of the same class found, 48.8 % before and 44.1 % after. Do not use it.',
});

export const unsure = result({
  verdict: 'same',
  compared: [
    compared({ queries: 24, before: 0.792, after: 0.833, low: -0.083, high: 0.166, verdict: 'same' }),
  ],
  words:
    'On 24 photos that it had not learned from, no difference can be told. There is no reason to use it.',
  photos: { learned: 216, heldOut: 24 },
});

export const run = (change: Partial<Run> = {}): Run => ({
  id: 7,
  name: 'Garden and birds',
  state: 'running',
  use: 'none',
  job: 40,
  imported: false,
  wish: {
    from: { kind: 'all' },
    goal: 'likeness',
    start: 'adapter',
    classes: false,
    minutes: 60,
    engine: 'auto',
    seed: 1,
    options: {},
  },
  base: 'base',
  baseName: 'Built-in',
  createdAtMs: begunMs,
  endedAtMs: null,
  reason: null,
  result: null,
  ...change,
});

export const learned = (change: Partial<Run> = {}): Run =>
  run({ state: 'learned', job: null, endedAtMs: begunMs + 92 * minuteMs, result: result(), ...change });

/** A job as `jobs.list` tells it, of the run above. */
export const job = (change: object = {}) => ({
  id: 40,
  kind: 'learn',
  state: 'running',
  folders: [],
  run: 7,
  phase: 'learning',
  done: 3385,
  total: 4836,
  failed: 0,
  photosPerSecond: 279,
  secondsLeft: 1920,
  startedAtMs: begunMs,
  endedAtMs: null,
  reason: null,
  ...change,
});

/** Looks up to `share` of the way, with the noise that a run has. */
export function looks(share: number, passes = 20, count = 62): LearnLook[] {
  const noise = (at: number, of: number) => Math.sin(at * 12.9898 + of * 78.233) * 0.5;
  return Array.from({ length: Math.round(count * share) + 1 }, (_, at) => {
    const part = at / count;
    const fall = Math.exp(-3.2 * part);
    return {
      step: Math.round(part * 4836),
      steps: 4836,
      pass: part * passes,
      passes,
      seconds: part * 5520,
      photosPerSecond: 279 + 6 * noise(at, 5),
      loss: 2.4 + 2.9 * fall + 0.12 * noise(at, 1),
      heldOutLoss: 2.55 + 2.75 * fall + 0.04 * noise(at, 2),
      alignment: 0.42 + 0.62 * fall + 0.01 * noise(at, 3),
      uniformity: -2.95 + 1.6 * fall + 0.03 * noise(at, 4),
      found: 0.58 + 0.16 * (1 - fall) + 0.004 * noise(at, 6),
      words: 0.61 + 0.006 * noise(at, 7),
    };
  });
}

/** A map of eight islands, which lay nearer to one another before. */
export function map(photos: readonly RunPhoto[]): NonNullable<RunDetails['map']> {
  const random = (at: number, of: number) => {
    const value = Math.sin(at * 127.1 + of * 311.7) * 43_758.5453;
    return value - Math.floor(value);
  };
  const normal = (at: number, of: number) =>
    Math.sqrt(-2 * Math.log(random(at, of) + 1e-9)) * Math.cos(2 * Math.PI * random(at, of + 1));
  const islands = [
    [-0.6, -0.5],
    [-0.1, -0.78],
    [0.45, -0.55],
    [0.1, 0.05],
    [0.72, 0.15],
    [-0.75, 0.1],
    [-0.4, 0.5],
    [0.25, 0.78],
  ] as const;
  const before: number[] = [];
  const now: number[] = [];
  photos.forEach((_, at) => {
    const [x, y] = islands[at % islands.length]!;
    now.push(clip(x + 0.09 * normal(at, 1)), clip(y + 0.09 * normal(at, 3)));
    before.push(clip(0.55 * x + 0.3 * normal(at, 5)), clip(0.55 * y + 0.3 * normal(at, 7)));
  });
  return { photos, before, now };
}
const clip = (value: number) => Math.max(-1, Math.min(1, value));

export interface Given {
  runs: Run[];
  looks?: readonly LearnLook[];
  photos?: readonly RunPhoto[];
  jobs?: readonly object[];
  offer?: Partial<LearnOffer>;
  /** An error in place of an answer, by command. */
  errors?: Readonly<
    Record<string, { readonly code: string; readonly message: string; readonly hint: string }>
  >;
}

/** Answers a page's questions about learning with what is given, until `page.unrouteAll`. */
export async function answerLearning(page: Page, given: Given): Promise<void> {
  const photos = given.photos ?? [];
  const some = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => photos[(from + at) % photos.length]!);
  const details = (id: number): RunDetails | null => {
    const one = given.runs.find((other) => other.id === id);
    if (!one) return null;
    const shown = photos.length > 0 && (given.looks?.length ?? 0) > 0;
    return {
      run: one,
      looks: given.looks ?? [],
      map: shown ? map(Array.from({ length: 640 }, (_, at) => photos[at % photos.length]!)) : null,
      neighbours: shown
        ? [0, 3, 6, 9].map((from) => ({
            photo: photos[from % photos.length]!,
            before: some(from + 1, 4),
            now: some(from + 3, 4),
          }))
        : [],
    };
  };
  const answers: Record<string, (input: { id: number }) => unknown> = {
    'learn.offer': () => ({ ...offer, ...given.offer }),
    'runs.list': () => ({ runs: given.runs }),
    'runs.show': ({ id }) => details(id),
    ...(given.jobs ? { 'jobs.list': () => ({ jobs: given.jobs }) } : {}),
  };
  await page.route(/\/api\/(learn|runs|jobs)\./, async (route) => {
    const name = new URL(route.request().url()).pathname.replace('/api/', '');
    const error = given.errors?.[name];
    if (error) return route.fulfill({ status: 400, json: { error } });
    const answer = answers[name]?.(route.request().postDataJSON() as { id: number });
    if (answer === null)
      return route.fulfill({
        status: 404,
        json: { error: { code: 'not-found', message: 'There is no such run.', hint: 'Look at the list.' } },
      });
    return answer === undefined ? route.continue() : route.fulfill({ json: answer });
  });
}
