/**
 * Fits an encoder to photos and prints what it is worth on photos held out, and what it costs. Then turns 100,000 vectors.
 *
 *   node bench/adapt-encoder.ts --data PATH [--goal likeness] [--encoder DIR] [--minutes 15] [--classes] [--seed 1] [--threads 1]
 *     [--out DIR] [--starts 1] [--options JSON]
 *
 * PATH may be a list as the library writes it, with captions. With --out, a run that is there already is taken up again, and the
 * folder is kept. With --starts 3 the learning and the judging are done twice more, from other first values and with other draws
 * on the same photos and views: what changes from one to the other is the noise of a run.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { type Compared, type LearnRequest, learnOptionsSchema } from '../src-main/contract/learn.ts';
import { learnedAgain } from './learned-again.ts';
import { adaptEncoder } from '../training/adapt/adapt-encoder.ts';
import { openAdapter } from '../training/engines/adapter-session.ts';
import { rowsOf } from '../training/evaluate/rows.ts';
import { Random } from '../training/random.ts';
import { readEncoderCard } from '../models/card.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '' },
    encoder: { type: 'string', default: join(import.meta.dirname, '../models/built-in') },
    goal: { type: 'string', default: 'likeness' },
    minutes: { type: 'string', default: '15' },
    classes: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
    out: { type: 'string' },
    starts: { type: 'string', default: '1' },
    options: { type: 'string', default: '{}' },
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
  goal: v.parse(v.picklist(['likeness', 'words', 'everything']), values.goal),
  start: 'adapter',
  minutes: Number(values.minutes),
  classes: values.classes,
  seed: Number(values.seed),
  threads,
  out,
  engine: 'cpu',
  options: v.parse(learnOptionsSchema, JSON.parse(values.options)),
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
print(compared);
for (let start = 2; start <= Number(values.starts); start++) {
  console.log(`\nThe same photos and views, learned from with seed ${start}:`);
  print(await learnedAgain(request, out, start));
}

function print(figures: readonly Compared[]): void {
  console.log('\n| on photos held out | asked | before | after | difference in points (95 %) |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const { title, queries, before, after, low, high } of figures)
    console.log(
      `| ${title} | ${queries} | ${percent(before)} % | ${percent(after)} % | ${percent(low)} to ${percent(high)} |`,
    );
}

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
