/**
 * One process has a library at a time. The lock is an exclusive transaction on a small SQLite file beside the library: the
 * system drops it when the process ends in whatever way, so a crash never locks anybody out, and SQLite knows how to lock a
 * file on Linux, macOS and Windows.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';

/** A process that is just ending gets this long, so that closing and opening again at once works. */
const patienceMs = 500;

export interface LibraryLock {
  release(): void;
}

/** @throws LikenessError `library-in-use`, naming the process that has the library where it left its name. */
export function lockLibrary(dir: string): LibraryLock {
  const ownerFile = join(dir, 'library-owner.json');
  const database = new Database(join(dir, 'library.lock'), { timeout: patienceMs });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    database.close();
    if (thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY'))
      throw inUse(ownerFile);
    throw thrown;
  }
  try {
    writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, host: hostname(), sinceMs: Date.now() }));
  } catch {
    // The name is a courtesy: a full disk must not keep anybody from their library.
  }
  return {
    release() {
      if (!database.open) return;
      rmSync(ownerFile, { force: true });
      database.close();
    },
  };
}

function inUse(ownerFile: string): LikenessError {
  return new LikenessError(
    'library-in-use',
    `This library is open in another Likeness${ownerName(ownerFile)}.`,
    'Close that one first, or choose another library with --library.',
  );
}

function ownerName(ownerFile: string): string {
  try {
    const owner = JSON.parse(readFileSync(ownerFile, 'utf8')) as { pid?: unknown; host?: unknown };
    if (typeof owner.pid !== 'number' || typeof owner.host !== 'string') return '';
    return owner.host === hostname() ? ` (process ${owner.pid})` : ` (process ${owner.pid} on ${owner.host})`;
  } catch {
    // Without the name the sentence still says what to do.
    return '';
  }
}
