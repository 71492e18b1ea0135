import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LearnLook } from '../../../src-main/contract/learn.ts';
import type { AdaptPlan, LikenessPlan } from '../../../training/adapt/adapt-plan.ts';
import { type Adapter, adapterModel } from '../../../training/adapt/adapter-model.ts';
import type { PairSource } from '../../../training/adapt/draw-pairs.ts';
import { likenessLesson } from '../../../training/adapt/lessons.ts';
import { type TrainAdaptersOptions, trainAdapters } from '../../../training/adapt/train-adapters.ts';
import { type ViewFeatures, viewsOf } from '../../../training/adapt/view-features.ts';
import { openAdapterModel } from '../../../training/engines/adapter-session.ts';
import { rankAll, retrievalFigures } from '../../../training/evaluate/retrieval.ts';
import { type Rows, rowsOf, unitRows } from '../../../training/evaluate/rows.ts';
import { readRunLog } from '../../../training/run-log.ts';
import { temporaryFolder } from '../data/pictures.ts';
import { normal } from '../graph/draw.ts';
import { engine } from './adapters.ts';

const folder = await temporaryFolder();
const [count, views, dim] = [160, 4, 16];

const own = normal(1, count * 8);
/** Half of the numbers tell the photo, the other half the view, and louder: what there is to learn is which are which. */
const features: ViewFeatures = (() => {
  const noise = normal(2, count * views * 8);
  const all = Float32Array.from({ length: count * views * dim }, (_, at) => {
    const [row, d] = [Math.floor(at / dim), at % dim];
    return d < 8 ? own[Math.floor(row / views) * 8 + d]! : 1.5 * noise[row * 8 + d - 8]!;
  });
  return viewsOf(unitRows(rowsOf(all, dim)).values as Float32Array, views, dim);
})();
const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
const [train, heldOut] = [range(0, 120), range(120, count)];

const source = (change: Partial<PairSource> = {}): PairSource => ({
  features,
  groups: range(0, count),
  mates: Array.from({ length: count }, () => []),
  labels: null,
  ...change,
});

interface Change {
  readonly likeness?: Partial<LikenessPlan>;
  readonly source?: Partial<PairSource>;
  readonly more?: Partial<TrainAdaptersOptions>;
}

function options(name: string, steps: number, { likeness, source: own, more }: Change = {}) {
  const plan: AdaptPlan = {
    request: {
      encoder: '',
      data: '',
      goal: 'likeness',
      start: 'adapter',
      minutes: 1,
      classes: false,
      engine: 'auto',
      seed: 1,
      threads: 1,
      out: '',
      options: {},
    },
    base: '',
    looking: { views, photos: count },
    hidden: 32,
    likeness: { rate: 3e-3, temperature: 0.1, anchor: 0.1, classes: 0, ...likeness },
    words: null,
    decay: 0.05,
    batch: null,
    length: null,
  };
  const at = (kind: string) => join(folder, `${name}.${kind}`);
  const made: TrainAdaptersOptions = {
    engine,
    plan,
    length: { steps, of: { features: { batch: 60, stepsPerEpoch: 2 } } },
    lessons: [likenessLesson(source(own), train, plan.likeness!)],
    paths: { checkpoint: at('safetensors'), log: at('jsonl'), looks: at('looks.jsonl') },
    onlooker: {
      figures: async () => ({
        heldOutLoss: null,
        alignment: null,
        uniformity: null,
        found: null,
        words: null,
      }),
      draw: async () => {},
    },
    finish: false,
    signal: new AbortController().signal,
    note: () => {},
    onProgress: () => {},
    onLook: () => {},
    ...more,
  };
  return made;
}

const learned = async (made: TrainAdaptersOptions) => (await trainAdapters(made)).adapters.features!;

async function turned(rows: Rows, adapter: Adapter): Promise<Rows> {
  const opened = await openAdapterModel(adapterModel({ features: adapter }), { threads: 1 });
  const made = await opened.adaptVectors('features', rows);
  await opened.close();
  return made;
}

const firstHits = (queries: Rows, bank: Rows) =>
  retrievalFigures(rankAll(queries, bank, (at) => [at])).at[0]!.hit;

