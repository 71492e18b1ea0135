import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { wallClockMs } from '../../src-main/contract/clock.ts';
import type { FolderId, PhotoId } from '../../src-main/contract/photo.ts';
import {
  addPhotos,
  axis,
  encoderId,
  found,
  hashOf,
  prepared,
  temporaryFolder,
  temporaryLibrary,
} from './temporary-library.ts';

test('a file that was not seen before waits, one of a kind not read yet is listed as such', () => {
  const store = temporaryLibrary();
  const folder = store.folders.add('/pictures').id as FolderId;
  const counts = store.photos.seen(
    folder,
    [found('/pictures/a.jpg'), found('/pictures/b.heic', { unsupported: 'HEIC' })],
    1,
  );
  assert.deepEqual(counts, { added: 2, updated: 0, unchanged: 0 });
  assert.deepEqual(
    store.photos.waiting(10).map(({ path }) => path),
    ['/pictures/a.jpg'],
  );
  assert.deepEqual(store.photos.unsupportedCounts(), { HEIC: 1 });
  const [problem] = store.photos.problems(10, 0).problems;
  assert.equal(problem?.kind, 'unsupported');
  assert.match(problem.reason, /HEIC/);
});

test('an unchanged file stays as it is, a changed one waits again and keeps its picture meanwhile', () => {
  const store = temporaryLibrary();
  const { folderId, ids } = addPhotos(store, '/pictures', { '/pictures/a.jpg': {}, '/pictures/b.jpg': {} });
  const counts = store.photos.seen(
    folderId,
    [found('/pictures/a.jpg'), found('/pictures/b.jpg', { sizeBytes: 1001 })],
    2,
  );
  assert.deepEqual(counts, { added: 0, updated: 1, unchanged: 1 });
  assert.deepEqual(
    store.photos.waiting(10).map(({ id }) => id),
    [ids['/pictures/b.jpg']],
  );
  assert.equal(store.photos.timeline().length, 2);
});

test('newest files wait in front', () => {
  const store = temporaryLibrary();
  const folder = store.folders.add('/pictures').id as FolderId;
  const files = [3, 1, 2].map((day) => found(`/pictures/${day}.jpg`, { modifiedMs: day * 86_400_000 }));
  store.photos.seen(folder, files, 1);
  assert.deepEqual(
    store.photos.waiting(2).map(({ path }) => path),
    ['/pictures/3.jpg', '/pictures/2.jpg'],
  );
  assert.equal(store.photos.waitingCount([folder]), 3);
});

test('a photo that a scan did not see is missing, and comes back when it is seen as it was', () => {
  const store = temporaryLibrary();
  const { folderId, ids } = addPhotos(store, '/pictures', { '/pictures/a.jpg': {}, '/pictures/b.jpg': {} });
  store.photos.seen(folderId, [found('/pictures/a.jpg')], 2);
  assert.deepEqual(store.photos.endScan(folderId, 2), { missing: 1 });
  assert.equal(store.photos.details({ id: ids['/pictures/b.jpg']! })?.state, 'missing');
  assert.equal(store.photos.timeline().length, 2);
  assert.deepEqual(store.photos.seen(folderId, [found('/pictures/a.jpg'), found('/pictures/b.jpg')], 3), {
    added: 0,
    updated: 0,
    unchanged: 2,
  });
  assert.deepEqual(store.photos.endScan(folderId, 3), { missing: 0 });
  assert.equal(store.photos.details({ id: ids['/pictures/b.jpg']! })?.state, 'ready');
});

test('a file that vanishes before it was looked at is forgotten', () => {
  const store = temporaryLibrary();
  const folder = store.folders.add('/pictures').id as FolderId;
  store.photos.seen(folder, [found('/pictures/a.jpg')], 1);
  store.photos.endScan(folder, 1);
  assert.deepEqual(store.photos.endScan(folder, 2), { missing: 1 });
  assert.equal(store.photos.details({ path: '/pictures/a.jpg' }), null);
});

