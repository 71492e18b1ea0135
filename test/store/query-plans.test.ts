import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { openLibrary, openLibraryReader } from '../../src-main/store/open.ts';
import { temporaryFolder } from './temporary-library.ts';

/** Every statement that a library prepares when it opens. */
function preparedStatements(dir: string): string[] {
  const sources: string[] = [];
  const { prepare } = Database.prototype;
  Database.prototype.prepare = function recording(this: Database.Database, source: string) {
    sources.push(source);
    return prepare.call(this, source);
  } as typeof prepare;
  try {
    openLibrary(dir).close();
    openLibraryReader(dir).close();
  } finally {
    Database.prototype.prepare = prepare;
  }
  return [...new Set(sources)];
}

/** Statements that read a whole table because their answer is the whole table, or a count over it. */
const meantToScan = [
  // The grid, newest first: an index gives the order, so even this is no sort. Its changes are sorted: they are few.
  /^SELECT taken_at_ms[^]*ORDER BY taken_at_ms DESC, id DESC$/,
  // A change of encoder marks every photo anew.
  /^UPDATE photos SET encoded = NOT encoded/,
  // A change of encoder walks the contents once; see Photos.unencoded.
  /FROM contents c\s+CROSS JOIN photos p/,
  // The index holds those that wait and nothing else, in this order.
  /WHERE p\.state = 'waiting'/,
  // A training learns from all photos, in the order that the index over paths gives.
  /WHERE p\.state = 'ready' ORDER BY p\.path$/,
  // Somebody's faces, or those on a shelf, in the order that was asked for; who is with them; the questions.
  /FROM faces WHERE|FROM faces m|FROM people_questions|FROM persons_apart|SELECT DISTINCT content_id FROM faces/,
  // Learning takes all that was named.
  /FROM persons p\s+JOIN faces f|FROM persons p WHERE p\.name/,
  // The report tells of every face.
  /FROM faces f\s+CROSS JOIN photos/,
  // A grouping is of all faces, and of what was said against it.
  /FROM face_claims c JOIN faces f/,
  // Series and events are found in all photos that say when they were taken.
  /taken_at_ms IS NOT NULL\s+AND EXISTS|AND c\.taken_at_ms IS NOT NULL$/,
  // A handful of rows.
  /FROM (folders|jobs|tallies|encoders|settings|seen)\b/,
  /sqlite_schema|sqlite_version/,
  // Emptied when the library opens.
  /DELETE FROM removed_photos$|DELETE FROM removed_contents$/,
];

test('no statement walks photos, contents or vectors, but those whose answer is all of them', () => {
  const dir = temporaryFolder();
  const sources = preparedStatements(dir);
  assert.ok(sources.length > 60, `${sources.length} statements`);
  const database = new Database(join(dir, 'library.db'));
  database.exec(
    `CREATE TEMP TABLE seen (scan INTEGER, photo_id INTEGER, PRIMARY KEY (scan, photo_id)) WITHOUT ROWID;
     CREATE TEMP TABLE people_edit_now (edit INTEGER);
     CREATE TEMP TABLE people_dirty (person_id INTEGER, group_face INTEGER)`,
  );
  const walks: string[] = [];
  for (const source of sources) {
    if (!/^\s*(SELECT|UPDATE|DELETE|INSERT)/.test(source)) continue;
    const parameters = (source.match(/\?/g) ?? []).map(() => null);
    const plan = database
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${source.replaceAll(/@\w+/g, 'NULL')}`)
      .all(...parameters);
    for (const { detail } of plan) {
      const walk = /^SCAN (photos|contents|vectors|removed_\w+|[pcv])\b/.test(detail);
      // The copies of one photo, and the failed ones of some folders, may be sorted: they are few.
      const sort =
        /USE TEMP B-TREE/.test(detail) &&
        !/tallies|jobs|content_id = |state = 'failed' AND folder_id/.test(source);
      if ((walk || sort) && !meantToScan.some((known) => known.test(source)))
        walks.push(`${detail}: ${source}`);
    }
  }
  assert.deepEqual(walks, []);
  database.close();
});

test('the grid is read in the order of an index without a sort, and its changes by their version', () => {
  const dir = temporaryFolder();
  const grid = preparedStatements(dir).filter((source) => source.startsWith('SELECT taken_at_ms'));
  assert.equal(grid.length, 2);
  const database = new Database(join(dir, 'library.db'));
  const [all] = grid.filter((source) => !source.includes('version > ?'));
  const plan = database.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${all}`).all();
  const [changed] = grid.filter((source) => source.includes('version > ?'));
  const newest = database.prepare<[number], { detail: string }>(`EXPLAIN QUERY PLAN ${changed}`).all(1);
  assert.ok(newest.some(({ detail }) => detail.startsWith('SEARCH photos USING INDEX photos_by_version')));
  assert.ok(plan.some(({ detail }) => /USING COVERING INDEX photos_by_time/.test(detail)));
  assert.ok(plan.every(({ detail }) => !/TEMP B-TREE/.test(detail)));
  database.close();
});
