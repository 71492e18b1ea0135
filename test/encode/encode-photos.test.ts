import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineCalls, FromEngine, PreparedPhoto, ToEngine } from '../../src-main/contract/engine.ts';
import { LikenessError, type ErrorData } from '../../src-main/contract/errors.ts';
import type { FolderId } from '../../src-main/contract/photo.ts';
import { encodePhotos, type Settled } from '../../src-main/encode/encode-photos.ts';
import type { ChildLink } from '../../src-main/jobs/child-link.ts';
import { EngineProcess } from '../../src-main/jobs/engine-process.ts';
import type { Store } from '../../src-main/store/store.ts';
import { axis, encoderId, found, hashOf, prepared, temporaryLibrary } from '../store/temporary-library.ts';

/** What the engine of a test does with a path: nothing special, die, or answer with an error. */
interface Behaviour {
  dies?: (path: string) => boolean;
  fails?: (path: string) => ErrorData | null;
  hash?: (path: string) => string;
  startsBroken?: boolean;
}

/** An engine in this process that keeps count of what it was asked. */
class ScriptedEngine {
  readonly preparedPaths: string[] = [];
  readonly process: EngineProcess;
  readonly #behaviour: Behaviour;

  constructor(behaviour: Behaviour = {}) {
    this.#behaviour = behaviour;
    this.process = new EngineProcess({
      entry: 'scripted',
      startChild: () => this.#child(),
      start: () => ({ role: 'looking', library: '', threads: 1, decodes: 1 }),
    });
  }