test('a changed file that vanishes before it was looked at is not taken for the old one when it returns', () => {
  const store = temporaryLibrary();
  const { folderId } = addPhotos(store, '/pictures', { '/pictures/a.jpg': {} });
  const changed = found('/pictures/a.jpg', { sizeBytes: 2000 });
  store.photos.seen(folderId, [changed], 2);
  store.photos.endScan(folderId, 2);
  store.photos.endScan(folderId, 3);
  assert.equal(store.photos.details({ path: '/pictures/a.jpg' })?.state, 'missing');
  store.photos.seen(folderId, [changed], 4);
  assert.equal(store.photos.waiting(1).length, 1);
});

test('bytes that the library knows make a waiting photo ready at once', () => {
  const store = temporaryLibrary();
  const { folderId, ids } = addPhotos(store, '/pictures', { '/pictures/a.jpg': { hash: hashOf('same') } });
  store.photos.seen(folderId, [found('/pictures/copy.jpg')], 2);
  const [copy] = store.photos.waiting(1);
  const attached = store.photos.attach(copy!.id, hashOf('same'), copy!, encoderId);
  assert.deepEqual(attached, {
    contentId: store.photos.content(ids['/pictures/a.jpg']!)!.contentId,
    encoded: true,
    moved: false,
  });
  assert.deepEqual(store.photos.details({ id: copy!.id })?.copies, ['/pictures/a.jpg']);
  assert.equal(store.vectors.count(encoderId, 'embedding'), 1);
});

test('unknown bytes leave a photo waiting', () => {
  const store = temporaryLibrary();
  const folder = store.folders.add('/pictures').id as FolderId;
  store.photos.seen(folder, [found('/pictures/a.jpg')], 1);
  const [photo] = store.photos.waiting(1);
  assert.deepEqual(store.photos.attach(photo!.id, hashOf('new'), photo!), {
    contentId: null,
    encoded: false,
    moved: false,
  });
  assert.equal(store.photos.waiting(1).length, 1);
});

test('a missing photo whose bytes turn up elsewhere has moved: it keeps its id', () => {
  const store = temporaryLibrary();
  const { folderId, ids } = addPhotos(store, '/pictures', { '/pictures/a.jpg': { hash: hashOf('same') } });
  store.photos.seen(folderId, [found('/pictures/2024/a.jpg')], 2);
  store.photos.endScan(folderId, 2);
  const [arrived] = store.photos.waiting(1);
  assert.equal(store.photos.attach(arrived!.id, hashOf('same'), arrived!).moved, true);
  const moved = store.photos.details({ path: '/pictures/2024/a.jpg' });
  assert.equal(moved?.id, ids['/pictures/a.jpg']);
  assert.equal(moved?.state, 'ready');
  assert.equal(store.photos.details({ path: '/pictures/a.jpg' }), null);
  assert.equal(store.photos.details({ id: arrived!.id }), null);
});

test('a photo that moved is known as such even before the scan has told that it left', () => {
  const store = temporaryLibrary();
  const dir = temporaryFolder();
  const old = join(dir, 'old.jpg');
  const young = join(dir, 'new.jpg');
  const { folderId, ids } = addPhotos(store, dir, { [old]: { hash: hashOf('same') } });
  writeFileSync(young, 'bytes');
  store.photos.seen(folderId, [found(young)], 2);
  const [arrived] = store.photos.waiting(1);
  assert.equal(store.photos.attach(arrived!.id, hashOf('same'), arrived!).moved, true);
  // The row that the scan saw is gone; the one that took its place counts as seen.
  assert.deepEqual(store.photos.endScan(folderId, 2), { missing: 0 });
  assert.equal(store.photos.idOf(young), ids[old]);
});

