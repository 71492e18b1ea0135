import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Database from 'better-sqlite3';
import { peopleTables, forgetPeopleInCopies } from '../../src-main/store/people-tables.ts';
import { People } from '../../src-main/people/people.ts';
import { peopled } from '../people/faces.ts';

const dir = mkdtempSync(join(tmpdir(), 'likeness-copies-'));
after(() => rmSync(dir, { recursive: true, force: true }));

test('copies of a library keep their photos and lose everybody, down to the bytes of a name', () => {
  const { store, faces } = peopled([[1], [1], [2]]);
  const people = new People(store.people, () => {});
  people.name(store.people.lists.face(faces[0]![0]!)!.who!, 'Xanthippe');
  const copy = join(dir, 'library-v4.db');
  const library = new Database(store.paths.database, { readonly: true });
  library.exec(`VACUUM INTO '${copy}'`);
  const all = library
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all() as string[];
  library.close();
  // Whoever adds a table of people adds it here, too.
  const named = all.filter(
    (name) => /face|person|people|questions/.test(name) && name !== 'people_edit_rows',
  );
  assert.deepEqual(named.sort(), [...peopleTables].sort());
  assert.ok(readFileSync(copy).includes('Xanthippe'));

  writeFileSync(
    join(dir, 'library-v3.db'),
    'no database at all, and longer than a header of a hundred bytes '.repeat(9),
  );
  forgetPeopleInCopies(dir);
  assert.ok(!readFileSync(copy).includes('Xanthippe'));
  assert.ok(!existsSync(join(dir, 'library-v3.db')));
  const left = new Database(copy, { readonly: true });
  assert.equal(left.prepare('SELECT count(*) FROM photos').pluck().get(), 3);
  for (const table of [...peopleTables, 'people_edit_rows'])
    assert.equal(left.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), 0, table);
  assert.equal(left.pragma('integrity_check', { simple: true }), 'ok');
  left.close();
});

test('no copy was ever made', () => {
  forgetPeopleInCopies(join(dir, 'none'));
});