  #child(): ChildLink {
    let onMessage: (message: unknown) => void = () => {};
    let onExit: (code: number | null) => void = () => {};
    const say = (message: FromEngine) => setImmediate(() => onMessage(message));
    return {
      pid: 1,
      onMessage: (listener) => (onMessage = listener),
      onExit: (listener) => (onExit = listener),
      kill: () => {},
      send: (sent) => {
        const message = sent as ToEngine;
        if (this.#behaviour.startsBroken) setImmediate(() => onExit(1));
        else if (message.type === 'start') say({ type: 'ready' });
        else if (message.name === 'identify') {
          const { paths } = message.input as EngineCalls['identify'][0];
          say({ type: 'result', id: message.id, output: paths.map((path) => this.#identify(path)) });
        } else {
          const { photos } = message.input as EngineCalls['prepare'][0];
          if (photos.some(({ path }) => this.#behaviour.dies?.(path))) setImmediate(() => onExit(139));
          else say({ type: 'result', id: message.id, output: photos.map(({ path }) => this.#prepare(path)) });
        }
      },
    };
  }

  #identify(path: string) {
    return { ok: true, hash: this.#behaviour.hash?.(path) ?? hashOf(path), sizeBytes: 1000 };
  }

  #prepare(path: string) {
    this.preparedPaths.push(path);
    const error = this.#behaviour.fails?.(path);
    if (error) return { ok: false, error };
    const photo: PreparedPhoto = prepared({}, { features: axis(0), embedding: axis(1) });
    return { ok: true, ...photo };
  }
}

function libraryOf(paths: readonly string[]): Store {
  const store = temporaryLibrary();
  const folderId = store.folders.add('/photos').id as FolderId;
  store.photos.seen(
    folderId,
    paths.map((path) => found(path)),
    1,
  );
  store.photos.endScan(folderId, 1);
  return store;
}

async function encodeAll(
  store: Store,
  engine: ScriptedEngine,
  signal = new AbortController().signal,
): Promise<Settled> {
  const sum: Settled = { done: 0, failed: 0, added: 0, updated: 0 };
  await encodePhotos({
    store,
    engine: engine.process,
    encoder: { id: encoderId, dir: '/encoder' },
    signal,
    more: async () => false,
    onDone: (settled) => {
      for (const key of Object.keys(sum) as (keyof Settled)[]) sum[key] += settled[key];
    },
  });
  return sum;
}

const many = Array.from({ length: 100 }, (_, at) => `/photos/${at}.jpg`);
const failed = (store: Store) =>
  store.photos.problems(100, 0).problems.filter(({ kind }) => kind === 'failed');

test('every waiting photo is looked at once', async () => {
  const store = libraryOf(many);
  const engine = new ScriptedEngine();
  assert.deepEqual(await encodeAll(store, engine), { done: 100, failed: 0, added: 100, updated: 0 });
  assert.equal(new Set(engine.preparedPaths).size, engine.preparedPaths.length);
  assert.equal(store.photos.tallies().ready, 100);
});

test('files with the same bytes are encoded once, in one batch or in several', async () => {
  const store = libraryOf(many);
  const engine = new ScriptedEngine({ hash: (path) => hashOf(Number(/\d+/.exec(path)![0]) % 7) });
  assert.equal((await encodeAll(store, engine)).added, 100);
  assert.equal(engine.preparedPaths.length, 7);
});

test('a photo that stops the engine twice is set aside; every other one is looked at', async () => {
  const store = libraryOf(many);
  const engine = new ScriptedEngine({ dies: (path) => path === '/photos/42.jpg' });
  const settled = await encodeAll(store, engine);
  assert.deepEqual([settled.done, settled.failed], [100, 1]);
  assert.deepEqual(
    failed(store).map(({ path }) => path),
    ['/photos/42.jpg'],
  );
  assert.match(failed(store)[0]!.reason, /stopped the engine twice/);
});

test('a broken photo has its reason and stops nothing', async () => {
  const store = libraryOf(many);
  const error: ErrorData = { code: 'unreadable-photo', message: 'It is cut off.', hint: 'Bring it back.' };
  const engine = new ScriptedEngine({ fails: (path) => (path.endsWith('9.jpg') ? error : null) });
  assert.deepEqual(await encodeAll(store, engine), { done: 100, failed: 10, added: 90, updated: 0 });
  assert.equal(failed(store)[0]!.reason, 'It is cut off.');
});

test('a full disk stops the job and blames no photo', async () => {
  const store = libraryOf(many);
  const error: ErrorData = { code: 'disk-full', message: 'The disk is full.', hint: 'Free some space.' };
  const engine = new ScriptedEngine({ fails: (path) => (path === '/photos/50.jpg' ? error : null) });
  await assert.rejects(
    encodeAll(store, engine),
    (thrown: unknown) => thrown instanceof LikenessError && thrown.code === 'disk-full',
  );
  assert.deepEqual(failed(store), []);
  const { ready, waiting } = store.photos.tallies();
  assert.equal(ready + waiting, 100);
});

test('an engine that never starts ends the job and blames no photo', async () => {
  const store = libraryOf(many);
  const engine = new ScriptedEngine({ startsBroken: true });
  await assert.rejects(
    encodeAll(store, engine),
    (thrown: unknown) => thrown instanceof LikenessError && thrown.code === 'engine-not-starting',
  );
  assert.equal(store.photos.tallies().waiting, 100);
});

test('what another encoder has encoded is encoded again, and its photos stay in the grid meanwhile', async () => {
  const store = libraryOf(many);
  await encodeAll(store, new ScriptedEngine());
  const engine = new ScriptedEngine();
  await encodePhotos({
    store,
    engine: engine.process,
    encoder: { id: 'another-encoder', dir: '/another' },
    signal: new AbortController().signal,
    more: async () => false,
    onDone: () => assert.equal(store.photos.tallies().ready, 100),
  });
  assert.equal(engine.preparedPaths.length, 100);
  assert.equal(store.vectors.count('another-encoder', 'embedding'), 100);
  assert.equal(store.vectors.count(encoderId, 'embedding'), 100);
});

test('an aborted run stops with its reason and keeps what it had', async () => {
  const store = libraryOf(many);
  const stop = new AbortController();
  const engine = new ScriptedEngine({
    hash: (path) => {
      if (path === '/photos/60.jpg') stop.abort(new Error('paused'));
      return hashOf(path);
    },
  });
  await assert.rejects(encodeAll(store, engine, stop.signal), /paused/);
  const { ready, waiting } = store.photos.tallies();
  assert.ok(ready > 0 && waiting > 0 && ready + waiting === 100, `${ready} ready, ${waiting} waiting`);
});

test('a photo that was shown and whose file is gone is missing, not unreadable; a new one has failed', async () => {
  const store = libraryOf(['/photos/a.jpg', '/photos/b.jpg']);
  const gone: ErrorData = { code: 'not-found', message: '“b” does not exist.', hint: 'Check the path.' };
  await encodeAll(store, new ScriptedEngine());
  store.photos.seen(store.folders.list()[0]!.id as FolderId, [found('/photos/new.jpg')], 2);
  store.settings.setEncoder('another');
  const sum: Settled = { done: 0, failed: 0, added: 0, updated: 0 };
  await encodePhotos({
    store,
    engine: new ScriptedEngine({ fails: (path) => (path === '/photos/a.jpg' ? null : gone) }).process,
    encoder: { id: 'another', dir: '/another' },
    signal: new AbortController().signal,
    more: async () => false,
    onDone: (settled) => {
      for (const key of Object.keys(sum) as (keyof Settled)[]) sum[key] += settled[key];
    },
  });
  assert.deepEqual(sum, { done: 3, failed: 1, added: 0, updated: 1 });
  assert.deepEqual(
    store.photos.problems(10, 0).problems.map(({ path, kind }) => [path, kind]),
    [
      ['/photos/new.jpg', 'failed'],
      ['/photos/b.jpg', 'missing'],
    ],
  );
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
});
