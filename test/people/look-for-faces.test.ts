import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LikenessError, type ErrorData } from '../../src-main/contract/errors.ts';
import { lookForFaces } from '../../src-main/people/look-for-faces.ts';
import { People } from '../../src-main/people/people.ts';
import type { Store } from '../../src-main/store/store.ts';
import { addPhotos, temporaryLibrary } from '../store/temporary-library.ts';
import { model, peopled } from './faces.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const many = Array.from({ length: 60 }, (_, at) => `/photos/${at}.jpg`);

function libraryOf(paths: readonly string[]): Store {
  const store = temporaryLibrary();
  addPhotos(store, '/photos', Object.fromEntries(paths.map((path) => [path, {}])));
  return store;
}

async function lookAtAll(store: Store, engine: ScriptedEngine, signal = new AbortController().signal) {
  const sum = { done: 0, failed: 0 };
  await lookForFaces({
    people: store.people,
    engine: engine.process,
    model: { id: model, dir: '/model' },
    crops: '/crops',
    signal,
    onDone: (done, failed) => {
      sum.done += done;
      sum.failed += failed;
    },
  });
  return sum;
}

const rejects = (code: string) => (thrown: unknown) =>
  thrown instanceof LikenessError && thrown.code === code;
const error = (code: ErrorData['code']): ErrorData => ({ code, message: 'It is so.', hint: 'Do this.' });

test('every photo is looked at once, the newest first, and none again', async () => {
  const store = libraryOf(many);
  const engine = new ScriptedEngine();
  assert.deepEqual(await lookAtAll(store, engine), { done: 60, failed: 0 });
  assert.deepEqual([engine.looked.length, new Set(engine.looked).size], [60, 60]);
  assert.equal(engine.looked[0], '/photos/59.jpg');
  assert.equal(store.people.lists.counts().all, 60);
  assert.deepEqual(await lookAtAll(store, engine), { done: 0, failed: 0 });
});

test('a photo that stops the engine twice is set aside with its reason; every other one is looked at', async () => {
  const store = libraryOf(many);
  const engine = new ScriptedEngine({ dies: (path) => path === '/photos/42.jpg' });
  assert.deepEqual(await lookAtAll(store, engine), { done: 60, failed: 1 });
  assert.equal(store.people.lists.counts().all, 59);
  assert.equal(new Set(engine.looked).size, 59);
  assert.equal(store.people.faces.waitingCount(model), 0);
});

test('an unreadable photo stops nothing; one whose file is gone waits for the next look at its folder', async () => {
  const store = libraryOf(many);
  const fails = (path: string) =>
    path.endsWith('7.jpg') ? error('unreadable-photo') : path.endsWith('8.jpg') ? error('not-found') : null;
  assert.deepEqual(await lookAtAll(store, new ScriptedEngine({ fails })), { done: 60, failed: 6 });
  assert.equal(store.people.faces.waitingCount(model), 6);
});

test('a full disk, a broken model and an engine that does not start end the work with their sentence', async () => {
  const full = libraryOf(many);
  const fails = (path: string) => (path.endsWith('30.jpg') ? error('disk-full') : null);
  await assert.rejects(lookAtAll(full, new ScriptedEngine({ fails })), rejects('disk-full'));
  const waits = full.people.faces.waiting(model, 99).some(({ path }) => path === '/photos/30.jpg');
  assert.ok(waits, 'no room says nothing about the photo');
  const broken = new ScriptedEngine({ broken: error('encoder-broken') });
  await assert.rejects(lookAtAll(libraryOf(many), broken), rejects('encoder-broken'));
  const dead = new ScriptedEngine({ startsBroken: true });
  await assert.rejects(lookAtAll(libraryOf(many), dead), rejects('engine-not-starting'));
});

test('stopped, it lets go; begun again, it goes on with those that wait', async () => {
  const store = libraryOf(many);
  const abort = new AbortController();
  const engine = new ScriptedEngine({
    fails: (path) => {
      if (path === '/photos/20.jpg') abort.abort(new Error('paused'));
      return null;
    },
  });
  await assert.rejects(lookAtAll(store, engine, abort.signal), /paused/);
  const waiting = store.people.faces.waitingCount(model);
  assert.ok(waiting > 0 && waiting < 60, `${waiting} wait`);
  assert.deepEqual(await lookAtAll(store, new ScriptedEngine()), { done: waiting, failed: 0 });
});

test('boxes that were drawn or named are described again', async () => {
  const { store, faces } = peopled([[1], [1]]);
  new People(store.people, () => {}).name(store.people.lists.face(faces[0]![0]!)!.who!, 'Ana');
  const engine = new ScriptedEngine();
  await lookForFaces({
    people: store.people,
    engine: engine.process,
    model: { id: 'another', dir: '/model' },
    crops: '/crops',
    signal: new AbortController().signal,
    onDone: () => {},
  });
  assert.deepEqual([...engine.boxes.values()], [1, 1]);
  const { people } = store.people.cards.list();
  assert.deepEqual(
    people.map(({ name, faces: n }) => [name, n]),
    [['Ana', 2]],
  );
});
