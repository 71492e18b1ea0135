/**
 * The journal of edits: each is one transaction that keeps the rows it touches as they were before. SQLite's triggers write it, so
 * that no statement can be forgotten; taking an edit back puts exactly these rows back.
 */
import type { Database, Statement } from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import type { FaceFacts } from './face-facts.ts';
import { peopleTables } from './people-tables.ts';

/** Tables that edits write, with the columns that make up a row. Rows are put back in this order. */
const journalled = {
  face_spots: ['id', 'hash', 'x', 'y', 'w', 'h', 'ignored', 'drawn'],
  persons: ['id', 'name', 'name_key', 'hidden', 'cover_spot'],
  face_claims: ['id', 'spot_id', 'person_id', 'verdict'],
  persons_apart: ['id', 'a', 'b'],
  questions_put_off: ['id', 'sign_a', 'sign_b'],
} as const;
type Journalled = keyof typeof journalled;
const tables = Object.keys(journalled) as Journalled[];

/** Of a face only whom it belongs to is an edit's; the rest is the engine's. */
const assignment = ['spot_id', 'person_id', 'group_face', 'sure', 'confirmed', 'ignored'] as const;

/** Edits that can be taken back; older ones are for good. */
const keptEdits = 200;

interface JournalRow {
  of: Journalled | 'faces';
  id: number;
  before: string | null;
}

export class PeopleEdits {
  readonly #database: Database;
  readonly #facts: FaceFacts;
  readonly #sql;
  /** Rises with every edit and every way back, since the library was opened: who reads twice knows whether something was decided. */
  version = 0;

