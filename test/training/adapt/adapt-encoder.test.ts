import assert from 'node:assert/strict';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { readEncoderCard, verifyEncoder } from '../../../models/card.ts';
import { inputLength } from '../../../models/preprocess.ts';
import type {
  LearnLook,
  LearnMap,
  LearnNeighbours,
  LearnRequest,
  LearnTask,
} from '../../../src-main/contract/learn.ts';
import { adaptEncoder } from '../../../training/adapt/adapt-encoder.ts';
import { tarPhotos } from '../../../training/data/tar-photos.ts';
import { openAdapter } from '../../../training/engines/adapter-session.ts';
import { openEncoder } from '../../../training/engines/encoder-session.ts';
import { type Rows, rowsOf } from '../../../training/evaluate/rows.ts';
import { builtInEncoder } from '../../encode/drawn-photos.ts';
import { shared, temporaryFolder, without, writeFiles } from '../data/pictures.ts';
import { drawPictures } from '../drawn-pictures.ts';
import { uniform } from '../graph/draw.ts';
import { writeEncoder } from './adapters.ts';

const folder = await temporaryFolder();
const base = await writeEncoder(folder);
const pictures = join(folder, 'pictures');
await drawPictures(pictures, 20);

let runs = 0;
const request = (change: Partial<LearnRequest> = {}): LearnRequest => ({
  encoder: base,
  data: pictures,
  goal: 'likeness',
  start: 'adapter',
  minutes: 5,
  classes: false,
  engine: 'auto',
  seed: 1,
  threads: 1,
  out: join(folder, `run-${++runs}`),
  options: {},
  ...change,
});

type Progress = { readonly stage: string; readonly done: number };

/** @param stopAt  may end the run at any progress. */
async function run(task: LearnTask, stopAt: (progress: Progress) => boolean = () => false) {
  const stopping = new AbortController();
  const notes: string[] = [];
  const looks: LearnLook[] = [];
  const result = await adaptEncoder(task, {
    signal: stopping.signal,
    report: (told) => {
      if (told.kind === 'note') notes.push(told.text);
      else if (told.kind === 'look') looks.push(told.look);
      else if (told.kind === 'progress' && stopAt(told.progress)) stopping.abort();
    },
  });
  return { result, notes, looks };
}

async function adapted(change: Partial<LearnRequest> = {}) {
  const wish = request(change);
  const { result, notes, looks } = await run({ kind: 'learn', request: wish });
  if ('stopped' in result) throw new Error('the run was stopped');
  return { result, notes, looks, encoder: join(wish.out, 'encoder') };
}

/** What must hold of every adapted encoder, on pictures of noise. */
async function assertAdapted(
  baseDir: string,
  dir: string,
  changed: readonly ('features' | 'embedding')[] = ['features'],
) {
  const [before, after] = [
    await openEncoder(baseDir, { threads: 1 }),
    await openEncoder(dir, { threads: 1 }),
  ];
  const opened = await openAdapter(dir, { threads: 1 });
  const noise = Float32Array.from(uniform(9, 5 * inputLength(before.card.image), -2, 2));
  const [old, made] = [await before.encodePhotos(noise, 5), await after.encodePhotos(noise, 5)];
  for (const output of ['features', 'embedding'] as const) {
    const turned = await opened.adaptVectors(output, rowsOf(old[output], before.card.dim[output]));
    for (const [i, value] of turned.values.entries())
      assert.ok(Math.abs(value - made[output][i]!) < 1e-5, `${output}, number ${i}`);
    if (changed.includes(output)) assert.notDeepEqual(made[output], old[output]);
    else assert.deepEqual(made[output], old[output]);
  }
  await Promise.all([before.close(), after.close()]);
  return { old, made, adapter: (rows: Rows) => opened.adaptVectors('features', rows) };
}

test('an encoder is fitted: words as before bit for bit, features turned by the adapter, figures and a verdict', async () => {
  const { result, notes, encoder } = await adapted();
  const card = await verifyEncoder(encoder);
  assert.equal(card.id, result.encoder);
  assert.match(card.id, /^test-fitted-[0-9a-f]{8}$/);
  assert.equal(card.adapts?.base, readEncoderCard(base).id);
  assert.deepEqual(result.photos, { learned: 36, heldOut: 4 });
  assert.deepEqual(
    result.compared.map(({ what }) => what),
    ['half', 'mates', 'class', 'knn'],
  );
  assert.ok(notes.includes(result.words));
  assert.match(await readFile(join(encoder, 'card.md'), 'utf8'), /A photo found by half of itself \| 4 \|/);
  await assertAdapted(base, encoder);
});

