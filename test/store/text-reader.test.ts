import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FolderId } from '../../src-main/contract/photo.ts';
import { addPhotos, found, hashOf, temporaryLibrary } from './temporary-library.ts';

const photos = {
  '/home/anna/Pictures/2024 Città del Vaticano/IMG_2044RomaForum.jpg': {},
  '/home/anna/Pictures/京都の寺/写真.jpg': {},
  '/home/anna/Pictures/x.jpg': { metadata: { keywords: ['Hund', 'Strand'], caption: 'Bella am Meer' } },
};
const [forum, kyoto, dog] = Object.keys(photos) as [string, string, string];

test('names and folders are found by words, their beginnings, and without accents or case', () => {
  const store = temporaryLibrary();
  const { ids } = addPhotos(store, '/home/anna/Pictures', photos);
  const finds = (word: string, ...paths: string[]) =>
    assert.deepEqual(
      store.text.find(word),
      paths.map((path) => ids[path]),
      word,
    );
  finds('forum', forum);
  finds('for', forum);
  finds('fo');
  finds('romaforum', forum);
  finds('CITTA', forum);
  finds('2044', forum);
  finds('img_2044', forum);
  finds('jpg');
  finds('Pictures', forum, kyoto, dog);
  assert.equal(store.text.count('Pictures'), 3);
});

test('what lies above the watched folder says nothing of a photo', () => {
  const store = temporaryLibrary();
  addPhotos(store, '/home/anna/Pictures', photos);
  assert.deepEqual(store.text.find('anna'), []);
  assert.equal(store.text.count('home'), 0);
});

test('Japanese names are found by any piece of them', () => {
  const store = temporaryLibrary();
  const { ids } = addPhotos(store, '/home/anna/Pictures', photos);
  for (const piece of ['京都', '寺', '都の寺', '写真', '真'])
    assert.deepEqual(store.text.find(piece), [ids[kyoto]], piece);
  assert.deepEqual(store.text.find('寺京'), []);
});

test('keywords and caption are found', () => {
  const store = temporaryLibrary();
  const { ids } = addPhotos(store, '/home/anna/Pictures', photos);
  assert.deepEqual(store.text.find('strand'), [ids[dog]]);
  assert.deepEqual(store.text.find('bella'), [ids[dog]]);
});

test('a photo that moved is found by its new name and not by its old', () => {
  const store = temporaryLibrary();
  const hash = hashOf('same');
  const { folderId, ids } = addPhotos(store, '/p', { '/p/before.jpg': { hash } });
  store.photos.seen(folderId, [found('/p/after.jpg')], 2);
  store.photos.endScan(folderId, 2);
  const [arrived] = store.photos.waiting(1);
  store.photos.attach(arrived!.id, hash, arrived!);
  assert.deepEqual(store.text.find('before'), []);
  assert.deepEqual(store.text.find('after'), [ids['/p/before.jpg']]);
});

test('words leave with their folder', () => {
  const store = temporaryLibrary();
  const { folderId } = addPhotos(store, '/home/anna/Pictures', photos);
  addPhotos(store, '/other', { '/other/forum.jpg': {} });
  store.folders.remove(folderId as FolderId);
  assert.equal(store.text.count('forum'), 1);
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
});