test('before its first step the adapter changes nothing', async () => {
  const rows = features.rows(0, heldOut);
  const { values } = await turned(rows, await learned(options('none', 0)));
  for (const [i, value] of values.entries()) assert.ok(Math.abs(value - rows.values[i]!) < 1e-6);
});

test('it learns what tells photos apart, and that holds for photos that it has not seen', async () => {
  const trained = await learned(options('learns', 120));
  const [one, two] = [features.rows(2, heldOut), features.rows(3, heldOut)];
  const [before, after] = [
    firstHits(one, two),
    firstHits(await turned(one, trained), await turned(two, trained)),
  ];
  assert.ok(before < 0.6 && after > before + 0.2, `${before} before, ${after} after`);
  const log = readRunLog(join(folder, 'learns.jsonl')) as unknown as { loss: number; moved: number }[];
  assert.equal(log.length, 120);
  assert.ok(Math.abs(log[0]!.moved) < 1e-6 && log.at(-1)!.moved > 0.01);
});

test('an anchor that weighs much holds the features where they were', async () => {
  const free = options('free', 60);
  const held = options('held', 60, { likeness: { anchor: 30 } });
  await trainAdapters(free);
  await trainAdapters(held);
  const moved = ({ paths }: TrainAdaptersOptions) => readRunLog(paths.log).at(-1)!['moved'] as number;
  assert.ok(moved(held) < moved(free) / 3, `${moved(held)}, ${moved(free)} without`);
});

test('classes draw their photos together', async () => {
  // By the signs of two of the photo's own numbers.
  const labels = Int32Array.from(
    { length: count },
    (_, at) => Number(own[at * 8]! > 0) + 2 * Number(own[at * 8 + 1]! > 0),
  );
  const trained = await learned(options('classes', 120, { source: { labels }, likeness: { classes: 3 } }));
  const precision = (rows: Rows) =>
    retrievalFigures(
      rankAll(rows, rows, (at) => [...train.keys()].filter((other) => labels[other] === labels[at]), {
        selves: true,
      }),
    ).meanAveragePrecision;
  const rows = features.rows(0, train);
  const after = precision(await turned(rows, trained));
  assert.ok(after > precision(rows) + 0.1, `${precision(rows)} before, ${after} after`);
});

test('looks come from the first step to the last, go on with a run that was stopped, and know its seconds', async () => {
  const looks: LearnLook[] = [];
  const stopping = new AbortController();
  const drawn: number[] = [];
  const more = (signal: AbortSignal): Change => ({
    more: {
      signal,
      onLook: (look) => looks.push(look),
      onProgress: ({ done }) => {
        if (done === 30) stopping.abort();
      },
      onlooker: {
        figures: async (adapt) => {
          const rows = features.rows(0, heldOut);
          assert.equal((await adapt('features', rows)).count, rows.count);
          assert.equal(await adapt('embedding', rows), rows);
          return { heldOutLoss: 1, alignment: 0.5, uniformity: -2, found: 0.25, words: null };
        },
        draw: async () => void drawn.push(looks.length),
      },
    },
  });
  const first = await trainAdapters(options('looks', 60, more(stopping.signal)));
  assert.equal(first.stopped, 30);
  const second = await trainAdapters(options('looks', 60, more(new AbortController().signal)));
  assert.deepEqual([second.stopped, second.steps], [null, 60]);
  assert.deepEqual([looks[0]!.step, looks.at(-1)!.step, looks.at(-1)!.pass], [1, 60, 30]);
  const lines = readRunLog(join(folder, 'looks.looks.jsonl')) as unknown as LearnLook[];
  assert.deepEqual(lines, looks);
  assert.ok(
    looks.every(({ loss, seconds }, at) => Number.isFinite(loss) && seconds >= (looks[at - 1]?.seconds ?? 0)),
  );
  assert.ok(drawn.length >= 2);
});

test('ended early, it gives the adapter of its checkpoint', async () => {
  const stopping = new AbortController();
  const stopped = await trainAdapters(
    options('early', 100, {
      more: {
        signal: stopping.signal,
        onProgress: ({ done }) => {
          if (done === 20) stopping.abort();
        },
      },
    }),
  );
  const finished = await trainAdapters(options('early', 100, { more: { finish: true } }));
  assert.deepEqual([finished.stopped, finished.steps], [null, 20]);
  assert.deepEqual(finished.adapters, stopped.adapters);
});