test('a photo that was only touched does not take the place of a missing copy', () => {
  const store = temporaryLibrary();
  const hash = hashOf('same');
  const { folderId, ids } = addPhotos(store, '/p', { '/p/a.jpg': { hash }, '/p/b.jpg': { hash } });
  const touched = found('/p/a.jpg', { modifiedMs: 1_800_000_000_000 });
  store.photos.seen(folderId, [touched], 2);
  store.photos.endScan(folderId, 2);
  assert.equal(store.photos.attach(ids['/p/a.jpg']!, hash, touched).moved, false);
  assert.equal(store.photos.details({ path: '/p/b.jpg' })?.state, 'missing');
});

test('a photo without a stated time is dated by its file, each copy by its own', () => {
  const store = temporaryLibrary();
  const hash = hashOf('same');
  const metadata = { takenAtMs: 5, takenFrom: 'file' as const };
  const { ids } = addPhotos(store, '/p', {
    '/p/a.jpg': { hash, metadata, modifiedMs: 1_600_000_000_000 },
    '/p/b.jpg': { hash, metadata, modifiedMs: 1_500_000_000_000 },
  });
  const { takenAtMs, id } = store.photos.timeline();
  assert.deepEqual([...id], [ids['/p/a.jpg'], ids['/p/b.jpg']]);
  assert.deepEqual([...takenAtMs], [1_600_000_000_000, 1_500_000_000_000].map(wallClockMs));
  assert.equal(store.photos.details({ id: id[0]! })?.takenFrom, 'file');
});

test('what is read anew out of bytes shows on every photo that has them', () => {
  const store = temporaryLibrary();
  const hash = hashOf('same');
  const { ids } = addPhotos(store, '/p', { '/p/a.jpg': { hash }, '/p/b.jpg': { hash } });
  const { version } = store.photos.timeline();
  store.photos.savePrepared(
    ids['/p/a.jpg']!,
    hash,
    1000,
    { ...prepared(), width: 30, height: 40, colour: 7 },
    null,
  );
  const { aspect, colour } = store.photos.timeline(version);
  assert.deepEqual(
    [[...aspect], [...colour]],
    [
      [0.75, 0.75],
      [7, 7],
    ],
  );
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
});

test('details tell what was read out of the file', () => {
  const store = temporaryLibrary();
  const metadata = {
    takenAtMs: Date.UTC(2024, 5, 15, 14, 3, 22),
    takenFrom: 'exif' as const,
    zoneMinutes: 120,
    camera: 'NIKON D90',
    lens: '50 mm',
    gps: { lat: 43.4, lon: 11.9 },
    rating: 4,
    keywords: ['Rome', '京都'],
    caption: 'A day',
    exposureSeconds: 0.005,
    fNumber: 2.8,
    iso: 200,
    focalLengthMm: 50,
  };
  addPhotos(store, '/p', { '/p/a.jpg': { metadata } });
  const { takenAtMs, zoneMinutes, ...plain } = metadata;
  assert.partialDeepStrictEqual(store.photos.details({ path: '/p/a.jpg' }), {
    ...plain,
    takenAt: '2024-06-15T14:03:22+02:00',
    width: 40,
    height: 30,
    state: 'ready',
    hash: hashOf('/p/a.jpg'),
  });
  assert.equal(takenAtMs > 0 && zoneMinutes, 120);
});

test('a photo that cannot be read is listed with its reason, stays so while unchanged, and waits again on retry', () => {
  const store = temporaryLibrary();
  const folder = store.folders.add('/p').id as FolderId;
  store.photos.seen(folder, [found('/p/bad.jpg')], 1);
  const [photo] = store.photos.waiting(1);
  store.photos.fail(photo!.id, 'It is damaged.');
  assert.deepEqual(store.photos.failures([folder]), [{ path: '/p/bad.jpg', reason: 'It is damaged.' }]);
  assert.equal(store.photos.seen(folder, [found('/p/bad.jpg')], 2).unchanged, 1);
  assert.equal(store.photos.waiting(1).length, 0);
  assert.equal(store.photos.retry([photo!.id]), 1);
  assert.equal(store.photos.waiting(1).length, 1);
  store.photos.fail(photo!.id, 'It is damaged.');
  store.photos.seen(folder, [found('/p/bad.jpg', { sizeBytes: 5 })], 3);
  assert.equal(store.photos.waiting(1).length, 1);
});

