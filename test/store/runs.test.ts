import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LearnResult, LearnWish } from '../../src-main/contract/learn.ts';
import { openLibrary } from '../../src-main/store/open.ts';
import { addPhotos, axis, encoderId, temporaryFolder, temporaryLibrary } from './temporary-library.ts';

const wish: LearnWish = {
  from: { kind: 'all' },
  goal: 'likeness',
  start: 'adapter',
  classes: false,
  minutes: 20,
  engine: 'auto',
  seed: 1,
  options: {},
};
const run = { name: 'Summer', wish, base: encoderId, baseName: 'Test' };
const result = { encoder: 'fitted', verdict: 'better' } as LearnResult;
const vectors = { features: axis(0), embedding: axis(1) };

test('a run keeps what was asked and what came of it, and is told with its newest jobs', () => {
  const dir = temporaryFolder();
  const store = openLibrary(dir);
  const id = store.runs.create(run);
  const first = store.jobs.create('learn', [], { run: id, encoder: null });
  const second = store.jobs.create('learn', [], { run: id, encoder: null });
  const apply = store.jobs.create('apply', [], { run: id, encoder: 'fitted' });
  store.runs.finish(id);
  store.runs.rename(id, 'Winter');
  store.close();
  const again = temporaryLibrary(dir);
  const kept = again.runs.get(id)!;
  assert.deepEqual(
    [kept.name, kept.wish, kept.finish, kept.result, kept.learnJob, kept.applyJob],
    ['Winter', wish, true, null, second, apply],
  );
  assert.ok(first < second);
  again.runs.learned(id, result);
  assert.deepEqual(again.runs.get(id)!.result, result);
  const imported = again.runs.createImported({ ...run, result });
  assert.deepEqual(
    again.runs.list().map((one) => [one.id, one.imported]),
    [
      [imported, true],
      [id, false],
    ],
  );
  assert.ok(again.runs.remove(id));
  assert.deepEqual(again.jobs.list(), [], 'its jobs went with it');
});

test('old jobs go, those that tell how a run ended stay', () => {
  const store = temporaryLibrary();
  const id = store.runs.create(run);
  const learn = store.jobs.create('learn', [], { run: id, encoder: null });
  store.jobs.update(learn, { state: 'failed', endedAtMs: 1, reason: 'The disk was full.' });
  for (let at = 0; at < 130; at++)
    store.jobs.update(store.jobs.create('index', [`/${at}`]), { state: 'done' });
  const kinds = store.jobs.list().map(({ kind }) => kind);
  assert.ok(kinds.length < 110);
  assert.equal(kinds.at(-1), 'learn');
});

test('an encoder is in use only when every photo that is there has its vectors', () => {
  const store = temporaryLibrary();
  const { ids, folderId } = addPhotos(store, '/p', { '/p/a.jpg': {}, '/p/b.jpg': {}, '/p/gone.jpg': {} });
  store.settings.setEncoder(encoderId);
  store.photos.seen(
    folderId,
    ['/p/a.jpg', '/p/b.jpg'].map((path) => ({
      path,
      sizeBytes: 1000,
      modifiedMs: 1_700_000_000_000,
      unsupported: null,
    })),
    2,
  );
  store.photos.endScan(folderId, 2);
  const contentOf = (path: string) => store.photos.content(ids[path]!)!.contentId;
  store.vectors.save(contentOf('/p/a.jpg'), 'fitted', vectors);
  assert.equal(store.encoderChoice.switchTo('fitted', null), 1);
  assert.deepEqual([store.settings.encoder(), store.encoderChoice.earlier()], [encoderId, []]);
  store.vectors.save(contentOf('/p/b.jpg'), 'fitted', vectors);
  // What is missing cannot be looked at: it does not hold up the others.
  assert.equal(store.encoderChoice.switchTo('fitted', null), 0);
  assert.deepEqual([store.settings.encoder(), store.encoderChoice.earlier()], ['fitted', [encoderId]]);
  assert.equal(store.counts().encoded, 2);
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
});

test('one goes back the way one came, past encoders that are no longer installed', () => {
  const store = temporaryLibrary();
  addPhotos(store, '/p', {});
  const { encoderChoice: choice, settings } = store;
  settings.setEncoder('a');
  const runs = ['b', 'c', 'd'].map((encoder) => {
    const id = store.runs.createImported({ ...run, result: { ...result, encoder } });
    assert.equal(choice.switchTo(encoder, id), 0);
    return id;
  });
  assert.deepEqual([settings.encoder(), choice.run(), choice.earlier()], ['d', runs[2], ['a', 'b', 'c']]);
  // Using one again moves it, rather than making a circle of the way back.
  choice.switchTo('b', runs[0]!);
  assert.deepEqual(choice.earlier(), ['a', 'c', 'd']);
  const rolledBack = () => store.runs.list().map(({ rolledBack }) => rolledBack);
  assert.equal(choice.goBack(new Set(['a', 'c'])), 'c');
  assert.deepEqual([settings.encoder(), choice.run(), rolledBack()], ['c', runs[1], [false, false, true]]);
  assert.equal(choice.goBack(new Set(['a', 'c'])), 'a');
  assert.deepEqual([settings.encoder(), choice.run()], ['a', null]);
  assert.equal(choice.goBack(new Set(['a', 'c'])), null);
});

test('vectors that follow from others are told once, and those of a forgotten encoder are dropped', () => {
  const store = temporaryLibrary();
  const { ids } = addPhotos(store, '/p', { '/p/a.jpg': {}, '/p/b.jpg': {} });
  const contents = ['/p/a.jpg', '/p/b.jpg'].map((path) => store.photos.content(ids[path]!)!.contentId);
  const turnable = () => store.vectors.turnable(encoderId, 'fitted', 0, 10).map(({ contentId }) => contentId);
  assert.deepEqual(turnable(), contents);
  store.vectors.save(contents[0]!, 'fitted', vectors);
  assert.deepEqual(turnable(), [contents[1]]);
  store.settings.setEncoder('another');
  store.encoderChoice.forget('fitted');
  assert.equal(store.vectors.count('fitted', 'features'), 0);
  store.vectors.save(contents[1]!, 'fitted', vectors);
  while (store.vectors.dropSome());
  assert.deepEqual(
    [store.vectors.count('fitted', 'features'), store.vectors.count(encoderId, 'features')],
    [1, 2],
  );
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
});