  constructor(database: Database, facts: FaceFacts) {
    this.#database = database;
    this.#facts = facts;
    database.exec('CREATE TEMP TABLE people_edit_now (edit INTEGER NOT NULL) STRICT');
    for (const table of tables) database.exec(triggersOf(table, journalled[table]));
    database.exec(faceTriggers);
    this.#sql = {
      begin: database.prepare<[number]>('INSERT INTO people_edits (at_ms) VALUES (?)'),
      now: database.prepare<[number]>('INSERT INTO people_edit_now VALUES (?)'),
      done: database.prepare('DELETE FROM people_edit_now'),
      prune: database.prepare<[number]>('DELETE FROM people_edits WHERE id <= ?'),
      has: database.prepare<[number], number>('SELECT 1 FROM people_edits WHERE id = ?').pluck(),
      rows: database.prepare<[number], JournalRow>(
        'SELECT of, row_id AS id, before FROM people_edit_rows WHERE edit_id = ? ORDER BY of, row_id',
      ),
      touchedLater: database
        .prepare<[number], number>(
          `SELECT 1 FROM people_edit_rows r JOIN people_edit_rows l ON l.of = r.of AND l.row_id = r.row_id AND l.edit_id > r.edit_id
           WHERE r.edit_id = ? LIMIT 1`,
        )
        .pluck(),
      forget: database.prepare<[number]>('DELETE FROM people_edits WHERE id = ?'),
      dropDrawn: database.prepare<[number]>('DELETE FROM faces WHERE id = ? AND drawn = 1'),
      orphaned: database
        .prepare<[], number>(
          `SELECT 1 FROM face_claims WHERE spot_id NOT IN (SELECT id FROM face_spots) OR person_id NOT IN (SELECT id FROM persons)
           UNION ALL SELECT 1 FROM persons_apart WHERE a NOT IN (SELECT id FROM persons) OR b NOT IN (SELECT id FROM persons)
           UNION ALL SELECT 1 FROM persons WHERE cover_spot NOT IN (SELECT id FROM face_spots) LIMIT 1`,
        )
        .pluck(),
      freed: database.prepare(
        `UPDATE faces SET person_id = NULL, sure = 0, confirmed = 0
         WHERE person_id IS NOT NULL AND person_id NOT IN (SELECT id FROM persons)`,
      ),
      hashes: database
        .prepare<[number], string>(
          `SELECT hash FROM face_spots WHERE id IN (SELECT row_id FROM people_edit_rows WHERE edit_id = @edit AND of = 'face_spots')
           UNION ALL SELECT hash FROM face_spots WHERE id IN (SELECT spot_id FROM face_claims WHERE id IN
             (SELECT row_id FROM people_edit_rows WHERE edit_id = @edit AND of = 'face_claims'))`,
        )
        .pluck() as unknown as Statement<[{ edit: number }], string>,
    };
  }

  /** Runs an edit as one transaction. @returns its number, to take it back with, and what `work` answers. */
  write<T>(work: () => T): { readonly edit: number; readonly result: T } {
    this.version += 1;
    return this.#database
      .transaction(() => {
        const edit = Number(this.#sql.begin.run(Date.now()).lastInsertRowid);
        this.#sql.prune.run(edit - keptEdits);
        this.#sql.now.run(edit);
        const result = work();
        this.#sql.done.run();
        return { edit, result };
      })
      .immediate();
  }

  /**
   * Takes an edit back: what it touched is as it was before.
   * @throws LikenessError `not-found` for one that is unknown or too long ago, `bad-input` where a later edit changed the same.
   */
  undo(edit: number): void {
    if (this.#sql.has.get(edit) === undefined)
      throw new LikenessError(
        'not-found',
        'This change cannot be taken back any more.',
        'Change it by hand instead.',
      );
    this.version += 1;
    if (this.#sql.touchedLater.get(edit) !== undefined) throw changedSince();
    try {
      this.#database.transaction(() => this.#putBack(edit)).immediate();
    } catch (thrown) {
      // Another person may have taken the name, or the face, that was free then.
      if ((thrown as { code?: unknown }).code === 'SQLITE_CONSTRAINT_UNIQUE') throw changedSince();
      throw thrown;
    }
  }

  /** Every decision, the faces themselves, and the ways back. Pages are overwritten, so that nothing can be dug up. */
  forgetAll(): void {
    this.version += 1;
    this.#database.pragma('secure_delete = ON');
    try {
      this.#database.transaction(() => {
        for (const table of peopleTables) this.#database.exec(`DELETE FROM ${table}`);
      })();
      // The log still holds the rows until it is written back and cut off.
      this.#database.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      this.#database.pragma('secure_delete = OFF');
    }
  }

  #putBack(edit: number): void {
    const rows = this.#sql.rows.all(edit);
    const of = (table: JournalRow['of']) => rows.filter((row) => row.of === table);
    // Photos whose spots go with the edit are named before they do.
    const hashes = new Set(this.#sql.hashes.all({ edit }));
    for (const { id, before } of of('faces')) if (before === null) this.#sql.dropDrawn.run(id);
    for (const table of tables.toReversed()) {
      const drop = this.#database.prepare(`DELETE FROM ${table} WHERE id = ?`);
      for (const { id } of of(table)) drop.run(id);
    }
    for (const table of tables)
      for (const { before } of of(table))
        if (before !== null)
          this.#database.exec(`INSERT INTO ${table} (${journalled[table].join(', ')}) VALUES (${before})`);
    if (this.#sql.orphaned.get() !== undefined) throw changedSince();
    for (const { id, before } of of('faces'))
      if (before !== null)
        this.#database.exec(`UPDATE faces SET (${assignment.join(', ')}) = (${before}) WHERE id = ${id}`);
    this.#sql.freed.run();
    for (const hash of this.#sql.hashes.all({ edit })) hashes.add(hash);
    // Faces that were found anew since then are not the journal's; they take up what holds now.
    for (const hash of hashes) this.#facts.match(hash);
    this.#sql.forget.run(edit);
  }
}

function changedSince(): LikenessError {
  return new LikenessError(
    'bad-input',
    'A later change concerns the same faces or people, so this one cannot be taken back alone.',
    'Take back the later change first.',
  );
}

const note = (of: string, row: string, before: string) =>
  `INSERT OR IGNORE INTO people_edit_rows (edit_id, of, row_id, before) SELECT edit, '${of}', ${row}.id, ${before} FROM people_edit_now;`;
const whileEditing = 'WHEN EXISTS (SELECT 1 FROM people_edit_now)';
/** quote() writes every number so that it reads back as the same bits. */
const image = (columns: readonly string[]) =>
  columns.map((column) => `quote(OLD.${column})`).join(` || ', ' || `);

function triggersOf(table: Journalled, columns: readonly string[]): string {
  return `
    CREATE TEMP TRIGGER ${table}_comes AFTER INSERT ON main.${table} ${whileEditing} BEGIN ${note(table, 'NEW', 'NULL')} END;
    CREATE TEMP TRIGGER ${table}_changes BEFORE UPDATE ON main.${table} ${whileEditing} BEGIN ${note(table, 'OLD', image(columns))} END;
    CREATE TEMP TRIGGER ${table}_goes BEFORE DELETE ON main.${table} ${whileEditing} BEGIN ${note(table, 'OLD', image(columns))} END;`;
}

const faceTriggers = `
  CREATE TEMP TRIGGER face_comes AFTER INSERT ON main.faces ${whileEditing} BEGIN ${note('faces', 'NEW', 'NULL')} END;
  CREATE TEMP TRIGGER face_moves BEFORE UPDATE OF ${assignment.join(', ')} ON main.faces ${whileEditing} BEGIN
    ${note('faces', 'OLD', image(assignment))} END;`;
