/** `train` and `evaluate` as people and programs see them, with a stand-in for the trainer. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEncoderCard } from '../../../models/card.ts';
import { builtInEncoder } from '../../../src-main/encoders.ts';
import { forkChild } from '../../../src-main/jobs/child-link.ts';
import { openTrainings, type Trainings } from '../../../src-main/trainings.ts';
import { addPhotos, temporaryFolder, temporaryLibrary } from '../../store/temporary-library.ts';
import { evaluated, likeness, trained, type Given } from './stand-ins.ts';

const folder = temporaryFolder();
const library = join(folder, 'library');
for (const name of ['learns', 'fails', 'dies', 'waits']) mkdirSync(join(folder, name));

/** Real processes that speak the trainer's protocol: the name of the data says how they end. */
const trainings = (): Trainings =>
  openTrainings({
    library,
    startChild: forkChild,
    entry: join(import.meta.dirname, '../../learn/fake-trainer.mjs'),
  });
const train = (how: string, ...more: string[]) => [
  'train',
  '--method',
  'byol',
  '--data',
  join(folder, how),
  ...more,
];

const trainKeys = [
  'method',
  'engine',
  'device',
  'epochs',
  'steps',
  'loss',
  'collapse',
  'photosPerSecond',
  'seconds',
  'out',
];

/** The one JSON document on stdout. */
async function json(argv: readonly string[], given: Given = {}) {
  const { stdout, code, stderr } = await likeness(['--json', ...argv], given);
  assert.equal(stdout.trimEnd().split('\n').length, 1, `one document, one line: ${stdout}`);
  return { answer: JSON.parse(stdout) as Record<string, unknown>, code, stderr };
}

test('what is asked for arrives whole, with absolute paths; the rest is left to method and preset', async () => {
  const { asked } = await likeness(['train', '--method', 'simclr', '--data', 'Pictures']);
  assert.deepEqual(asked, [
    [
      'train',
      {
        method: 'simclr',
        data: '/home/ana/Pictures',
        captions: null,
        engine: 'auto',
        preset: 'small',
        epochs: null,
        seed: 0,
        out: null,
        net: null,
        side: null,
        batch: null,
        micro: null,
        rate: null,
        threads: null,
        kind: 'photos',
      },
    ],
  ]);
  const line =
    'train --method clip --data a.tar --captions c.tsv --engine cuda --preset paper --epochs 7 --seed 3 --out r --net vit-tiny ' +
    '--side 64 --batch 128 --micro 32 --rate 3e-4 --threads 2 --kind scans';
  const all = await likeness(line.split(' '));
  assert.deepEqual(all.asked[0]?.[1], {
    method: 'clip',
    data: '/home/ana/a.tar',
    captions: '/home/ana/c.tsv',
    engine: 'cuda',
    preset: 'paper',
    epochs: 7,
    seed: 3,
    out: '/home/ana/r',
    net: 'vit-tiny',
    side: 64,
    batch: 128,
    micro: 32,
    rate: 0.0003,
    threads: 2,
    kind: 'scans',
  });
  assert.equal(all.opened, 0, 'no library is opened');
  assert.deepEqual((await likeness(['train', '--resume', 'r'])).asked, [['resume', '/home/ana/r']]);
  const { asked: evaluation } = await likeness(
    'evaluate --encoder built-in --data Pictures --captions c.tsv --labels folders'.split(' '),
  );
  assert.deepEqual(evaluation[0]?.[1], {
    encoder: { dir: '/home/ana/built-in', id: 'built-in' },
    data: '/home/ana/Pictures',
    captions: '/home/ana/c.tsv',
    labels: 'folders',
    threads: null,
  });
});

