/** Runs on a few drawn pictures, for tests of the loop. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { RunRequest, TrainerReport } from '../../src-main/contract/run.ts';
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
