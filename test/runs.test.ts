/** The whole way of a run, with the real trainer and engines: learn, use, go back, give away, bring in. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createApp, type App } from '../src-main/app.ts';
import type { AppEvent } from '../src-main/contract/api.ts';
import type { EncoderOutput } from '../src-main/contract/engine.ts';
import { forkChild } from '../src-main/jobs/child-link.ts';
import { openLibrary, openLibraryReader } from '../src-main/store/open.ts';
import { temporaryFolder } from './store/temporary-library.ts';
import { writeEncoder } from './training/adapt/adapters.ts';
import { drawPictures } from './training/drawn-pictures.ts';

const folder = temporaryFolder();
const pictures = join(folder, 'pictures');
const native = { host: 'cli', pickFolders: async () => null, reveal: async () => false } as const;
let base: string;
let app: App;
const heard: AppEvent[] = [];
let learned: number;

function open(library = 'library'): App {
  return createApp({
    library: join(folder, library),
    native,
    startChild: forkChild,
    built: join(folder, 'built'),
    builtInEncoder: base,
  });
}

async function index(of: App): Promise<void> {
  const { job } = await of.call('folders.add', { paths: [pictures] });
  await of.indexed(job.id);
}

/** Vectors by content, as the library holds them. */
function vectorsOf(library: string, encoder: string, output: EncoderOutput): Map<number, Float32Array> {
  const reader = openLibraryReader(join(folder, library));
  try {
    return new Map(
      reader.vectors.since(encoder, output, 0, 1000).map(({ contentId, vector }) => [contentId, vector]),
    );
  } finally {
    reader.close();
  }
}

async function used(of: App, id: number): Promise<void> {
  const { run } = await of.call('runs.apply', { id, anyway: true });
  if (run.job !== null) await of.ended(run.job);
}

const encoderOf = async (of: App) => (await of.call('status', {})).encoder!.id;

before(async () => {
  base = await writeEncoder(folder, { worded: true });
  await drawPictures(pictures, 12);
  app = open();
  app.onEvent((event) => heard.push(event));
  await index(app);
});
after(() => app.close());

test('a run is paused with a checkpoint, and after a restart ends where it stands, with a result', async () => {
  const started = await app.call('learn.start', { minutes: 1, engine: 'cpu' });
  const { id, job } = started.run;
  assert.deepEqual(
    [started.run.state, started.run.use, started.run.base],
    ['running', 'none', await encoderOf(app)],
  );
  await until(() => heard.some((event) => event.type === 'look'));
  assert.equal((await app.call('learn.pause', { id })).run.state, 'paused');
  await assert.rejects(app.ended(job!), { code: 'cancelled' });
  const paused = (await app.call('runs.list', {})).runs[0]!;
  assert.deepEqual([paused.state, paused.result], ['paused', null]);
  await app.close();

  app = open();
  app.onEvent((event) => heard.push(event));
  assert.equal((await app.call('learn.finish', { id })).run.state, 'running');
  await app.ended(job!);
  const { run, looks, map, neighbours } = await app.call('runs.show', { id });
  assert.equal(run.state, 'learned');
  assert.equal(run.use, 'none');
  const result = run.result!;
  assert.equal(result.base, run.base);
  assert.ok(result.compared.length > 0 && result.words.length > 0);
  assert.ok(looks.length > 0 && looks.length <= 400);
  assert.equal(map!.photos.length * 2, map!.now.length);
  assert.ok(neighbours.every(({ photo }) => photo.id > 0 && photo.contentId > 0));
  await until(() => heard.some((event) => event.type === 'runs' && event.runs[0]?.state === 'learned'));
  const { models } = await app.call('models.list', {});
  assert.deepEqual(
    models.filter(({ installed }) => installed).map((model) => [model.id, model.active]),
    [
      [run.base, true],
      [result.encoder, false],
    ],
  );
  learned = id;
});

test('using it gives every photo the vectors that looking at it again would give, and the search follows at once', async () => {
  const { run } = await app.call('runs.show', { id: learned });
  const { encoder } = run.result!;
  await used(app, learned);
  assert.equal(await encoderOf(app), encoder);
  assert.equal((await app.call('runs.list', {})).runs[0]!.use, 'in-use');
  const found = await app.call('search', { query: 'sea', limit: 100 });
  assert.deepEqual([found.encoder, found.total], [encoder, 24]);
  const { results } = await app.call('similar', { photoId: found.results[0]!.id, limit: 5 });
  const paths = results.map(({ path }) => path);
  for (const output of ['features', 'embedding'] as const) {
    const stored = vectorsOf('library', encoder, output);
    assert.equal(stored.size, 24);
    const { rows } = await app.embed({ encoder, output, paths });
    for (const [at, row] of rows.entries()) {
      assert.ok(row.ok);
      const details = await app.call('photo', { path: paths[at]! });
      const content = contentOf(details.id!);
      assert.ok(distance(stored.get(content)!, row.vector) < 1e-4, `${output} of ${paths[at]}`);
    }
  }
});

