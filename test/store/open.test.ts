import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { applicationId } from '../../src-main/store/migrate.ts';
import {
  defaultLibraryDir,
  libraryPaths,
  openLibrary,
  openLibraryReader,
} from '../../src-main/store/open.ts';
import { addPhotos, temporaryFolder, temporaryLibrary } from './temporary-library.ts';

const holder = fileURLToPath(new URL('./hold-library.ts', import.meta.url));

function refusal(code: string, message = /./) {
  return (thrown: unknown) => {
    assert.ok(thrown instanceof LikenessError, String(thrown));
    assert.equal(thrown.code, code);
    assert.match(thrown.message, message);
    return true;
  };
}

/** A process of its own that opens the library and says what it does. */
function hold(
  dir: string,
  mode: 'hold' | 'write',
): { child: ChildProcess; says: (word: string) => Promise<void> } {
  const child = spawn(process.execPath, [holder, dir, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout!.on('data', (text) => (said += String(text)));
  const says = async (word: string) => {
    while (!said.includes(word)) {
      assert.equal(child.exitCode, null, `it ended after saying “${said}”`);
      await new Promise((resolve) => child.stdout!.once('data', resolve));
    }
  };
  return { child, says };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

test('opening makes the library with all its folders', () => {
  const dir = join(temporaryFolder(), 'new', 'library');
  const store = temporaryLibrary(dir);
  for (const folder of Object.values(libraryPaths(dir))) assert.ok(existsSync(folder), folder);
  assert.equal(store.paths.dir, dir);
  assert.deepEqual(store.integrity(), { ok: true, details: [] });
});

test('what was written is there after closing and opening again', () => {
  const dir = temporaryFolder();
  const store = openLibrary(dir);
  addPhotos(store, '/p', { '/p/a.jpg': {} });
  store.close();
  const again = temporaryLibrary(dir);
  assert.equal(again.photos.timeline().length, 1);
});

test('a second process is refused and told who has the library', async () => {
  const dir = temporaryFolder();
  const { child, says } = hold(dir, 'hold');
  await says('open');
  assert.throws(() => openLibrary(dir), refusal('library-in-use', new RegExp(`process ${child.pid}`)));
  await kill(child);
});

test('a second opening in one process is refused too', () => {
  const dir = temporaryFolder();
  temporaryLibrary(dir);
  assert.throws(() => openLibrary(dir), refusal('library-in-use'));
});

test('a killed process leaves no lock behind', async () => {
  const dir = temporaryFolder();
  const { child, says } = hold(dir, 'hold');
  await says('open');
  await kill(child);
  assert.ok(existsSync(join(dir, 'library-owner.json')), 'its name is still there');
  const store = temporaryLibrary(dir);
  assert.equal(JSON.parse(readFileSync(join(dir, 'library-owner.json'), 'utf8')).pid, process.pid);
  store.close();
  assert.equal(existsSync(join(dir, 'library-owner.json')), false);
});

test('kill -9 in the middle of writing loses nothing committed and keeps nothing half done', async () => {
  const dir = temporaryFolder();
  let before = 0;
  for (let round = 0; round < 5; round += 1) {
    const { child, says } = hold(dir, 'write');
    await says('committed');
    await new Promise((resolve) => setTimeout(resolve, round * 7));
    await kill(child);
    const store = openLibrary(dir);
    assert.deepEqual(store.integrity(), { ok: true, details: [] });
    const photos = store.photos.timeline().length;
    // Each transaction of the child writes ten photos.
    assert.equal(photos % 10, 0);
    assert.ok(photos >= before + 10, `${photos} after ${before}`);
    assert.equal(store.vectors.count('encoder', 'embedding'), photos);
    before = photos;
    store.close();
  }
});

test('a file in the library’s place is refused', () => {
  const file = join(temporaryFolder(), 'library');
  writeFileSync(file, 'text');
  assert.throws(() => openLibrary(file), refusal('not-a-folder'));
  assert.throws(() => openLibrary(join(file, 'below')), refusal('not-a-folder'));
});

test('a file that is no database is refused and left as it is', () => {
  const dir = temporaryFolder();
  writeFileSync(
    join(dir, 'library.db'),
    'not a database, but a text that is long enough to be looked at '.repeat(50),
  );
  assert.throws(() => openLibrary(dir), refusal('library-damaged'));
  assert.match(readFileSync(join(dir, 'library.db'), 'utf8'), /^not a database/);
});

test('another program’s database is refused and left as it is', () => {
  const dir = temporaryFolder();
  const other = new Database(join(dir, 'library.db'));
  other.exec('CREATE TABLE theirs (id INTEGER PRIMARY KEY)');
  other.close();
  assert.throws(() => openLibrary(dir), refusal('library-damaged', /another program/));
  const again = new Database(join(dir, 'library.db'));
  assert.deepEqual(again.prepare('SELECT name FROM sqlite_schema').pluck().all(), ['theirs']);
  again.close();
});

test('a library of a newer Likeness is refused, and can be opened by it afterwards', () => {
  const dir = temporaryFolder();
  openLibrary(dir).close();
  const database = new Database(join(dir, 'library.db'));
  database.pragma('user_version = 9999');
  database.close();
  assert.throws(() => openLibrary(dir), refusal('library-newer'));
  assert.throws(() => openLibraryReader(dir), refusal('library-newer'));
  const untouched = new Database(join(dir, 'library.db'));
  assert.equal(untouched.pragma('user_version', { simple: true }), 9999);
  assert.equal(untouched.pragma('application_id', { simple: true }), applicationId);
  untouched.close();
});

test('a damaged library is said to be damaged', () => {
  const dir = temporaryFolder();
  openLibrary(dir).close();
  const file = join(dir, 'library.db');
  const bytes = readFileSync(file);
  bytes.fill(0xff, 100, bytes.length);
  writeFileSync(file, bytes);
  assert.throws(() => openLibrary(dir), refusal('library-damaged'));
});

test('a refused library is not left locked', () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'library.db'), 'x'.repeat(5000));
  assert.throws(() => openLibrary(dir), refusal('library-damaged'));
  writeFileSync(join(dir, 'library.db'), '');
  temporaryLibrary(dir);
});

