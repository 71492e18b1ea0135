import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLibrary } from '../../src-main/store/open.ts';
import { temporaryFolder, temporaryLibrary } from './temporary-library.ts';

test('a job waits, and what is known of it is kept', () => {
  const store = temporaryLibrary();
  const id = store.jobs.create('index', ['/a', '/b']);
  assert.partialDeepStrictEqual(store.jobs.get(id), {
    id,
    kind: 'index',
    state: 'waiting',
    folders: ['/a', '/b'],
    phase: 'finding',
    done: 0,
    total: 0,
    report: null,
  });
  const report = {
    added: 1,
    updated: 0,
    unchanged: 2,
    missing: 0,
    failed: [{ path: '/a/x.jpg', reason: 'It is damaged.' }],
    unsupported: { HEIC: 3 },
    photos: 3,
    seconds: 1.5,
    photosPerSecond: 0.7,
  };
  store.jobs.update(id, { state: 'done', done: 3, total: 3, photosPerSecond: 0.7, endedAtMs: 5, report });
  assert.partialDeepStrictEqual(store.jobs.get(id), {
    state: 'done',
    done: 3,
    total: 3,
    endedAtMs: 5,
    report,
  });
});

test('jobs are listed newest first', () => {
  const store = temporaryLibrary();
  const ids = [store.jobs.create('index', []), store.jobs.create('index', [])];
  assert.deepEqual(
    store.jobs.list().map(({ id }) => id),
    ids.toReversed(),
  );
});

test('a job that ran when the program was killed waits again; a paused one stays paused', () => {
  const dir = temporaryFolder();
  const store = openLibrary(dir);
  const running = store.jobs.create('index', []);
  const paused = store.jobs.create('index', []);
  store.jobs.update(running, { state: 'running', done: 7 });
  store.jobs.update(paused, { state: 'paused' });
  store.close();
  const again = temporaryLibrary(dir);
  assert.partialDeepStrictEqual(again.jobs.get(running), { state: 'waiting', done: 7 });
  assert.equal(again.jobs.get(paused)?.state, 'paused');
});

test('an unknown job is none, and cannot be updated', () => {
  const store = temporaryLibrary();
  assert.equal(store.jobs.get(5), null);
  assert.throws(() => store.jobs.update(5, { done: 1 }), RangeError);
});

test('the last hundred ended jobs are kept, and every open one', () => {
  const store = temporaryLibrary();
  const open = store.jobs.create('index', []);
  for (let count = 0; count < 105; count += 1)
    store.jobs.update(store.jobs.create('index', []), { state: 'done' });
  const ids = store.jobs.list().map(({ id }) => id);
  assert.equal(ids.length, 102);
  assert.ok(ids.includes(open));
});