test('a run leaves looks, a map that moved, neighbours and its result, as files and in words', async () => {
  const { result, looks } = await adapted();
  const read = async <T>(name: string) => JSON.parse(await readFile(join(result.out, name), 'utf8')) as T;
  assert.deepEqual(await read('result.json'), result);
  assert.deepEqual(
    [result.method, result.start, result.goal, result.engine, result.passes],
    ['simclr', 'adapter', 'likeness', 'cpu', result.steps / 2],
  );
  const lines = (await readFile(join(result.out, 'looks.jsonl'), 'utf8')).trim().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as LearnLook),
    looks,
  );
  const [first, last] = [looks[0]!, looks.at(-1)!];
  assert.deepEqual([first.step, last.step, last.passes], [1, result.steps, result.passes]);
  for (const { heldOutLoss, alignment, uniformity, found, words } of [first, last]) {
    assert.ok(heldOutLoss! > 0 && alignment! >= 0 && uniformity! <= 0 && found! >= 0 && found! <= 1);
    assert.equal(words, null);
  }
  const map = await read<LearnMap>('map.json');
  assert.deepEqual(
    [map.photos.length, map.before.length, map.now.length],
    [result.photos.learned + result.photos.heldOut, 80, 80],
  );
  assert.notDeepEqual(map.now, map.before);
  const neighbours = await read<LearnNeighbours[]>('neighbours.json');
  assert.equal(neighbours.length, 4);
  for (const { photo, before, now } of neighbours)
    assert.ok(before.length === 4 && now.length === 4 && ![...before, ...now].includes(photo));
});

test('ended early, a run is judged as it stands; while it looks there is nothing to judge', async () => {
  const wish = request();
  await run({ kind: 'learn', request: wish }, ({ stage, done }) => stage === 'preparing' && done > 10);
  const end = { kind: 'learn-resume', dir: wish.out, finish: true } as const;
  await assert.rejects(run(end), { code: 'bad-input', message: /nothing to judge/ });
  const go = { kind: 'learn-resume', dir: wish.out, finish: false } as const;
  await run(go, ({ stage, done }) => stage === 'training' && done === 40);
  const { result } = await run(end);
  assert.ok(!('stopped' in result) && result.steps === 40 && result.compared.length > 0);
  await verifyEncoder(join(wish.out, 'encoder'));
  // It has ended, and says the same again.
  assert.deepEqual((await run(go)).result, result);
});

test('stopped at its very beginning it goes on too', async () => {
  const wish = request();
  const early = await run({ kind: 'learn', request: wish }, ({ stage }) => stage === 'reading');
  assert.deepEqual(early.result, { stopped: 0 });
  const { result } = await run({ kind: 'learn-resume', dir: wish.out, finish: false });
  assert.ok(!('stopped' in result) && result.photos.learned === 36);
});

