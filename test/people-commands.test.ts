/** People in the whole application: faces are looked for when a person wants it, decided about, and forgotten. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { createApp, type App } from '../src-main/app.ts';
import type { AppEvent } from '../src-main/contract/api.ts';
import { forkChild } from '../src-main/jobs/child-link.ts';

const native = { host: 'cli', pickFolders: async () => null, reveal: async () => false } as const;
const faceModel = { id: 'faces-by-name', dir: '/model' };
/** Who is on it stands in the name. */
const named = [
  'beach 1 2.jpg',
  'party 1 3.jpg',
  'garden 2 3.jpg',
  'alone 1.jpg',
  'stranger 9.jpg',
  'sea.jpg',
];

let dir: string;
let photos: string;
let app: App;
const events: AppEvent[] = [];

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'likeness-people-'));
  photos = join(dir, 'photos');
  mkdirSync(photos);
  for (const [i, name] of named.entries()) await paint(join(photos, name), i);
  app = open();
});
after(async () => {
  await app.close();
  rmSync(dir, { recursive: true, force: true });
});

async function paint(path: string, i: number): Promise<void> {
  const background = { r: 20 * i, g: 100, b: 255 - 20 * i };
  await sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .toFile(path);
}

function open(): App {
  const opened = createApp({
    library: join(dir, 'library'),
    native,
    startChild: forkChild,
    built: join(dir, 'built'),
    engineEntry: join(import.meta.dirname, 'people/faces-engine.ts'),
    faceModel,
  });
  opened.onEvent((event) => events.push(event));
  return opened;
}

async function index(): Promise<void> {
  const { job } = await app.call('folders.add', { paths: [photos] });
  await app.indexed(job.id);
}

/** Waits until no job of people is open. */
async function looked(): Promise<void> {
  for (;;) {
    const { jobs } = await app.call('jobs.list', {});
    const open = jobs.find(
      ({ kind, state }) => kind === 'people' && (state === 'running' || state === 'waiting'),
    );
    if (!open) return;
    await app.ended(open.id);
  }
}

const list = () => app.call('people.list', {});
const get = (path: string) => app.fetch(new Request(`app://likeness${path}`));
const crops = () => readdirSync(join(dir, 'library/faces'));
async function groupOf(photo: string): Promise<string> {
  const { id } = await app.call('photo', { path: join(photos, photo) });
  return (await app.call('faces.of', { photo: id! })).faces[0]!.who!;
}

test('nobody looks for faces until a person wants it', async () => {
  await index();
  const state = await app.call('people.state', {});
  assert.deepEqual(state, { on: false, looked: 0, waiting: 6, faces: 0, people: 0 });
  assert.ok(!(await app.call('jobs.list', {})).jobs.some(({ kind }) => kind === 'people'));
  assert.deepEqual(crops(), []);
});

test('turned on, every photo is looked at, and like faces are groups', async () => {
  const { on } = await app.call('people.turnOn', {});
  assert.equal(on, true);
  await looked();
  assert.deepEqual(await app.call('people.state', {}), {
    on: true,
    looked: 6,
    waiting: 0,
    faces: 8,
    people: 0,
  });
  const { people, groups, unknown, questions } = await list();
  assert.deepEqual(
    [people.length, groups.map(({ faces }) => faces), unknown, questions],
    [0, [3, 2, 2], 1, 2],
  );
  assert.equal(crops().length, 8);
  await pause(400);
  assert.ok(events.some(({ type }) => type === 'people'));
  assert.ok(events.some((event) => event.type === 'settings' && event.settings.people));
});

test('a face has its picture, made again when it is gone', async () => {
  const [card] = (await list()).groups;
  const response = await get(`/faces/${card!.cover}`);
  assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'image/jpeg']);
  const text = await response.text();
  assert.match(text, /^face 0 of /);
  rmSync(join(dir, 'library/faces'), { recursive: true });
  assert.equal(await (await get(`/faces/${card!.cover}`)).text(), text);
  assert.equal((await get('/faces/999999')).status, 404);
});

test('named, shown with whom they are, and told apart', async () => {
  const { id, edit } = await app.call('people.name', { id: await groupOf('alone 1.jpg'), name: 'Ana' });
  const shown = await app.call('people.show', { id: id! });
  assert.deepEqual([shown.person.name, shown.person.photos, shown.person.faces], ['Ana', 3, 3]);
  assert.deepEqual(
    shown.together.map(({ photos: n }) => n),
    [1, 1],
  );
  assert.equal((await app.call('people.photos', { id: id! })).photos.length, 3);
  const [question] = shown.questions;
  const { b } = question!;
  const answered = await app.call('people.answer', { a: id!, b: b.id, answer: 'different' });
  assert.equal((await app.call('people.show', { id: id! })).questions.length, 0);
  assert.deepEqual(await app.call('people.undo', { edit: answered.edit }), { undone: true });
  assert.deepEqual(await app.call('people.undo', { edit }), { undone: true });
  assert.equal((await list()).people.length, 0);
});

test('faces of somebody, of the shelf, and the halves of a split', async () => {
  const id = await groupOf('alone 1.jpg');
  const { faces, total } = await app.call('people.faces', { of: id, order: 'newest', limit: 2 });
  assert.deepEqual([faces.length, total], [2, 3]);
  const [unknown] = (await app.call('people.faces', { of: 'unknown' })).faces;
  assert.equal(unknown!.who, null);
  const { halves } = await app.call('people.halves', { id });
  assert.deepEqual(
    halves.map(({ length }) => length),
    [2, 1],
  );
});