test('a photo that fails after it was shown leaves the grid', () => {
  const store = temporaryLibrary();
  const { ids } = addPhotos(store, '/p', { '/p/a.jpg': {} });
  const { version } = store.photos.timeline();
  store.photos.fail(ids['/p/a.jpg']!, 'It is damaged.');
  const { removed, length } = store.photos.timeline(version);
  assert.deepEqual([[...removed], length], [[ids['/p/a.jpg']], 0]);
  assert.deepEqual(store.text.find('a'), []);
});

test('attempts are counted until the photo is looked at', () => {
  const store = temporaryLibrary();
  const folder = store.folders.add('/p').id as FolderId;
  store.photos.seen(folder, [found('/p/a.jpg')], 1);
  const { id } = store.photos.waiting(1)[0]!;
  assert.deepEqual([store.photos.attempted(id), store.photos.attempted(id)], [1, 2]);
  store.photos.savePrepared(id, hashOf('a'), 1, prepared(), null);
  assert.equal(store.photos.attempted(id), 1);
});

test('photos without an encoder’s vectors are handed out one a content, round and round until none is left', () => {
  const store = temporaryLibrary();
  const hash = hashOf('same');
  addPhotos(store, '/p', { '/p/a.jpg': { hash }, '/p/b.jpg': { hash }, '/p/c.jpg': {}, '/p/d.jpg': {} });
  const first = store.photos.unencoded('other', 2);
  const second = store.photos.unencoded('other', 2);
  assert.equal(new Set([...first, ...second].map(({ contentId }) => contentId)).size, 3);
  for (const { contentId } of [...first, ...second].slice(0, 2))
    store.vectors.save(contentId, 'other', { features: axis(0, 2), embedding: axis(0, 2) });
  const third = store.photos.unencoded('other', 2);
  assert.equal(third.length, 1);
  store.vectors.save(third[0]!.contentId, 'other', { features: axis(0, 2), embedding: axis(0, 2) });
  assert.deepEqual(store.photos.unencoded('other', 2), []);
});

test('a photo that left while the engine looked at it does no harm', () => {
  const store = temporaryLibrary();
  store.photos.savePrepared(99 as PhotoId, hashOf('x'), 1, prepared({}, { embedding: axis(0) }), encoderId);
  assert.equal(store.photos.timeline().length, 0);
  assert.equal(store.contents.sweep(), 1);
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
});

test('a failed piece of a transaction undoes the whole', () => {
  const store = temporaryLibrary();
  const { ids } = addPhotos(store, '/p', { '/p/a.jpg': {} });
  assert.throws(() =>
    store.transaction(() => {
      store.photos.fail(ids['/p/a.jpg']!, 'It is damaged.');
      throw new Error('stop');
    }),
  );
  assert.equal(store.photos.details({ path: '/p/a.jpg' })?.state, 'ready');
});

test('counts follow every change of state', () => {
  const store = temporaryLibrary();
  const { folderId, ids } = addPhotos(store, '/p', { '/p/a.jpg': {}, '/p/b.jpg': {}, '/p/c.jpg': {} });
  store.settings.setEncoder(encoderId);
  store.photos.seen(
    folderId,
    [found('/p/a.jpg'), found('/p/d.jpg'), found('/p/e.mp4', { unsupported: 'Video' })],
    2,
  );
  store.photos.endScan(folderId, 2);
  store.photos.fail(ids['/p/a.jpg']!, 'It is damaged.');
  assert.deepEqual(store.counts(), {
    photos: 2,
    waiting: 1,
    encoded: 2,
    failed: 1,
    missing: 2,
    unsupported: { Video: 1 },
  });
  assert.equal(store.photos.missingSince(0, [folderId]), 2);
  assert.equal(store.photos.missingSince(store.photos.version(), [folderId]), 0);
});
