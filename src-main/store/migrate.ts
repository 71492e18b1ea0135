/** Brings a library file to today's shape, one step a transaction, keeping a copy of it before each. */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import type { Migration } from './migrations/migrations.ts';

/** 'LKNS': says in the file's header whose it is (SQLite's application_id). */
export const applicationId = 0x4c4b4e53;
/** Copies kept beside the library; older ones are dropped. */
const keptBackups = 3;

export interface MigrateOptions {
  readonly migrations: readonly Migration[];
  /** Folder that takes the copies. */
  readonly backups: string;
}

/**
 * @returns the versions that were applied; empty when the file was of today.
 * @throws LikenessError `library-damaged` when the file is another program's, `library-newer` when a newer Likeness wrote it.
 * Cost: one copy of the file a step (VACUUM INTO), none for a new file.
 */
export function migrate(database: Database, { migrations, backups }: MigrateOptions): number[] {
  const newest = migrations.at(-1)?.version ?? 0;
  const version = checkOwner(database, newest);
  const applied: number[] = [];
  for (const step of migrations) {
    if (step.version <= version) continue;
    if (step.version > 1) backUp(database, join(backups, `library-v${step.version - 1}.db`), backups);
    database
      .transaction(() => {
        if (typeof step.apply === 'string') database.exec(step.apply);
        else step.apply(database);
        database.pragma(`application_id = ${applicationId}`);
        database.pragma(`user_version = ${step.version}`);
      })
      .exclusive();
    applied.push(step.version);
  }
  return applied;
}

/** The file's version; 0 for a new file. */
export function checkOwner(database: Database, newest: number): number {
  const owner = Number(database.pragma('application_id', { simple: true }));
  const version = Number(database.pragma('user_version', { simple: true }));
  const tables = Number(database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
  if (owner !== applicationId && (owner !== 0 || version !== 0 || tables > 0))
    throw new LikenessError(
      'library-damaged',
      `“${database.name}” is a database of another program.`,
      'Choose another folder for the library.',
    );
  if (version > newest)
    throw new LikenessError(
      'library-newer',
      'This library was written by a newer version of Likeness.',
      'Install the newest Likeness, or choose another folder for the library.',
    );
  return version;
}

function backUp(database: Database, target: string, folder: string): void {
  // A copy cut short by a crash must never look like a whole one: write aside, then rename.
  const partial = `${target}.part`;
  rmSync(partial, { force: true });
  database.prepare('VACUUM INTO ?').run(partial);
  renameSync(partial, target);
  const numbers = readdirSync(folder)
    .map((name) => Number(/^library-v(\d+)\.db$/.exec(name)?.[1] ?? Number.NaN))
    .filter(Number.isInteger)
    .sort((a, b) => b - a);
  for (const old of numbers.slice(keptBackups)) rmSync(join(folder, `library-v${old}.db`), { force: true });
}
