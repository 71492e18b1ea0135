import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentId } from '../../src-main/contract/photo.ts';
import { openLibrary, openLibraryReader } from '../../src-main/store/open.ts';
import {
  addPhotos,
  axis,
  encoderId,
  hashOf,
  temporaryFolder,
  temporaryLibrary,
} from './temporary-library.ts';

test('vectors come back bit for bit, by content and in the order of writing', () => {
  const store = temporaryLibrary();
  const { ids } = addPhotos(store, '/p', { '/p/a.jpg': {}, '/p/b.jpg': {} });
  const contents = Object.values(ids).map((id) => store.photos.content(id)!.contentId);
  const odd = new Float32Array([0.1, -0.7, Math.sqrt(0.5), 0]);
  store.vectors.save(contents[0]!, encoderId, { features: odd });
  assert.deepEqual(store.vectors.get(encoderId, 'features', contents[0]!), odd);
  const rows = store.vectors.since(encoderId, 'features', 0, 10);
  assert.deepEqual(
    rows.map(({ contentId }) => contentId),
    [contents[1], contents[0]],
  );
  assert.ok(rows[0]!.seq < rows[1]!.seq);
});

test('a reader that goes on from the last it saw meets every vector once, renewed ones again', () => {
  const dir = temporaryFolder();
  const store = temporaryLibrary(dir);
  const paths = Array.from({ length: 25 }, (_, index) => `/p/${index}.jpg`);
  const { ids } = addPhotos(store, '/p', Object.fromEntries(paths.map((path) => [path, {}])));
  const reader = openLibraryReader(dir);
  const seen: number[] = [];
  let seq = 0;
  const catchUp = () => {
    for (;;) {
      const rows = reader.vectors.since(encoderId, 'embedding', seq, 10);
      seen.push(...rows.map(({ contentId }) => contentId));
      seq = rows.at(-1)?.seq ?? seq;
      if (rows.length < 10) return;
    }
  };
  catchUp();
  assert.equal(new Set(seen).size, 25);
  assert.equal(seen.length, 25);
  const renewed = store.photos.content(ids['/p/3.jpg']!)!.contentId;
  store.vectors.save(renewed, encoderId, { embedding: axis(2) });
  catchUp();
  assert.deepEqual(seen.slice(25), [renewed]);
  assert.equal(reader.vectors.count(encoderId, 'embedding'), 25);
  reader.close();
});

test('encoders and outputs are kept apart', () => {
  const store = temporaryLibrary();
  const { ids } = addPhotos(store, '/p', { '/p/a.jpg': {} });
  const { contentId } = store.photos.content(ids['/p/a.jpg']!)!;
  store.vectors.save(contentId, 'other', { embedding: axis(0, 2) });
  assert.equal(store.vectors.dims(encoderId, 'embedding'), 4);
  assert.equal(store.vectors.dims('other', 'embedding'), 2);
  assert.equal(store.vectors.dims('other', 'features'), null);
  assert.equal(store.vectors.get('other', 'features', contentId), null);
  assert.equal(store.vectors.get('unheard of', 'features', contentId), null);
  assert.deepEqual(store.vectors.since('unheard of', 'features', 0, 10), []);
  assert.equal(store.vectors.count(encoderId, 'embedding'), 1);
});

test('a vector of another length, of no unit length, with a NaN, or without an encoder is refused', () => {
  const store = temporaryLibrary();
  const { ids } = addPhotos(store, '/p', { '/p/a.jpg': {} });
  const { contentId } = store.photos.content(ids['/p/a.jpg']!)!;
  const save = (vector: Float32Array, id = encoderId) =>
    store.vectors.save(contentId, id, { features: vector });
  assert.throws(() => save(axis(0, 3)), /has 4 numbers a vector, got 3/);
  assert.throws(() => save(new Float32Array([1, 1, 0, 0])), /length 1/);
  assert.throws(() => save(new Float32Array([1, NaN, 0, 0])), /NaN/);
  assert.throws(() => save(new Float32Array(4)), RangeError);
  assert.throws(() => save(axis(0), ''), RangeError);
  assert.throws(() => save(new Float32Array(0), 'new'), RangeError);
  assert.deepEqual(store.vectors.get(encoderId, 'features', contentId), axis(0));
});

test('vectors of no content are refused', () => {
  const store = temporaryLibrary();
  assert.throws(() => store.vectors.save(7 as ContentId, encoderId, { features: axis(0) }), /FOREIGN KEY/);
});

test('ids of contents are not used twice', () => {
  const store = temporaryLibrary();
  const { folderId, ids } = addPhotos(store, '/p', { '/p/a.jpg': {} });
  const { contentId } = store.photos.content(ids['/p/a.jpg']!)!;
  store.folders.remove(folderId);
  store.contents.sweep();
  const again = addPhotos(store, '/p', { '/p/a.jpg': {} });
  assert.ok(store.photos.content(again.ids['/p/a.jpg']!)!.contentId > contentId);
});

test('marks of removed contents do not pile up over restarts, and photos are marked as encoded', () => {
  const dir = temporaryFolder();
  const store = openLibrary(dir);
  store.settings.setEncoder(encoderId);
  const { folderId } = addPhotos(store, '/p', { '/p/a.jpg': {} });
  addPhotos(store, '/q', { '/q/a.jpg': {} });
  store.folders.remove(folderId);
  store.contents.sweep();
  assert.equal(store.vectors.removedSince(0).contentIds.length, 1);
  store.close();
  const again = temporaryLibrary(dir);
  assert.deepEqual(again.vectors.removedSince(0).contentIds, []);
  assert.equal(again.photos.timeline().colour[0]! >>> 24, 2);
  assert.equal(again.contents.byHash(hashOf('/q/a.jpg'))?.takenAtMs, null);
});
