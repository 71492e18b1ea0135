import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isLibrary, writePhotoList } from '../../src-main/learn/library-photos.ts';
import { addPhotos, found, hashOf, temporaryFolder, temporaryLibrary } from '../store/temporary-library.ts';

test('a library’s photos become a list: by path, each content once, with class, captions and time', () => {
  const dir = temporaryFolder();
  const store = temporaryLibrary(dir);
  const metadata = {
    takenAtMs: 1_600_000_000_000,
    takenFrom: 'exif' as const,
    caption: 'The sea',
    keywords: ['sea', 'sun'],
  };
  const { folderId } = addPhotos(store, '/p', {
    '/p/sea/b.jpg': { hash: hashOf('same'), metadata },
    '/p/sea/copy.jpg': { hash: hashOf('same'), metadata },
    '/p/loose.jpg': { metadata: { keywords: ['Hund'] } },
    '/p/hills/deep/a.jpg': {},
  });
  // Gone, and not looked at yet: neither can be learned from.
  addPhotos(store, '/away', { '/away/x.jpg': {} });
  store.folders.setPresent(store.folders.list().find(({ path }) => path === '/away')!.id as never, false);
  store.photos.seen(folderId, [found('/p/sea/new.jpg')], 2);
  const target = join(dir, 'list');
  writePhotoList(dir, target);
  const lines = readFileSync(target, 'utf8').split('\n');
  assert.equal(lines.pop(), '');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    [
      { path: '/p/hills/deep/a.jpg', label: '/p/hills/deep', captions: [], takenAtMs: null },
      { path: '/p/loose.jpg', label: null, captions: ['Hund'], takenAtMs: null },
      {
        path: '/p/sea/b.jpg',
        label: '/p/sea',
        captions: ['The sea', 'sea, sun'],
        takenAtMs: 1_600_000_000_000,
      },
    ],
  );
});

test('a library without photos says so; a folder of photos is none', () => {
  const dir = temporaryFolder();
  temporaryLibrary(dir);
  assert.throws(() => writePhotoList(dir, join(dir, 'list')), {
    code: 'bad-input',
    message: /holds no photos/,
  });
  assert.deepEqual([isLibrary(dir), isLibrary(temporaryFolder())], [true, false]);
});
