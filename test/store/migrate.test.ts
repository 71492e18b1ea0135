import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { migrate } from '../../src-main/store/migrate.ts';
import { migrations, type Migration } from '../../src-main/store/migrations/migrations.ts';
import { openLibrary } from '../../src-main/store/open.ts';
import { temporaryFolder } from './temporary-library.ts';

const step = (version: number, apply: Migration['apply'] = `CREATE TABLE t${version} (x) STRICT`) => ({
  version,
  apply: typeof apply === 'string' ? apply.replace('(x)', '(x INTEGER)') : apply,
});

function scratch() {
  const dir = temporaryFolder();
  const backups = join(dir, 'backups');
  mkdirSync(backups);
  return { dir, backups, database: new Database(join(dir, 'library.db')) };
}

test('steps are numbered 1, 2, 3 without a gap', () => {
  assert.deepEqual(
    migrations.map(({ version }) => version),
    migrations.map((_, index) => index + 1),
  );
});

test('a new file takes every step and needs no copy', () => {
  const { database, backups } = scratch();
  assert.deepEqual(migrate(database, { migrations: [step(1)], backups }), [1]);
  assert.deepEqual(migrate(database, { migrations: [step(1)], backups }), []);
  assert.deepEqual(readdirSync(backups), []);
  database.close();
});

test('each later step is taken with a copy from before it that can be opened', () => {
  const { database, backups } = scratch();
  migrate(database, { migrations: [step(1)], backups });
  database.exec('INSERT INTO t1 VALUES (7)');
  assert.deepEqual(migrate(database, { migrations: [step(1), step(2), step(3)], backups }), [2, 3]);
  assert.deepEqual(readdirSync(backups).sort(), ['library-v1.db', 'library-v2.db']);
  const copy = new Database(join(backups, 'library-v1.db'), { readonly: true });
  assert.equal(copy.prepare('SELECT x FROM t1').pluck().get(), 7);
  assert.equal(copy.pragma('user_version', { simple: true }), 1);
  assert.equal(copy.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 't2'").pluck().get(), 0);
  copy.close();
  database.close();
});

test('a step that fails leaves the file as it was', () => {
  const { database, backups } = scratch();
  migrate(database, { migrations: [step(1)], backups });
  const broken = step(2, (db) => {
    db.exec('CREATE TABLE half (x INTEGER) STRICT');
    throw new Error('stop');
  });
  assert.throws(() => migrate(database, { migrations: [step(1), broken], backups }), /stop/);
  assert.equal(database.pragma('user_version', { simple: true }), 1);
  assert.deepEqual(database.prepare('SELECT name FROM sqlite_schema').pluck().all(), ['t1']);
  // And the step can be tried again, although a copy stands there.
  assert.deepEqual(migrate(database, { migrations: [step(1), step(2)], backups }), [2]);
  database.close();
});

test('the newest three copies are kept', () => {
  const { database, backups } = scratch();
  const all = [1, 2, 3, 4, 5, 6].map((version) => step(version));
  for (let count = 1; count <= all.length; count += 1)
    migrate(database, { migrations: all.slice(0, count), backups });
  assert.deepEqual(readdirSync(backups).sort(), ['library-v3.db', 'library-v4.db', 'library-v5.db']);
  database.close();
});

test('every table of a library is strict', () => {
  const dir = temporaryFolder();
  openLibrary(dir).close();
  const database = new Database(join(dir, 'library.db'), { readonly: true });
  const loose = database
    .prepare(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
    )
    .pluck()
    .all();
  assert.deepEqual(loose, []);
  assert.ok(existsSync(join(dir, 'backups')));
  database.close();
});
