/**
 * Keeps two trainers out of one run's folder. The lock is a file that names its owner, who touches it every few seconds: it is
 * free when that process is gone, and when it has not been touched for long, since another process may have got the number
 * meanwhile. (SQLite's locks, which the system itself drops, belong to the library.)
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LikenessError } from '../src-main/contract/errors.ts';

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** No two locks have the same. */
  readonly token: string;
}

const touchEveryMs = 5_000;
/** A step of a large batch may hold the thread for a minute. */
const staleMs = 300_000;

export interface RunLock {
  release(): void;
}

/** @param dir  the run's folder; made if it is not there. @throws LikenessError bad-input when another trainer works in it. */
export function lockRun(dir: string): RunLock {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'trainer.lock');
  const own: Owner = { pid: process.pid, host: hostname(), token: randomUUID() };
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify(own), { flag: 'wx' });
      break;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
    const found = readOwner(path);
    if (isHeld(path, found)) throw inUse(found);
    // Set aside first, then looked at again: of two that find it stale at once, one may already have put its own in its place.
    const aside = `${path}.${own.token}`;
    try {
      renameSync(path, aside);
    } catch {
      continue; // the other one was first
    }
    if (readOwner(aside)?.token === found?.token) rmSync(aside, { force: true });
    else {
      renameSync(aside, path);
      throw inUse(readOwner(path));
    }
  }
  const timer = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The folder may be unplugged: the next write of the run says so.
    }
  }, touchEveryMs).unref();
  return {
    release() {
      clearInterval(timer);
      if (readOwner(path)?.token === own.token) rmSync(path, { force: true });
    },
  };
}

/** null for a file that a crash has torn, or that is gone. */
function readOwner(path: string): Owner | null {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8')) as Partial<Owner> | null;
    const known = typeof owner?.pid === 'number' && typeof owner.host === 'string';
    return known ? (owner as Owner) : null;
  } catch {
    return null;
  }
}

function isHeld(path: string, owner: Owner | null): boolean {
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
  const fresh = Date.now() - mtimeMs < staleMs;
  // One that names nobody is being written just now, or was torn.
  if (!owner) return Date.now() - mtimeMs < touchEveryMs;
  return fresh && (owner.host !== hostname() || isAlive(owner.pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'; // of another user
  }
}

function inUse(owner: Owner | null): LikenessError {
  const who = owner ? ` (process ${owner.pid}${owner.host === hostname() ? '' : ` on ${owner.host}`})` : '';
  return new LikenessError(
    'bad-input',
    `Another trainer${who} is at work in this run.`,
    'Wait until it has ended, or stop it first.',
  );
}
