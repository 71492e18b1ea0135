/**
 * Trains a new network for likeness on pictures that are unlike everyday photos, and prints what it is worth on pictures held
 * out beside the encoder that is there. Without --data on drawn scans (drawn-scans.ts), 100 of each of ten kinds.
 *
 *   node bench/learn-scratch.ts [--data PATH] [--encoder DIR] [--minutes 4] [--classes] [--method NAME] [--options JSON]
 *     [--seed 1] [--threads 1] [--out DIR]
 *
 * With --out, a run that is there already is taken up again, and the folder is kept.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { LearnOptions, LearnRequest } from '../src-main/contract/learn.ts';
import { learnFromScratch } from '../training/scratch/scratch-encoder.ts';
import { writeScans } from './drawn-scans.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    encoder: { type: 'string', default: join(import.meta.dirname, '../models/built-in') },
    minutes: { type: 'string', default: '4' },
    classes: { type: 'boolean', default: false },
    options: { type: 'string', default: '{}' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
const temporary = mkdtempSync(join(tmpdir(), 'likeness-scratch-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
const drawn = join(temporary, 'scans');
if (values.data === undefined) {
  console.log('Drawing 1,000 pictures…');
  await writeScans(drawn, 100, 1);
}
const out = values.out ? resolve(values.out) : join(temporary, 'run');
const request: LearnRequest = {
  encoder: resolve(values.encoder),
  data: resolve(values.data ?? drawn),
  goal: 'likeness',
  start: 'scratch',
  minutes: Number(values.minutes),
  classes: values.classes,
  engine: 'cpu',
  seed: Number(values.seed),
  threads: Number(values.threads),
  out,
  options: JSON.parse(values.options) as LearnOptions,
};

/** Milliseconds at which each stage began. */
const stages = new Map<string, number>();
const result = await learnFromScratch(
  existsSync(join(out, 'config.json'))
    ? { kind: 'learn-resume', dir: out, finish: false }
    : { kind: 'learn', request },
  {
    signal: new AbortController().signal,
    report: (told) => {
      if (told.kind === 'note') console.log(told.text);
      else if (told.kind === 'progress' && !stages.has(told.progress.stage))
        stages.set(told.progress.stage, performance.now());
    },
  },
);
if ('stopped' in result) throw new Error('nobody asked it to stop');

const { photos, compared, steps, passes, seconds, method } = result;
console.log(
  `\n${method}: ${photos.learned} pictures learned from, ${photos.heldOut} held out, ${steps} steps, ${passes.toFixed(1)} passes, ${seconds} s in all:`,
);
const began = [...stages, ['end', performance.now()] as const];
for (const [i, [stage, at]] of began.slice(0, -1).entries())
  console.log(
    `  ${stage} from ${((at - began[0]![1]) / 1000).toFixed(1)} s, to the next ${((began[i + 1]![1] - at) / 1000).toFixed(1)} s`,
  );
const percent = (share: number) => (100 * share).toFixed(1);
console.log('\n| on pictures held out | asked | before | after | difference in points (95 %) |');
console.log('| --- | --- | --- | --- | --- |');
for (const { title, queries, before, after, low, high } of compared)
  console.log(
    `| ${title} | ${queries} | ${percent(before)} % | ${percent(after)} % | ${percent(low)} to ${percent(high)} |`,
  );
