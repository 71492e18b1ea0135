import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { limits } from '../../src-main/contract/limits.ts';
import { checkFolder, kindOf, scanFolder, type FoundPicture } from '../../src-main/library/scan.ts';

const windows = process.platform === 'win32' ? 'Windows names files otherwise' : false;

function folder(files: readonly string[] = []): string {
  const dir = mkdtempSync(join(tmpdir(), 'likeness-scan-'));
  after(() => rmSync(dir, { recursive: true, force: true }));
  for (const file of files) put(dir, file);
  return dir;
}

function put(dir: string, file: string): void {
  const path = join(dir, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, file);
}

async function scan(dir: string, signal?: AbortSignal) {
  const pictures: FoundPicture[] = [];
  const unreadable: { path: string; error: unknown }[] = [];
  const batches: number[] = [];
  const options = { onUnreadable: (path: string, error: unknown) => unreadable.push({ path, error }) };
  for await (const batch of scanFolder(dir, signal ? { ...options, signal } : options)) {
    pictures.push(...batch);
    batches.push(batch.length);
  }
  const names = pictures.map(({ path }) => path.slice(dir.length + 1).replaceAll('\\', '/')).sort();
  return { pictures, names, unreadable, batches };
}

test('pictures are found at every depth, whatever the case of their ending; other files are not', async () => {
  const dir = folder(['a.jpg', 'B.JPEG', 'in/c.PNG', 'in/deeper/d.webp', 'notes.txt', 'jpg', 'e.jpg.bak']);
  assert.deepEqual((await scan(dir)).names, ['B.JPEG', 'a.jpg', 'in/c.PNG', 'in/deeper/d.webp']);
});

test('each picture comes with its size and date', async () => {
  const dir = folder(['a.jpg']);
  const [picture] = (await scan(dir)).pictures;
  assert.equal(picture?.sizeBytes, 5);
  assert.ok(Math.abs(picture.modifiedMs - Date.now()) < 60_000);
  assert.ok(Number.isInteger(picture.modifiedMs));
});

test('kinds that are not read yet are found and named', async () => {
  const dir = folder(['a.heic', 'b.CR2', 'c.mov']);
  assert.deepEqual(
    (await scan(dir)).pictures.map(({ unsupported }) => unsupported),
    ['HEIC', 'RAW', 'Video'],
  );
  assert.equal(kindOf('a.constructor'), null);
});

test('an empty file is found: it is listed with its reason later', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'empty.jpg'), '');
  assert.equal((await scan(dir)).pictures[0]?.sizeBytes, 0);
});

test('hidden and system folders, and other programs’ libraries, are passed over', async () => {
  const dir = folder([
    '.hidden.jpg',
    '._a.jpg',
    '.thumbs/a.jpg',
    '$RECYCLE.BIN/a.jpg',
    '@eaDir/a.jpg',
    'lost+found/a.jpg',
    'System Volume Information/a.jpg',
    'Mine.photoslibrary/originals/1/a.jpg',
    'Mine.photoslibrary/resources/derivatives/a.jpg',
    'Catalog Previews.lrdata/a.jpg',
    'b.jpg',
  ]);
  assert.deepEqual((await scan(dir)).names, ['Mine.photoslibrary/originals/1/a.jpg', 'b.jpg']);
});

test('a library of Likeness within the folder is passed over', async () => {
  const dir = folder(['a.jpg', 'data/library.db', 'data/library.lock', 'data/thumbnails/ab/x.256.jpg']);
  assert.deepEqual((await scan(dir)).names, ['a.jpg']);
});

test('names of any script are kept as they are', { skip: windows }, async () => {
  const names = [
    'é.jpg'.normalize('NFC'),
    'ü.jpg'.normalize('NFD'),
    '写真 📷.jpg',
    'שלום.jpg',
    'it\'s "x".jpg',
    '-rf.jpg',
  ];
  const dir = folder(names);
  assert.deepEqual((await scan(dir)).names, names.toSorted());
});

test(
  'a name that is not Unicode is reported and stops nothing',
  { skip: process.platform !== 'linux' ? 'only Linux allows it' : false },
  async () => {
    const dir = folder(['a.jpg', 'b.txt']);
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/bad`), Buffer.from([0xff]), Buffer.from('.jpg')]), 'x');
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/bad`), Buffer.from([0xfe]), Buffer.from('.txt')]), 'x');
    const { names, unreadable } = await scan(dir);
    assert.deepEqual(names, ['a.jpg']);
    assert.equal(unreadable.length, 1);
    assert.match(String(unreadable[0]?.error), /not valid Unicode/);
  },
);

test('links are followed once and loops end', { skip: windows }, async () => {
  const outside = folder(['linked.jpg', 'in/deep.jpg']);
  const dir = folder(['a.jpg', 'in/b.jpg']);
  symlinkSync(dir, join(dir, 'in', 'loop'));
  symlinkSync('..', join(dir, 'in', 'up'));
  symlinkSync(outside, join(dir, 'album'));
  symlinkSync(outside, join(dir, 'album again'));
  symlinkSync(join(outside, 'linked.jpg'), join(dir, 'one.jpg'));
  symlinkSync(join(outside, 'linked.jpg'), join(dir, 'two.jpg'));
  symlinkSync(join(dir, 'a.jpg'), join(dir, 'same.jpg'));
  symlinkSync('nowhere.jpg', join(dir, 'broken.jpg'));
  symlinkSync('self.jpg', join(dir, 'self.jpg'));
  const { names, unreadable } = await scan(dir);
  assert.deepEqual(names, ['a.jpg', 'album/in/deep.jpg', 'album/linked.jpg', 'in/b.jpg', 'one.jpg']);
  assert.deepEqual(unreadable, []);
});

