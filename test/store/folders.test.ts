import assert from 'node:assert/strict';
import { sep } from 'node:path';
import { test } from 'node:test';
import type { FolderId } from '../../src-main/contract/photo.ts';
import { contains } from '../../src-main/store/folders.ts';
import { addPhotos, found, hashOf, temporaryLibrary } from './temporary-library.ts';

test('a folder contains itself and what lies below it, not its neighbour of a like name', () => {
  const at = (...names: string[]) => sep + names.join(sep);
  assert.ok(contains(at('a'), at('a')));
  assert.ok(contains(at('a'), at('a', 'b')));
  assert.ok(contains(sep, at('a')));
  assert.ok(!contains(at('a'), at('ab')));
  assert.ok(!contains(at('a', 'b'), at('a')));
});

test('a folder within a watched one is answered by the outer', () => {
  const store = temporaryLibrary();
  const outer = store.folders.add('/pictures');
  assert.equal(store.folders.add('/pictures/2024').id, outer.id);
  assert.equal(store.folders.add('/pictures').id, outer.id);
  assert.equal(store.folders.list().length, 1);
});

test('a folder around watched ones takes them in, and their photos keep their rows', () => {
  const store = temporaryLibrary();
  const { ids } = addPhotos(store, '/pictures/2024', { '/pictures/2024/a.jpg': {} });
  addPhotos(store, '/other', { '/other/b.jpg': {} });
  const { version } = store.photos.timeline();
  const outer = store.folders.add('/pictures');
  assert.deepEqual(
    store.folders.list().map(({ path, photos }) => [path, photos]),
    [
      ['/other', 1],
      ['/pictures', 1],
    ],
  );
  assert.equal(store.photos.idOf('/pictures/2024/a.jpg'), ids['/pictures/2024/a.jpg']);
  assert.deepEqual([...store.photos.timeline(version).folderId], [outer.id]);
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
});

test('a removed folder takes its photos and their vectors along, but not what stands elsewhere too', () => {
  const store = temporaryLibrary();
  const hash = hashOf('same');
  const { folderId } = addPhotos(store, '/a', { '/a/1.jpg': {}, '/a/2.jpg': { hash } });
  addPhotos(store, '/b', { '/b/2.jpg': { hash } });
  const before = store.photos.versions();
  assert.equal(store.folders.remove(folderId), true);
  assert.equal(store.folders.remove(folderId), false);
  assert.equal(store.contents.sweep(), 1);
  assert.equal(store.photos.timeline().length, 1);
  assert.ok(store.photos.generation() > before.generation, 'windows load anew');
  assert.equal(store.vectors.count('test-encoder', 'features'), 1);
  assert.ok(store.contents.has(hash));
  assert.ok(!store.contents.has(hashOf('/a/1.jpg')));
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
});

test('ids of folders are not used twice', () => {
  const store = temporaryLibrary();
  const first = store.folders.add('/a').id as FolderId;
  store.folders.remove(first);
  assert.notEqual(store.folders.add('/a').id, first);
});

test('a folder whose disk is away keeps its photos as missing, and none of them is looked at', () => {
  const store = temporaryLibrary();
  const { folderId } = addPhotos(store, '/a', { '/a/1.jpg': {} });
  store.photos.seen(folderId, [found('/a/1.jpg'), found('/a/2.jpg')], 2);
  store.folders.setPresent(folderId, false);
  assert.equal(store.folders.get(folderId)?.present, false);
  assert.equal(store.photos.details({ path: '/a/1.jpg' })?.state, 'missing');
  assert.deepEqual(store.photos.waiting(10), []);
  assert.equal(store.photos.waitingCount(), 0);
  store.folders.setPresent(folderId, true);
  store.photos.seen(folderId, [found('/a/1.jpg')], 3);
  assert.equal(store.photos.details({ path: '/a/1.jpg' })?.state, 'ready');
  assert.equal(store.photos.waiting(10).length, 1);
});

test('when a folder was last scanned is kept', () => {
  const store = temporaryLibrary();
  const { id } = store.folders.add('/a');
  assert.equal(store.folders.get(id as FolderId)?.scannedAtMs, null);
  store.folders.scanned(id as FolderId, 1234);
  assert.equal(store.folders.get(id as FolderId)?.scannedAtMs, 1234);
});

test('forgotten contents go by themselves soon after their folder', async () => {
  const store = temporaryLibrary();
  const { folderId } = addPhotos(store, '/a', { '/a/1.jpg': {} });
  const mark = store.vectors.removedMark();
  store.folders.remove(folderId);
  const untilMs = Date.now() + 10_000;
  while (store.contents.has(hashOf('/a/1.jpg'))) {
    assert.ok(Date.now() < untilMs, 'the sweep did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(store.vectors.removedSince(mark).contentIds.length, 1);
});
