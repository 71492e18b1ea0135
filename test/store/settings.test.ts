import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { defaultSettings } from '../../src-main/contract/settings.ts';
import { openLibrary } from '../../src-main/store/open.ts';
import { addPhotos, axis, encoderId, temporaryFolder, temporaryLibrary } from './temporary-library.ts';

test('what was not set has its default, what was set is kept', () => {
  const dir = temporaryFolder();
  const store = openLibrary(dir);
  assert.deepEqual(store.settings.get(), defaultSettings);
  assert.deepEqual(store.settings.set({ theme: 'dark', pace: undefined }), {
    ...defaultSettings,
    theme: 'dark',
  });
  store.close();
  assert.equal(temporaryLibrary(dir).settings.get().theme, 'dark');
});

test('a value that this version cannot read counts as not set', () => {
  const dir = temporaryFolder();
  openLibrary(dir).close();
  const database = new Database(join(dir, 'library.db'));
  database
    .prepare("INSERT INTO settings VALUES ('settings', ?)")
    .run(JSON.stringify({ theme: 'plaid', density: 'compact', future: 1 }));
  database.close();
  assert.deepEqual(temporaryLibrary(dir).settings.get(), { ...defaultSettings, density: 'compact' });
});

test('a value outside its range is refused and changes nothing', () => {
  const store = temporaryLibrary();
  assert.throws(() => store.settings.set({ rowHeight: 5 }));
  assert.deepEqual(store.settings.get(), defaultSettings);
});

test('another encoder makes every window ask anew which photos are encoded', () => {
  const store = temporaryLibrary();
  addPhotos(store, '/p', { '/p/a.jpg': {} });
  assert.equal(store.settings.encoder(), '');
  store.settings.setEncoder(encoderId);
  const { generation, colour } = store.photos.timeline();
  assert.equal(colour[0]! >>> 24, 2);
  store.settings.setEncoder(encoderId);
  assert.equal(store.photos.generation(), generation);
  store.settings.setEncoder('other');
  assert.ok(store.photos.generation() > generation);
  assert.equal(store.photos.timeline().colour[0]! >>> 24, 0);
  assert.equal(store.counts().encoded, 0);
  store.settings.setEncoder(encoderId);
  assert.equal(store.counts().encoded, 1);
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
});

test('a photo counts as encoded by its own vectors, not by those of others', () => {
  const store = temporaryLibrary();
  const { ids } = addPhotos(store, '/p', { '/p/a.jpg': {}, '/p/b.jpg': {} });
  store.settings.setEncoder(encoderId);
  const { contentId } = store.photos.content(ids['/p/a.jpg']!)!;
  store.vectors.save(contentId, 'other', { features: axis(0), embedding: axis(1) });
  assert.equal(store.counts().encoded, 2);
  store.settings.setEncoder('other');
  assert.equal(store.counts().encoded, 1);
  const { contentId: second } = store.photos.content(ids['/p/b.jpg']!)!;
  store.vectors.save(second, 'third', { features: axis(0), embedding: axis(1) });
  assert.equal(store.counts().encoded, 1);
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
});