test('a link to a folder above does not walk the scanned folder twice', { skip: windows }, async () => {
  const above = folder(['other.jpg', 'scanned/a.jpg']);
  symlinkSync(above, join(above, 'scanned', 'above'));
  assert.deepEqual((await scan(join(above, 'scanned'))).names, ['a.jpg', 'above/other.jpg']);
});

test('a pipe named like a photo is no photo', { skip: windows }, async () => {
  const dir = folder(['a.jpg']);
  const { execFileSync } = await import('node:child_process');
  execFileSync('mkfifo', [join(dir, 'pipe.jpg')]);
  assert.deepEqual((await scan(dir)).names, ['a.jpg']);
});

test('folders beyond the depth limit are reported and the rest is found', async () => {
  const deep = (levels: number) => Array.from({ length: levels }, () => 'd').join('/');
  const dir = folder([`${deep(limits.folderDepth)}/in.jpg`, `${deep(limits.folderDepth + 1)}/out.jpg`]);
  const { names, unreadable } = await scan(dir);
  assert.deepEqual(names, [`${deep(limits.folderDepth)}/in.jpg`]);
  assert.match(String(unreadable[0]?.error), /folders deep/);
});

test('the scanned folder’s own absence is reported as its own', async () => {
  const dir = join(folder(), 'gone');
  const { names, unreadable } = await scan(dir);
  assert.deepEqual(names, []);
  assert.deepEqual(
    unreadable.map(({ path }) => path),
    [dir],
  );
});

test(
  'a folder without permission is reported and stops nothing',
  { skip: windows || (process.getuid?.() === 0 ? 'root may read anywhere' : false) },
  async () => {
    const dir = folder(['closed/a.jpg', 'open/b.jpg']);
    chmodSync(join(dir, 'closed'), 0o000);
    const { names, unreadable } = await scan(dir);
    chmodSync(join(dir, 'closed'), 0o700);
    assert.deepEqual(names, ['open/b.jpg']);
    assert.equal(unreadable[0]?.path, join(dir, 'closed'));
    await assert.rejects(checkFolder(join(dir, 'closed', 'x')), LikenessError);
  },
);

test('the first pictures come in a small batch, the others 500 at most', async () => {
  const dir = folder(Array.from({ length: 700 }, (_, index) => `${index}.jpg`));
  const { names, batches } = await scan(dir);
  assert.equal(names.length, 700);
  assert.ok(batches[0]! <= 50 && batches.every((size) => size <= 500));
});

test('a scan stops when it is told to', async () => {
  const dir = folder(['a/1.jpg', 'b/2.jpg']);
  await assert.rejects(scan(dir, AbortSignal.abort(new Error('enough'))), /enough/);
});

test('any tree is found whole: its pictures once each, and nothing else', async () => {
  const name = fc
    .string({ unit: fc.constantFrom('a', 'B', '1', ' ', 'é', '写', '📷', '.'), minLength: 1, maxLength: 5 })
    .filter((text) => !/^\.+$/.test(text) && !/[ .]$/.test(text));
  const file = fc.record({
    folders: fc.array(name, { maxLength: 3 }),
    name,
    ending: fc.constantFrom('.jpg', '.PNG', '.txt', '', '.heic'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(file, { maxLength: 12 }), async (files) => {
      const dir = mkdtempSync(join(tmpdir(), 'likeness-scan-'));
      try {
        const expected = new Set<string>();
        for (const { folders, name, ending } of files) {
          // A folder may be called as a file is: then one of them cannot be made.
          const path = [...folders.map((one) => `${one}_`), `${name}${ending}`].join('/');
          put(dir, path);
          const hidden = [...folders, name + ending].some((one) => one.startsWith('.'));
          if (!hidden && /\.(jpg|PNG|heic)$/.test(path)) expected.add(path);
        }
        assert.deepEqual((await scan(dir)).names, [...expected].sort());
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    }),
    { numRuns: 60 },
  );
});

async function refusal(path: string): Promise<string> {
  const thrown: unknown = await checkFolder(path).then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(thrown instanceof LikenessError, String(thrown));
  assert.ok(thrown.message.length > 10 && thrown.hint.length > 10);
  return thrown.code;
}

test('a path that cannot be watched is refused with the reason', async () => {
  const dir = folder(['a.jpg']);
  assert.equal(await refusal(join(dir, 'gone')), 'not-found');
  assert.equal(await refusal(join(dir, 'a.jpg')), 'not-a-folder');
  assert.equal(await refusal(join(dir, 'x'.repeat(300))), 'path-too-long');
  assert.equal(await refusal('a\0b'), 'bad-input');
});

test('a folder is answered by its real path', { skip: windows }, async () => {
  const dir = await checkFolder(folder());
  const link = join(folder(), 'link');
  symlinkSync(dir, link);
  assert.equal(await checkFolder(`${link}/`), dir);
  symlinkSync('ring', join(dir, 'ring'));
  assert.equal(await refusal(join(dir, 'ring')), 'not-found');
});
