/**
 * Fits an encoder to photos and prints what it is worth on photos held out, and what it costs. Then turns 100,000 vectors.
 *
 *   node bench/adapt-encoder.ts --data PATH [--encoder DIR] [--minutes 15] [--classes] [--seed 1] [--threads 1] [--out DIR]
 *
 * With --out, a run that is there already is taken up again, and the folder is kept.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { LearnRequest } from '../src-main/contract/learn.ts';
import { adaptEncoder } from '../training/adapt/adapt-encoder.ts';
import { openAdapter } from '../training/engines/adapter-session.ts';
import { rowsOf } from '../training/evaluate/rows.ts';
import { Random } from '../training/random.ts';
import { readEncoderCard } from '../models/card.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '' },
    encoder: { type: 'string', default: join(import.meta.dirname, '../models/built-in') },
    minutes: { type: 'string', default: '15' },
    classes: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
if (values.data === '') {
  console.error('Needs --data.');
  process.exit(2);
}
const out = values.out ? resolve(values.out) : mkdtempSync(join(tmpdir(), 'likeness-adapt-'));
if (!values.out) process.on('exit', () => rmSync(out, { recursive: true, force: true }));
const threads = Number(values.threads);
const request: LearnRequest = {
  encoder: resolve(values.encoder),
  data: resolve(values.data),
  goal: 'likeness',
  start: 'adapter',
  minutes: Number(values.minutes),
  classes: values.classes,
  seed: Number(values.seed),
  threads,
  out,
  engine: 'cpu',
  options: {},
};

/** Milliseconds at which each stage began. */
const stages = new Map<string, number>();
const result = await adaptEncoder(
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

const { photos, steps, compared, seconds } = result;
console.log(`\n${photos.learned} photos learned from, ${steps} steps, ${seconds} s in all:`);
const began = [...stages, ['end', performance.now()] as const];
for (const [i, [stage, at]] of began.slice(0, -1).entries())
  console.log(`  ${stage} ${((began[i + 1]![1] - at) / 1000).toFixed(1)} s`);
const percent = (share: number) => (100 * share).toFixed(1);
console.log('\n| on photos held out | asked | before | after | difference in points (95 %) |');
console.log('| --- | --- | --- | --- | --- |');
for (const { title, queries, before, after, low, high } of compared)
  console.log(
    `| ${title} | ${queries} | ${percent(before)} % | ${percent(after)} % | ${percent(low)} to ${percent(high)} |`,
  );

const encoder = join(out, 'encoder');
const dim = readEncoderCard(encoder).dim.features;
const random = new Random('rows');
const rows = rowsOf(
  Float32Array.from({ length: 100_000 * dim }, () => random.uniform(-1, 1)),
  dim,
);
const adapter = await openAdapter(encoder, { threads });
const start = performance.now();
await adapter.adaptVectors('features', rows);
console.log(`\n100,000 stored vectors turned in ${((performance.now() - start) / 1000).toFixed(1)} s`);
await adapter.close();
