/** What may be done with a run, and when: a trainer that learns nothing stands in for the real one. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, before, beforeEach, test } from 'node:test';
import { createApp, type App } from '../../src-main/app.ts';
import type { AppEvent } from '../../src-main/contract/api.ts';
import type { LearnTask, Run } from '../../src-main/contract/learn.ts';
import { forkChild } from '../../src-main/jobs/child-link.ts';
import type { Power } from '../../src-main/power.ts';
import { openLibrary } from '../../src-main/store/open.ts';
import { addPhotos, axis, temporaryFolder } from '../store/temporary-library.ts';
import { writeEncoder } from '../training/adapt/adapters.ts';

const folder = temporaryFolder();
let base: string;
let learnable: { dir: string; id: string };
let library: string;
let app: App;
let heard: AppEvent[];
let number = 0;

before(async () => {
  base = await writeEncoder(folder, { worded: true });
  // Its vectors are of the same length: only their encoder tells them apart.
  const dir = await writeEncoder(folder, { alike: true });
  learnable = { dir, id: cardOf(dir).id };
});
beforeEach(() => {
  library = join(folder, `library-${++number}`);
  const store = openLibrary(library);
  const photos = ['/p/sea/a.jpg', '/p/sea/b.jpg', '/p/hills/c.jpg', '/p/loose.jpg'];
  addPhotos(
    store,
    '/p',
    Object.fromEntries(
      photos.map((path, at) => [path, { metadata: { takenAtMs: at * 1000, takenFrom: 'exif' } }]),
    ),
  );
  // As if it had been indexed with the encoder that is in use.
  const { id, dim } = cardOf(base);
  for (const path of photos) {
    const { contentId } = store.photos.content(store.photos.idOf(path)!)!;
    store.vectors.save(contentId, id, { features: axis(0, dim.features), embedding: axis(1, dim.embedding) });
  }
  store.close();
  writeFileSync(join(library, 'runs', 'encoder-to-learn'), JSON.stringify(learnable));
  app = open();
});
afterEach(() => app.close());

function cardOf(dir: string) {
  return JSON.parse(readFileSync(join(dir, 'encoder.json'), 'utf8')) as {
    id: string;
    dim: { features: number; embedding: number };
  };
}

function open(power?: Power): App {
  const opened = createApp({
    library,
    native: {
      host: 'cli',
      pickFolders: async () => null,
      reveal: async () => false,
      ...(power && { power }),
    },
    startChild: forkChild,
    built: join(folder, 'built'),
    builtInEncoder: base,
    trainerEntry: join(import.meta.dirname, 'fake-learner.mjs'),
  });
  heard = [];
  opened.onEvent((event) => heard.push(event));
  return opened;
}

const list = async () => (await app.call('runs.list', {})).runs;
const get = async (id: number) => (await app.call('runs.show', { id })).run;
const asked = (id: number) =>
  readFileSync(join(library, 'runs', String(id), 'asked.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LearnTask);
const look = (run: number) => until(() => heard.some((event) => event.type === 'look' && event.run === run));

async function learned(seed = 1): Promise<Run> {
  const { run } = await app.call('learn.start', { seed });
  await app.ended(run.job!);
  return get(run.id);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + 30_000;
  while (!(await holds())) {
    assert.ok(Date.now() < untilMs, `waited too long for ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a run learns from the photos that were chosen, with the encoder in use', async () => {
  const { run } = await app.call('learn.start', {
    from: { kind: 'folders', folders: ['/p/sea'] },
    minutes: 7,
    classes: true,
    options: { temperature: 0.2 },
  });
  await app.ended(run.job!);
  const [task] = asked(run.id);
  assert.ok(task?.kind === 'learn');
  const dir = join(library, 'runs', String(run.id));
  const { encoder, data, minutes, classes, out, options, goal, start } = task.request;
  assert.deepEqual(
    { encoder, data, minutes, classes, out, options, goal, start },
    {
      encoder: base,
      data: join(dir, 'photos.jsonl'),
      minutes: 7,
      classes: true,
      out: dir,
      options: { temperature: 0.2 },
      goal: 'likeness',
      start: 'adapter',
    },
  );
  const lines = readFileSync(data, 'utf8').trim().split('\n');
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { path: string }).path),
    ['/p/sea/a.jpg', '/p/sea/b.jpg'],
  );
  const done = await get(run.id);
  assert.deepEqual([done.state, done.use, done.job, done.name], ['learned', 'none', null, 'Likeness, sea']);
  for (const name of ['features.f32', 'network/checkpoint.safetensors'])
    assert.ok(!existsSync(join(dir, name)), `${name} is dropped`);
  assert.ok(heard.some((event) => event.type === 'note' && event.text === 'It begins.'));
});

test('photos are chosen by the time that the timeline shows, both ends included; none is a slip', async () => {
  const { run } = await app.call('learn.start', { from: { kind: 'dates', fromMs: 1000, toMs: 2000 } });
  await app.ended(run.job!);
  const photos = readFileSync(join(library, 'runs', String(run.id), 'photos.jsonl'), 'utf8');
  assert.equal(photos.trim().split('\n').length, 2);
  const none = app.call('learn.start', { from: { kind: 'dates', fromMs: 5000, toMs: 6000 } });
  await assert.rejects(none, { code: 'bad-input', message: /no photos that can be learned from/ });
  assert.deepEqual(
    readdirSync(join(library, 'runs')).filter((name) => name.startsWith('.')),
    [],
  );
});

test('what cannot be had is refused with the reason that the offer gives', async () => {
  const { refused, photos, folders, taken } = await app.call('learn.offer', {});
  assert.deepEqual([photos, taken], [4, { fromMs: 0, toMs: 3000 }]);
  assert.deepEqual(folders, [
    { path: '/p/sea', photos: 2 },
    { path: '/p/hills', photos: 1 },
  ]);
  await assert.rejects(app.call('learn.start', { goal: 'people' }), {
    code: 'bad-input',
    message: refused.people!,
  });
  await assert.rejects(app.call('learn.start', { goal: 'words' }), {
    code: 'bad-input',
    message: refused.words!,
  });
});

test('a run that is paused stays so over a restart, and goes on from its folder', async () => {
  const { run } = await app.call('learn.start', { seed: 2 });
  await look(run.id);
  await app.call('learn.pause', { id: run.id });
  await until(async () => (await list())[0]!.state === 'paused');
  await app.close();
  app = open();
  assert.equal((await get(run.id)).state, 'paused');
  await app.call('learn.resume', { id: run.id });
  await look(run.id);
  assert.deepEqual(
    asked(run.id).map(({ kind }) => kind),
    ['learn', 'learn-resume'],
  );
});

test('a run that was learning when the program closed goes on by itself', async () => {
  const { run } = await app.call('learn.start', { seed: 2 });
  await look(run.id);
  await app.close();
  app = open();
  // Whatever is added wakes the list, as a window that opens does.
  await app.call('folders.rescan', {});
  await look(run.id);
  assert.equal((await get(run.id)).state, 'running');
});

test('one run learns at a time; ended early, it has what it learned, and the next one begins', async () => {
  const { run: first } = await app.call('learn.start', { seed: 2 });
  const { run: second } = await app.call('learn.start', { seed: 1 });
  assert.deepEqual([first.state, second.state], ['running', 'waiting']);
  await assert.rejects(app.call('learn.finish', { id: second.id }), {
    code: 'bad-input',
    message: /not begun/,
  });
  await look(first.id);
  await app.call('learn.finish', { id: first.id });
  await app.ended(first.job!);
  assert.equal((await get(first.id)).state, 'learned');
  assert.deepEqual(asked(first.id).at(-1), {
    kind: 'learn-resume',
    dir: join(library, 'runs', String(first.id)),
    finish: true,
  });
  await app.ended(second.job!);
  assert.equal((await get(second.id)).state, 'learned');
});

test('an end that was asked for is not forgotten by a restart', async () => {
  const { run } = await app.call('learn.start', { seed: 2 });
  await look(run.id);
  await app.call('learn.pause', { id: run.id });
  await until(async () => (await list())[0]!.state === 'paused');
  await app.call('learn.finish', { id: run.id });
  await app.close();
  app = open();
  await app.call('folders.rescan', {});
  await until(async () => (await get(run.id)).state === 'learned');
});

test('a run that fails says why, one whose trainer died can be resumed', async () => {
  const failing = await app.call('learn.start', { seed: 3 });
  await assert.rejects(app.ended(failing.run.job!), { code: 'bad-input', message: /three photos/ });
  const failed = await get(failing.run.id);
  assert.deepEqual([failed.state, failed.job], ['failed', null]);
  assert.match(failed.reason!, /three photos only.*Bring more/);

  const dying = await app.call('learn.start', { seed: 4 });
  await assert.rejects(app.ended(dying.run.job!), {
    code: 'engine-failed',
    message: /died with code 7/,
    hint: /Resume the run/,
  });
  const again = await app.call('learn.resume', { id: dying.run.id });
  await app.ended(again.run.job!);
  assert.equal((await get(dying.run.id)).state, 'learned');
});

test('a cancelled run is over, and only then may it be deleted', async () => {
  const { run } = await app.call('learn.start', { seed: 2 });
  await look(run.id);
  await assert.rejects(app.call('runs.remove', { id: run.id }), { code: 'bad-input', message: /at work/ });
  assert.equal((await app.call('learn.cancel', { id: run.id })).run.state, 'cancelled');
  await until(async () => (await app.call('jobs.list', {})).jobs.every(({ state }) => state === 'cancelled'));
  await assert.rejects(app.call('learn.resume', { id: run.id }), {
    code: 'bad-input',
    message: /was cancelled/,
  });
  await until(async () =>
    app.call('runs.remove', { id: run.id }).then(
      ({ removed }) => removed,
      () => false,
    ),
  );
  assert.deepEqual(await list(), []);
  assert.ok(!existsSync(join(library, 'runs', String(run.id))));
});

test('a job of a run is paused, resumed and cancelled like any other', async () => {
  const { run } = await app.call('learn.start', { seed: 2 });
  await look(run.id);
  const { job } = await app.call('jobs.pause', { id: run.job! });
  assert.deepEqual(
    [job.kind, job.run, job.state, (await get(run.id)).state],
    ['learn', run.id, 'paused', 'paused'],
  );
  assert.deepEqual(
    [job.phase, job.done, job.total, job.photosPerSecond, job.secondsLeft],
    ['learning', 5, 50, 10, 13],
  );
  await app.call('jobs.cancel', { id: run.job! });
  assert.equal((await get(run.id)).state, 'cancelled');
});

test('a run that is worse is used only when somebody insists, and never by itself', async () => {
  const run = await learned(5);
  assert.deepEqual([run.result!.verdict, run.use], ['worse', 'none']);
  await assert.rejects(app.call('runs.apply', { id: run.id }), {
    code: 'bad-input',
    message: /Keep the encoder that you have/,
  });
  const { run: insisted } = await app.call('runs.apply', { id: run.id, anyway: true });
  assert.equal(insisted.use, 'preparing');
});

test('going back while an encoder is prepared stops that, and leaves the one in use', async () => {
  const run = await learned();
  const { encoder } = await app.call('status', {});
  await app.call('jobs.list', {});
  const { run: preparing } = await app.call('runs.apply', { id: run.id });
  assert.equal(preparing.use, 'preparing');
  const { run: stopped } = await app.call('runs.rollback', {});
  assert.deepEqual([stopped!.id, stopped!.use], [run.id, 'none']);
  await until(async () => (await app.call('jobs.list', {})).jobs.every(({ state }) => state !== 'running'));
  assert.deepEqual((await app.call('status', {})).encoder, encoder);
});

test('photos whose files are gone do not hold up the use of an encoder: they are missing, and nothing else is lost', async () => {
  const run = await learned();
  const { run: preparing } = await app.call('runs.apply', { id: run.id });
  await app.ended(preparing.job!);
  const { missing, encoder } = await app.call('status', {});
  assert.deepEqual([missing, encoder!.id], [4, learnable.id]);
});

test('on battery a run waits with the reason, and goes on with mains power or when the person says so', async () => {
  await app.close();
  let onBattery = false;
  let changed = () => {};
  app = open({ onBattery: () => onBattery, onChange: (listener) => (changed = listener) });
  const { run } = await app.call('learn.start', { seed: 2 });
  await look(run.id);
  onBattery = true;
  changed();
  await until(async () => (await get(run.id)).state === 'waiting');
  assert.match((await get(run.id)).reason!, /runs on battery/);
  heard.length = 0;
  await app.call('settings.set', { learnOnBattery: true });
  await look(run.id);
  await app.call('settings.set', { learnOnBattery: false });
  await until(async () => (await get(run.id)).state === 'waiting');
  onBattery = false;
  heard.length = 0;
  changed();
  await look(run.id);
});

test('what a kill left half done is mended at the next start', async () => {
  const run = await learned();
  await app.close();
  const runs = join(library, 'runs');
  mkdirSync(join(runs, '.new-abc'));
  mkdirSync(join(runs, '.gone-99'));
  const store = openLibrary(library);
  const wish = { ...run.wish, seed: 1 };
  const orphan = store.runs.create({ name: 'Orphan', wish, base: run.base, baseName: run.baseName });
  store.close();
  app = open();
  await until(() => readdirSync(runs).every((name) => !name.startsWith('.')));
  const { job } = await get(orphan);
  await app.call('jobs.resume', { id: job! });
  await app.ended(job!);
  assert.equal((await get(orphan)).state, 'learned');
});