/** The pictures with what is written about them: those of `sea` share one text, those of `dawn` have one each. */
async function listOf(change: (name: string) => readonly string[]): Promise<string> {
  const path = join(folder, `list-${++runs}.jsonl`);
  const lines = ['dawn', 'sea'].flatMap((label) =>
    Array.from({ length: 20 }, (_, at) => ({
      path: join(pictures, label, `${at}.png`),
      label,
      captions: change(`${label} ${at}`),
      takenAtMs: null,
    })),
  );
  await writeFile(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  return path;
}
const captioned = await listOf((name) => [name.startsWith('sea') ? 'the sea' : `morning ${name}`]);
const worded = await writeEncoder(folder, { worded: true });

test('words are learned: photos move towards what is written about them, likeness stays bit for bit', async () => {
  const { result, looks, encoder } = await adapted({ encoder: worded, data: captioned, goal: 'words' });
  assert.deepEqual([result.method, result.goal, result.moved], ['clip', 'words', 0]);
  const words = result.compared.find(({ what }) => what === 'words')!;
  assert.ok(words.queries > 0 && words.before >= 0);
  for (const { what, before, after } of result.compared)
    if (what !== 'words') assert.equal(after, before, what);
  assert.ok(looks.at(-1)!.heldOutLoss! < looks[0]!.heldOutLoss!, 'the loss of photos held out');
  const { made, old, adapter } = await assertAdapted(worded, encoder, ['embedding']);
  const rows = rowsOf(old.features, 12);
  assert.equal(await adapter(rows), rows);
  assert.notDeepEqual(made.embedding, old.embedding);
  assert.deepEqual(
    readEncoderCard(encoder).calibration.likeness,
    readEncoderCard(worded).calibration.likeness,
  );
});

test('everything is learned side by side, and comes to the same when it is stopped', async () => {
  const wish = { encoder: worded, data: captioned, goal: 'everything' } as const;
  const whole = await adapted(wish);
  await assertAdapted(worded, whole.encoder, ['features', 'embedding']);
  const cut = request(wish);
  await run({ kind: 'learn', request: cut }, ({ stage, done }) => stage === 'training' && done === 30);
  const { result } = await run({ kind: 'learn-resume', dir: cut.out, finish: false });
  assert.ok(!('stopped' in result) && result.encoder === whole.result.encoder);
  assert.deepEqual(
    await readFile(join(cut.out, 'encoder', 'adapter.onnx')),
    await readFile(join(whole.encoder, 'adapter.onnx')),
  );
});

test('where likeness is learned and captions are there, words are measured, and are the same', async () => {
  const { result, encoder, looks } = await adapted({ encoder: worded, data: captioned });
  const words = result.compared.find(({ what }) => what === 'words')!;
  assert.deepEqual([words.after, words.low, words.high, words.verdict], [words.before, 0, 0, 'same']);
  assert.equal(new Set(looks.map((look) => look.words)).size, 1);
  await assertAdapted(worded, encoder);
});

test('without words, or an encoder that knows some, what to do is said before a photo is looked at', async () => {
  const silent = await listOf(() => []);
  const wish = { encoder: worded, data: silent, goal: 'words' } as const;
  await assert.rejects(run({ kind: 'learn', request: request(wish) }), {
    code: 'bad-input',
    message: /none has a caption or keywords/,
    hint: /Write captions or keywords/,
  });
  const few = await listOf((name) => (name === 'sea 1' ? ['x'] : []));
  await assert.rejects(run({ kind: 'learn', request: request({ ...wish, data: few }) }), /Only 1 of these/);
  await assert.rejects(
    run({ kind: 'learn', request: request({ ...wish, encoder: base, data: captioned }) }),
    /knows no words/,
  );
  // Folder names count as answers.
  const { result } = await adapted({ ...wish, classes: true });
  assert.equal(result.compared.find(({ what }) => what === 'words')!.queries, 2);
});

test('fitted again, an adapted encoder is a base like any other, and so is one with one output for both', async () => {
  const first = (await adapted()).encoder;
  const second = await adapted({ encoder: first, classes: true });
  assert.match(second.result.encoder, /^test-fitted-/);
  assert.equal(readEncoderCard(second.encoder).adapts?.base, readEncoderCard(first).id);
  await assertAdapted(first, second.encoder);
  const alike = await writeEncoder(folder, { alike: true });
  await assertAdapted(alike, (await adapted({ encoder: alike })).encoder);
});

test('stopped while looking and again while learning, it comes to what it comes to without a stop', async () => {
  const whole = await adapted();
  const wish = request();
  const looking = await run(
    { kind: 'learn', request: wish },
    ({ stage, done }) => stage === 'preparing' && done > 10,
  );
  assert.deepEqual(looking.result, { stopped: 0 });
  const resume = { kind: 'learn-resume', dir: wish.out, finish: false } as const;
  const learning = await run(resume, ({ stage, done }) => stage === 'training' && done === 70);
  assert.deepEqual(learning.result, { stopped: 70 });
  const { result } = await run(resume);
  assert.ok(!('stopped' in result));
  const compare = async (name: string) =>
    assert.deepEqual(
      await readFile(join(wish.out, 'encoder', name)),
      await readFile(join(whole.encoder, name)),
    );
  await compare('adapter.onnx');
  await compare('image.onnx');
  for (const name of ['map.json', 'neighbours.json'])
    assert.deepEqual(await readFile(join(wish.out, name)), await readFile(join(whole.result.out, name)));
  assert.equal((await readFile(join(wish.out, 'log.jsonl'), 'utf8')).trim().split('\n').length, result.steps);
});

test('a folder that holds a run, no run, another base and too few photos are told in a sentence', async () => {
  const { result } = await adapted();
  const taken = request({ out: result.out });
  await assert.rejects(run({ kind: 'learn', request: taken }), /There is a run in/);
  await assert.rejects(run({ kind: 'learn-resume', dir: join(folder, 'nowhere'), finish: false }), {
    code: 'not-found',
  });
  const moving = await temporaryFolder();
  const wish = request({ encoder: await writeEncoder(moving) });
  await run({ kind: 'learn', request: wish }, ({ stage }) => stage === 'preparing');
  await rm(wish.encoder, { recursive: true });
  await rename(await writeEncoder(moving, { alike: true }), wish.encoder);
  await assert.rejects(
    run({ kind: 'learn-resume', dir: wish.out, finish: false }),
    /another one lies in its place/,
  );
  const few = join(folder, 'few');
  await drawPictures(few, 3);
  await assert.rejects(
    run({ kind: 'learn', request: request({ data: few }) }),
    /6 photos to learn from, and 8/,
  );
});

test(
  'the built-in encoder, fitted to real photos, keeps its words and turns its vectors',
  { skip: without('imagenet-sample') },
  async () => {
    const { encoder, result } = await adapted({
      encoder: builtInEncoder,
      data: await somePhotos(),
      minutes: 0.2,
    });
    assert.equal(result.photos.learned + result.photos.heldOut, 60);
    await verifyEncoder(encoder);
    await assertAdapted(builtInEncoder, encoder);
  },
);

/** 60 photos of a sample of ImageNet, in a folder. */
async function somePhotos(): Promise<string> {
  const dir = join(folder, 'photos');
  const tar = await tarPhotos(join(shared, 'imagenet-sample/photos.tar'));
  const files: Record<string, Uint8Array> = {};
  for (const photo of tar.photos.slice(0, 60)) {
    const { rgb, width, height } = await tar.read(photo, { longSide: 256 });
    files[`${basename(photo.name)}.png`] = await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
  }
  await tar.close();
  await writeFiles(dir, files);
  return dir;
}