const slips: [line: string, message: RegExp, hint: RegExp][] = [
  ['train', /needs --method/, /simclr, moco-v2, .*barlow-twins/],
  ['train --method simclr', /needs --data/, /folder of photos/],
  ['train --method simcrl --data p', /--method cannot be “simcrl”/, /“simclr”.*moco-v2, .*barlow-twins/],
  ['train --method x --data p', /--method cannot be “x”/, /one of: simclr, moco-v2/],
  ['train --method simclr --data p --epochs 0', /--epochs cannot be “0”/, /1 or more/],
  ['train --method simclr --data p --seed -1', /--seed cannot be “-1”/, /0 or more/],
  [
    'train --method simclr --data p --preset huge',
    /--preset cannot be “huge”/,
    /smoke, small, library, paper/,
  ],
  ['train --method simclr --data p --engine gpu', /--engine cannot be “gpu”/, /webgpu/],
  ['train --method simclr --data p --batch 1', /--batch cannot be “1”/, /2 or more/],
  ['train --resume r --epochs 3', /--resume takes no --epochs/, /Leave it out/],
  ['train photos', /takes no arguments/, /one too many/],
  ['evaluate --data p', /needs --encoder/, /models list/],
  ['evaluate --encoder e', /needs --data/, /folder of photos/],
  ['evaluate --encoder e --data p --labels names', /--labels cannot be “names”/, /folders/],
];

test('a slip is exit code 2, before anything is begun', async () => {
  for (const [line, message, hint] of slips) {
    const { code, stderr, stdout, asked } = await likeness(line.split(' '));
    assert.deepEqual([code, stdout, asked], [2, '', []], line);
    assert.match(stderr, message, line);
    assert.match(stderr, hint, line);
  }
});

test('train and evaluate answer exactly the keys that are promised', async () => {
  const first = await json(train('learns'), { trainings });
  assert.deepEqual([first.code, Object.keys(first.answer)], [0, trainKeys]);
  assert.match(
    first.stderr,
    /^The run’s folder is .*byol-\d{4}-\d\d-\d\d\nThe best engine that works is cpu\.\n$/,
  );
  const out = join(folder, 'new');
  assert.equal((await json(train('learns', '--out', out), { trainings })).answer['out'], out);
  const again = join(folder, 'learns');
  assert.equal((await json(['train', '--resume', again], { trainings })).answer['out'], again);

  const line = ['evaluate', '--encoder', 'built-in', '--data', join(folder, 'learns')];
  const { answer } = await json(line, { trainings });
  assert.deepEqual(answer, {
    knn: 0.4,
    linearProbe: null,
    retrieval: { r1: 0.5, r5: 0.75, r10: 1, medianRank: 2 },
    alignment: 0.3,
    uniformity: -2.9,
    collapse: { collapsed: false, spread: 0.83, effectiveRank: 40, reason: null },
  });
});

test('people get a short summary', async () => {
  const { stdout } = await likeness(['train', '--method', 'simclr', '--data', 'p']);
  assert.match(stdout, /^Loss +5\.540 → 3\.200$/m);
  assert.match(stdout, /^Embeddings +they tell photos apart$/m);
  assert.ok(stdout.endsWith(`${trained.out}\n`));
  const text = (await likeness(['evaluate', '--encoder', 'e', '--data', 'p'])).stdout;
  assert.match(text, /^Class by its neighbours +41\.2 %$/m);
  assert.match(text, /^Class by a linear probe +takes photos in folders/m);
  const reason = 'All photos have become the same.';
  const sad = { ...trained, collapse: { ...trained.collapse, collapsed: true, reason } };
  const stub = { train: async () => sad, resume: async () => sad, evaluate: async () => evaluated };
  const { stdout: told } = await likeness(['train', '--resume', 'p'], { trainings: () => stub });
  assert.match(told, /^Embeddings +All photos have become the same\.$/m);
});

test('a terminal shows one changing line, with notes as lines of their own', async () => {
  const { stderr } = await likeness(train('learns'), { trainings, tty: true });
  const lines = stderr.split('\r\u001b[2K');
  assert.ok(lines.includes('Reading photos: 5 of 9'), stderr);
  // The stand-in's terminal is 60 wide.
  assert.ok(lines.includes('Epoch 1 of 3, step 120 of 1,200, loss 5.500, 812/s, 12 s le'), stderr);
  assert.match(stderr, /^The best engine that works is cpu\.$/m);
});