test('a face that was missed is drawn, named, and stays through the next look', async () => {
  const { id: photo } = await app.call('photo', { path: join(photos, 'sea.jpg') });
  const box = [0.5, 0.5, 0.2, 0.3] as [number, number, number, number];
  const { face, id, edit } = await app.call('faces.draw', { photo: photo!, box, name: 'Dan' });
  assert.deepEqual([face.name, face.drawn, face.box, face.who], ['Dan', true, box, id]);
  assert.equal(await (await get(`/faces/${face.id}`)).text(), 'face 0 of sea.jpg');
  await app.call('people.undo', { edit });
  assert.deepEqual((await app.call('faces.of', { photo: photo! })).faces, []);
});

test('new photos are looked at for faces after they were indexed, copies under each of their paths', async () => {
  await paint(join(photos, 'later 1 9.jpg'), 8);
  copyFileSync(join(photos, 'alone 1.jpg'), join(photos, 'a copy.jpg'));
  await index();
  await looked();
  const { people, unassigned, seconds } = await app.call('people.report', {});
  assert.deepEqual(
    people.map(({ faces }) => faces.length),
    [5, 2, 2, 2],
  );
  assert.deepEqual(unassigned, []);
  assert.ok(seconds > 0);
  const [first] = people;
  assert.deepEqual(
    first!.faces.map(({ path }) => path),
    ['a copy.jpg', 'alone 1.jpg', 'beach 1 2.jpg', 'later 1 9.jpg', 'party 1 3.jpg'].map((name) =>
      join(photos, name),
    ),
  );
  assert.deepEqual(Object.keys(first!.faces[0]!), ['path', 'box', 'quality']);
  assert.equal((await list()).groups[0]!.photos, 5);
});

test('a photo that cannot be read for faces, or stops the engine, stops nothing', async () => {
  await paint(join(photos, 'killer 1.jpg'), 9);
  await paint(join(photos, 'unread 1.jpg'), 10);
  await paint(join(photos, 'fine 3.jpg'), 11);
  await index();
  await looked();
  const { jobs } = await app.call('jobs.list', {});
  assert.deepEqual([jobs[0]!.kind, jobs[0]!.state, jobs[0]!.failed, jobs[0]!.done], ['people', 'done', 2, 3]);
  assert.match(await groupOf('fine 3.jpg'), /^g/);
  assert.equal((await app.call('people.state', {})).waiting, 0);
});

test('faces of a file outside the library are told, and nothing is kept of it', async () => {
  const outside = join(dir, 'outside 4 5.jpg');
  await paint(outside, 3.5);
  const before = [crops().length, (await app.call('people.state', {})).faces];
  const { faces } = await app.call('people.inspect', { path: outside });
  assert.deepEqual(
    faces.map(({ path, name }) => [path, name]),
    [
      [outside, null],
      [outside, null],
    ],
  );
  assert.deepEqual([crops().length, (await app.call('people.state', {})).faces], before);
  const inside = await app.call('people.inspect', { path: join(photos, 'beach 1 2.jpg') });
  assert.equal(inside.faces.length, 2);
  await assert.rejects(app.call('people.inspect', { path: join(dir, 'not there.jpg') }), {
    code: 'not-found',
  });
});

test('pictures of faces go with their folder', async () => {
  await app.call('people.name', { id: await groupOf('alone 1.jpg'), name: 'Ana' });
  const [folder] = (await app.call('status', {})).folders;
  await app.call('folders.remove', { id: folder!.id });
  for (
    let tries = 0;
    tries < 100 && (crops().length > 0 || (await app.call('people.state', {})).faces > 0);
    tries++
  )
    await pause(20);
  assert.deepEqual([crops(), (await app.call('people.state', {})).faces, (await list()).people], [[], 0, []]);
  await index();
  await looked();
  assert.deepEqual(
    (await list()).people.map(({ name, photos: n }) => [name, n]),
    [['Ana', 5]],
  );
});

test('forgotten: every face, name and picture, while photos stay; and it is off', async () => {
  await paint(join(photos, 'slow 1.jpg'), 5.5);
  await index();
  await app.call('people.turnOn', {});
  const state = await app.call('people.forget', {});
  assert.deepEqual([state.on, state.looked, state.faces, state.people], [false, 0, 0, 0]);
  assert.deepEqual(crops(), []);
  await pause(300);
  assert.deepEqual(crops(), [], 'nor does what was under way write any');
  assert.ok(existsSync(join(photos, 'beach 1 2.jpg')));
  assert.ok((await app.call('status', {})).photos > 0);
  assert.equal((await app.call('settings.get', {})).people, false);
  await app.call('people.turnOn', {});
  await looked();
  assert.deepEqual((await list()).people, []);
});

test('without a model it says so', async () => {
  const other = createApp({
    library: join(dir, 'other'),
    native,
    startChild: forkChild,
    built: join(dir, 'built'),
    builtInFaces: join(dir, 'none'),
  });
  try {
    await assert.rejects(other.call('people.turnOn', {}), { code: 'no-encoder' });
    assert.equal((await other.call('people.state', {})).on, false);
  } finally {
    await other.close();
  }
});