test('a reader needs a library that is there', () => {
  assert.throws(() => openLibraryReader(temporaryFolder()), refusal('not-found'));
});

test('a reader sees what the writer commits, and cannot write', () => {
  const dir = temporaryFolder();
  const store = temporaryLibrary(dir);
  const reader = openLibraryReader(dir);
  const before = reader.dataVersion();
  addPhotos(store, '/p', { '/p/Colosseum.jpg': {} });
  assert.notEqual(reader.dataVersion(), before);
  assert.equal(reader.photos.timeline().length, 1);
  assert.equal(reader.text.find('colosseum').length, 1);
  assert.equal(reader.dataVersion(), reader.dataVersion());
  reader.close();
});

test(
  'a folder that may not be written is refused',
  { skip: process.platform === 'win32' || process.getuid?.() === 0 ? 'root may write anywhere' : false },
  () => {
    const dir = join(temporaryFolder(), 'locked');
    mkdirSync(dir, { mode: 0o500 });
    assert.throws(() => openLibrary(dir), refusal('no-permission'));
  },
);

test('the environment names the library before the platform does', () => {
  const { LIKENESS_LIBRARY: before } = process.env;
  process.env['LIKENESS_LIBRARY'] = 'somewhere';
  assert.equal(defaultLibraryDir(), join(process.cwd(), 'somewhere'));
  delete process.env['LIKENESS_LIBRARY'];
  assert.match(defaultLibraryDir(), /Likeness$/);
  if (before !== undefined) process.env['LIKENESS_LIBRARY'] = before;
});