test('what fails is a sentence and exit code 1, and an unused folder goes again', async () => {
  const runs = join(library, 'runs');
  const before = readdirSync(runs);
  const died = await json(train('dies'), { trainings });
  const error = died.answer['error'] as { code: string; message: string; hint: string };
  assert.deepEqual([died.code, error.code], [1, 'engine-failed']);
  assert.match(error.message, /died with code 7/);
  assert.match(error.hint, /--resume/);
  const failed = await likeness(train('fails'), { trainings });
  assert.match(failed.stderr, /likeness: There is one photo only\.\nBring more\.\n$/);
  const lost = await likeness(train('nowhere'), { trainings });
  assert.match(lost.stderr, /“.*nowhere” does not exist/);
  assert.equal((await likeness(['train', '--resume', '/nowhere'], { trainings })).code, 1);
  assert.deepEqual(readdirSync(runs), before);
});

test('a folder that holds anything is not written over', async () => {
  writeFileSync(join(folder, 'dies/kept.txt'), '');
  const { code, stderr } = await likeness(train('learns', '--out', join(folder, 'dies')), { trainings });
  assert.equal(code, 2);
  assert.match(stderr, /is not empty.*\n.*--out/);
});

test('Ctrl+C stops with a checkpoint and says how to go on', async () => {
  const interrupt = new AbortController();
  const open = () => {
    setTimeout(() => interrupt.abort(), 300);
    return trainings();
  };
  const out = join(folder, 'stopped run');
  const ended = await likeness(train('waits', '--out', out), { trainings: open, signal: interrupt.signal });
  assert.deepEqual([ended.code, ended.stdout], [1, '']);
  assert.match(ended.stderr, /Stopped after step 120; what was learned is kept/);
  assert.ok(ended.stderr.includes(`\`likeness train --resume "${out}"\` goes on from there.`), ended.stderr);
});

test('an encoder is found by folder, by run, by id and as built-in; else the installed ones are named', async () => {
  const of = async (encoder: string) => {
    const { stdout, stderr } = await likeness(
      ['--json', 'evaluate', '--encoder', encoder, '--data', join(folder, 'fails')],
      { trainings },
    );
    return stdout + stderr;
  };
  const { id } = readEncoderCard(builtInEncoder);
  const run = join(folder, 'run');
  mkdirSync(join(run, 'encoder'), { recursive: true });
  writeFileSync(join(run, 'encoder/encoder.json'), '{}');
  // The trainer was started: the stand-in says what it was told to.
  for (const encoder of ['built-in', id, run, join(run, 'encoder')])
    assert.match(await of(encoder), /one photo only/, encoder);
  assert.match(await of('nobody'), new RegExp(`No encoder “nobody” is installed.*built-in, ${id}`));
  assert.match(await of(folder), /There is no encoder in/);
});

test('a library as data becomes a list of its photos in the run’s folder', async () => {
  const dir = join(folder, 'photo library');
  const store = temporaryLibrary(dir);
  const line = ['train', '--method', 'supcon', '--data', dir];
  const empty = await likeness(line, { trainings });
  assert.match(empty.stderr, /holds no photos yet/);

  addPhotos(store, '/p', { '/p/sea/a.jpg': {}, '/p/b.jpg': { metadata: { caption: 'Bella' } } });
  const out = join(folder, 'from library');
  let list = '';
  const spy = (): Trainings => {
    const real = trainings();
    return {
      ...real,
      train: (wish, watch) =>
        real.train(wish, {
          ...watch,
          onNote: () => (list = readFileSync(join(out, 'photos.jsonl'), 'utf8')),
        }),
    };
  };
  await likeness([...line, '--out', out], { trainings: spy });
  assert.deepEqual(
    list
      .trimEnd()
      .split('\n')
      .map((photo) => JSON.parse(photo) as unknown),
    [
      { path: '/p/b.jpg', label: null, captions: ['Bella'], takenAtMs: null },
      { path: '/p/sea/a.jpg', label: '/p/sea', captions: [], takenAtMs: null },
    ],
  );
});
