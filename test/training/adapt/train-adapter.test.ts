import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AdaptPlan } from '../../../training/adapt/adapt-plan.ts';
import { adapterModel } from '../../../training/adapt/adapter-model.ts';
import type { PairSource } from '../../../training/adapt/draw-pairs.ts';
import { type TrainAdapterOptions, trainAdapter } from '../../../training/adapt/train-adapter.ts';
import type { ViewFeatures } from '../../../training/adapt/view-features.ts';
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
  const values = unitRows(rowsOf(all, dim)).values as Float32Array;
  return {
    count,
    views,
    dim,
    values,
    readable: new Uint8Array(count).fill(1),
    rows: (view, rows) =>
      rowsOf(
        Float32Array.from(
          Array.from(rows).flatMap((row) => [
            ...values.subarray((row * views + view) * dim, (row * views + view + 1) * dim),
          ]),
        ),
        dim,
      ),
  };
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

function options(name: string, steps: number, more: Partial<TrainAdapterOptions> = {}): TrainAdapterOptions {
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
    views,
    photos: count,
    hidden: 32,
    losses: { temperature: 0.1, anchor: 0.1, classes: 0 },
    rate: 3e-3,
    decay: 0.05,
    batch: null,
    length: null,
  };
  return {
    engine,
    plan,
    length: { batch: 60, stepsPerEpoch: 2, steps },
    source: source(),
    photos: train,
    paths: { checkpoint: join(folder, `${name}.safetensors`), log: join(folder, `${name}.jsonl`) },
    signal: new AbortController().signal,
    onProgress: () => {},
    ...more,
  };
}

async function turned(rows: Rows, trained: Awaited<ReturnType<typeof trainAdapter>>): Promise<Rows> {
  const opened = await openAdapterModel(adapterModel(trained.adapter), { threads: 1 });
  const made = await opened.adaptVectors(rows);
  await opened.close();
  return made;
}

const firstHits = (queries: Rows, bank: Rows) =>
  retrievalFigures(rankAll(queries, bank, (at) => [at])).at[0]!.hit;

test('before its first step the adapter changes nothing', async () => {
  const rows = features.rows(0, heldOut);
  const { values } = await turned(rows, await trainAdapter(options('none', 0)));
  for (const [i, value] of values.entries()) assert.ok(Math.abs(value - rows.values[i]!) < 1e-6);
});

test('it learns what tells photos apart, and that holds for photos that it has not seen', async () => {
  const trained = await trainAdapter(options('learns', 120));
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
  const { plan } = options('held', 60);
  const held = options('held', 60, { plan: { ...plan, losses: { ...plan.losses, anchor: 30 } } });
  await trainAdapter(free);
  await trainAdapter(held);
  const moved = ({ paths }: TrainAdapterOptions) => readRunLog(paths.log).at(-1)!['moved'] as number;
  assert.ok(moved(held) < moved(free) / 3, `${moved(held)}, ${moved(free)} without`);
});

test('classes draw their photos together', async () => {
  // By the signs of two of the photo's own numbers.
  const labels = Int32Array.from(
    { length: count },
    (_, at) => Number(own[at * 8]! > 0) + 2 * Number(own[at * 8 + 1]! > 0),
  );
  const { plan } = options('classes', 120);
  const trained = await trainAdapter(
    options('classes', 120, {
      source: source({ labels }),
      plan: { ...plan, losses: { ...plan.losses, classes: 3 } },
    }),
  );
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
