/** Runs that learned from the library, or do: what was asked, what came of it. */
import type { Database } from 'better-sqlite3';
import type { LearnResult, LearnWish } from '../contract/learn.ts';

export interface RunRecord {
  readonly id: number;
  readonly name: string;
  readonly imported: boolean;
  readonly wish: LearnWish;
  readonly base: string;
  readonly baseName: string;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
  /** It is to end where it stands. */
  readonly finish: boolean;
  /** The library went back from its encoder. */
  readonly rolledBack: boolean;
  readonly result: LearnResult | null;
  /** The newest job that learns it; null for one that was brought in. */
  readonly learnJob: number | null;
  /** The newest job that prepares the use of its encoder. */
  readonly applyJob: number | null;
}

export type NewRun = Pick<RunRecord, 'name' | 'wish' | 'base' | 'baseName'>;

interface RunRow {
  id: number;
  name: string;
  imported: 0 | 1;
  wish: string;
  base: string;
  baseName: string;
  createdAtMs: number;
  endedAtMs: number | null;
  finish: 0 | 1;
  rolledBack: 0 | 1;
  result: string | null;
  learnJob: number | null;
  applyJob: number | null;
}

const newestJob = (kind: string) => `(SELECT max(id) FROM jobs WHERE run_id = runs.id AND kind = '${kind}')`;
const columns = `id, name, imported, wish, base, base_name AS baseName, created_at_ms AS createdAtMs,
  ended_at_ms AS endedAtMs, finish, rolled_back AS rolledBack, result,
  ${newestJob('learn')} AS learnJob, ${newestJob('apply')} AS applyJob`;

export class RunRecords {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      create: database.prepare<[Omit<RunRow, 'id' | 'finish' | 'rolledBack' | 'learnJob' | 'applyJob'>]>(
        `INSERT INTO runs (name, imported, wish, base, base_name, created_at_ms, ended_at_ms, result)
         VALUES (@name, @imported, @wish, @base, @baseName, @createdAtMs, @endedAtMs, @result)`,
      ),
      get: database.prepare<[number], RunRow>(`SELECT ${columns} FROM runs WHERE id = ?`),
      list: database.prepare<[], RunRow>(`SELECT ${columns} FROM runs ORDER BY id DESC`),
      rename: database.prepare<[string, number]>('UPDATE runs SET name = ? WHERE id = ?'),
      finish: database.prepare<[number]>('UPDATE runs SET finish = 1 WHERE id = ?'),
      learned: database.prepare<[string, number, number]>(
        'UPDATE runs SET result = ?, ended_at_ms = ? WHERE id = ?',
      ),
      rolledBack: database.prepare<[number, number]>('UPDATE runs SET rolled_back = ? WHERE id = ?'),
      remove: database.prepare<[number]>('DELETE FROM runs WHERE id = ?'),
    };
  }

  /** A run that is to learn. @returns its id. */
  create(run: NewRun): number {
    return this.#insert({ ...run, imported: 0, endedAtMs: null, result: null });
  }

  /** A run that was brought in, with what came of it. @returns its id. */
  createImported(run: NewRun & { readonly result: LearnResult }): number {
    return this.#insert({ ...run, imported: 1, endedAtMs: Date.now(), result: JSON.stringify(run.result) });
  }

  get(id: number): RunRecord | null {
    const row = this.#sql.get.get(id);
    return row ? toRecord(row) : null;
  }

  /** Newest first. */
  list(): RunRecord[] {
    return this.#sql.list.all().map(toRecord);
  }

  rename(id: number, name: string): void {
    this.#sql.rename.run(name, id);
  }

  /** Notes that it is to end where it stands, so that a restart does not forget it. */
  finish(id: number): void {
    this.#sql.finish.run(id);
  }

  learned(id: number, result: LearnResult): void {
    this.#sql.learned.run(JSON.stringify(result), Date.now(), id);
  }

  /** Whether the library went back from its encoder. */
  setRolledBack(id: number, rolledBack: boolean): void {
    this.#sql.rolledBack.run(rolledBack ? 1 : 0, id);
  }

  /** Forgets a run with its jobs. */
  remove(id: number): boolean {
    return this.#sql.remove.run(id).changes > 0;
  }

  #insert(run: NewRun & Pick<RunRow, 'imported' | 'endedAtMs' | 'result'>): number {
    const { name, imported, base, baseName, endedAtMs, result } = run;
    const row = { name, imported, base, baseName, endedAtMs, result, createdAtMs: Date.now() };
    return Number(this.#sql.create.run({ ...row, wish: JSON.stringify(run.wish) }).lastInsertRowid);
  }
}

function toRecord(row: RunRow): RunRecord {
  return {
    ...row,
    imported: row.imported === 1,
    finish: row.finish === 1,
    rolledBack: row.rolledBack === 1,
    wish: JSON.parse(row.wish) as LearnWish,
    result: row.result === null ? null : (JSON.parse(row.result) as LearnResult),
  };
}
