/** Runs on a few drawn pictures, for tests of the loop. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { RunRequest, TrainerReport } from '../../src-main/contract/run.ts';
import { PhotoCache } from '../../training/data/photo-cache.ts';
import { openPhotos } from '../../training/data/open-photos.ts';
import { type LearnOptions, learn } from '../../training/learn.ts';
import { readRunLog } from '../../training/run-log.ts';
import { openRunData } from '../../training/run-data.ts';
import { RunFolder } from '../../training/run-folder.ts';
import { planImage, planRun } from '../../training/run-plan.ts';
import { type TrainContext, train } from '../../training/train.ts';
import { drawPictures } from './drawn-pictures.ts';

export const folder = mkdtempSync(join(tmpdir(), 'likeness-runs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

export const pictures = join(folder, 'pictures');
await drawPictures(pictures, 16);

let runs = 0;

/** A run of four epochs of seven steps or so, with whatever is to be different. */
export const request = (change: Partial<RunRequest> = {}): RunRequest => ({
  method: 'simclr',
  data: pictures,
  captions: null,
  engine: 'cpu',
  preset: 'small',
  epochs: 4,
  seed: 1,
  out: join(folder, `run-${++runs}`),
  net: 'vit-nano',
  side: 32,
  batch: 8,
  micro: null,
  rate: null,
  threads: 1,
  kind: 'photos',
  ...change,
});

/** Trains, and keeps all that was said. @param heard  may abort the run at any report. */
export async function run(
  task: Parameters<typeof train>[0],
  heard: (report: TrainerReport, stop: () => void) => void = () => {},
) {
  const stopping = new AbortController();
  const notes: string[] = [];
  const context: TrainContext = {
    signal: stopping.signal,
    report: (report) => {
      if (report.kind === 'note') notes.push(report.text);
      heard(report, () => stopping.abort());
    },
  };
  return { result: await train(task, context), notes };
}

export async function trained(change: Partial<RunRequest> = {}) {
  const wish = request(change);
  const { result, notes } = await run({ kind: 'train', request: wish });
  if ('stopped' in result) throw new Error('the run was stopped');
  return { result, notes, wish };
}

/**
 * A run up to its loop: photos are read, the plan is written.
 * @param keep  whether decoded photos stay in memory, or are read from their files again and again.
 */
export async function prepared(change: Partial<RunRequest> = {}, keep = true) {
  const wish = request(change);
  const set = await openPhotos(wish.data, { captions: null });
  const image = planImage(wish, 48);
  const { signal } = new AbortController();
  const { source } = image;
  const opened = await openRunData(set, { source, seed: 1, captioned: false, signal, onProgress: () => {} });
  const data = keep
    ? opened
    : { ...opened, cache: await PhotoCache.prepare(set, { side: source, bytes: 0 }) };
  const facts = { photos: data.train.length, heldOut: data.heldOut.length, captions: false, classes: 2 };
  const { plan } = planRun(wish, image, facts);
  const runFolder = new RunFolder(wish.out);
  await runFolder.writePlan(plan);
  return { plan, data, folder: runFolder, wish };
}

const onProcessor = { engine: 'cpu', name: 'The processor', half: false } as const;

/** Goes through the loop of a prepared run, and keeps what was said. */
export async function learned(
  { plan, data, folder: runFolder }: Awaited<ReturnType<typeof prepared>>,
  options: Partial<LearnOptions> = {},
) {
  const notes: string[] = [];
  const ended = await learn({
    plan,
    data,
    folder: runFolder,
    device: onProcessor,
    note: (text) => notes.push(text),
    signal: new AbortController().signal,
    report: () => {},
    ...options,
  });
  await ended.session.close();
  return { ended, notes };
}

/** Of every step that stands in the log of a run's folder. */
export const lossesOf = (out: string) =>
  readRunLog(join(out, 'log.jsonl')).flatMap(({ loss }) => (typeof loss === 'number' ? [loss] : []));