test('going back is at once; photos that came meanwhile get the vectors of the encoder before', async () => {
  const { run: before } = await app.call('runs.show', { id: learned });
  renameSync(join(pictures, 'sea', '3.png'), join(pictures, 'dawn', 'moved.png'));
  cpSync(join(pictures, 'sea', '4.png'), join(folder, 'new.png'));
  const bytes = readFileSync(join(folder, 'new.png'));
  writeFileSync(join(pictures, 'sea', 'new.png'), Buffer.concat([bytes, Buffer.from('other bytes')]));
  const { job } = await app.call('folders.rescan', {});
  assert.equal((await app.indexed(job.id)).added, 1);
  assert.equal(vectorsOf('library', before.base, 'features').size, 24);

  const { run } = await app.call('runs.rollback', {});
  assert.deepEqual([run!.id, run!.use], [learned, 'rolled-back']);
  assert.equal(await encoderOf(app), before.base);
  const open = (await app.call('jobs.list', {})).jobs.find(
    ({ state }) => state === 'running' || state === 'waiting',
  );
  await app.indexed(open!.id);
  const found = await app.call('search', { query: 'sea', limit: 100 });
  assert.deepEqual([found.encoder, found.total], [before.base, 25]);
  assert.equal(vectorsOf('library', before.base, 'features').size, 25);
  await assert.rejects(app.call('runs.rollback', {}), { code: 'not-found' });
});

test('a run travels as one file without a photo’s name, and is used in another library', async () => {
  const file = join(folder, 'run.tar');
  const written = await app.call('runs.export', { id: learned, file });
  assert.equal(readFileSync(file).length, written.bytes);
  const { run: mine } = await app.call('runs.show', { id: learned });
  for (const name of [pictures, 'dawn', '.png', folder])
    assert.ok(!readFileSync(file).includes(name), `${name} is in the file`);

  const other = open('other');
  try {
    await index(other);
    const { run } = await other.call('runs.import', { file });
    assert.deepEqual(
      [run.state, run.use, run.imported, run.name, run.result!.words],
      ['learned', 'none', true, mine.name, mine.result!.words],
    );
    await used(other, run.id);
    assert.equal(await encoderOf(other), mine.result!.encoder);
  } finally {
    await other.close();
  }
});

test('an encoder that stands by itself is used by looking at every photo again, to the same vectors', async () => {
  const { run } = await app.call('runs.show', { id: learned });
  const { encoder } = run.result!;
  const alone = join(folder, 'third', 'encoders', encoder);
  mkdirSync(alone, { recursive: true });
  cpSync(join(folder, 'library', 'runs', String(learned), 'encoder'), alone, { recursive: true });
  const card = JSON.parse(readFileSync(join(alone, 'encoder.json'), 'utf8')) as Record<string, unknown>;
  delete card['adapts'];
  writeFileSync(join(alone, 'encoder.json'), JSON.stringify(card));
  const third = open('third');
  try {
    await index(third);
    await third.call('models.use', { id: encoder });
    const [job] = (await third.call('jobs.list', {})).jobs;
    assert.equal(job!.kind, 'apply');
    await third.ended(job!.id);
    assert.equal(await encoderOf(third), encoder);
    const turned = vectorsOf('other', encoder, 'features');
    const looked = vectorsOf('third', encoder, 'features');
    assert.equal(looked.size, turned.size);
    const sorted = (vectors: Map<number, Float32Array>) =>
      [...vectors].sort(([a], [b]) => a - b).map(([, vector]) => vector);
    // Contents are numbered in the order of looking, which may differ: each has its like in the other library.
    for (const vector of sorted(looked))
      assert.ok(sorted(turned).some((other) => distance(vector, other) < 1e-4));
  } finally {
    await third.close();
  }
});

test('a run is called otherwise, and deleted with its encoder', async () => {
  assert.equal((await app.call('runs.rename', { id: learned, name: '  Summer ' })).run.name, 'Summer');
  const { run } = await app.call('runs.show', { id: learned });
  await used(app, learned);
  await assert.rejects(app.call('runs.remove', { id: learned }), {
    code: 'bad-input',
    message: /searched with/,
  });
  await app.call('runs.rollback', {});
  assert.deepEqual(await app.call('runs.remove', { id: learned }), { removed: true });
  assert.deepEqual((await app.call('runs.list', {})).runs, []);
  await assert.rejects(app.call('runs.show', { id: learned }), { code: 'not-found' });
  await until(() => vectorsOf('library', run.result!.encoder, 'features').size === 0);
  const { models } = await app.call('models.list', {});
  assert.ok(!models.some(({ id }) => id === run.result!.encoder));
  await app.close();
  const store = openLibrary(join(folder, 'library'));
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
  store.close();
});

function contentOf(photo: number): number {
  const reader = openLibraryReader(join(folder, 'library'));
  try {
    return reader.photos.content(photo as never)!.contentId;
  } finally {
    reader.close();
  }
}

function distance(one: Float32Array, other: Float32Array): number {
  return Math.sqrt(one.reduce((sum, value, at) => sum + (value - other[at]!) ** 2, 0));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
