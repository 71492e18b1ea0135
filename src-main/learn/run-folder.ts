/** The folder of a run: a new one of its own, or an empty one that the person names. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LikenessError } from '../contract/errors.ts';

/** Where a run that learns from a library keeps the list of its photos. */
export const photoListName = 'photos.jsonl';

/** The folder of a run of the library. */
export function runFolder(runs: string, id: number): string {
  return join(runs, String(id));
}

/** Makes `METHOD-DATE` under `runs`, with a number behind it where that name is taken. @returns its path. */
export function newRunFolder(runs: string, method: string, now = new Date()): string {
  mkdirSync(runs, { recursive: true, mode: 0o700 });
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, '0'));
  const name = join(runs, `${method}-${day.join('-')}`);
  for (let number = 1; ; number++) {
    const dir = number === 1 ? name : `${name}-${number}`;
    try {
      mkdirSync(dir, { mode: 0o700 });
      return dir;
    } catch (thrown) {
      // Two runs may start at once: only making the folder tells whose it is.
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
}

/** @throws LikenessError when something is there already: nothing is ever written over. */
export function takeRunFolder(dir: string): string {
  if (existsSync(dir) && readdirSync(dir).length > 0)
    throw new LikenessError(
      'bad-input',
      `“${dir}” is not empty.`,
      'Name another folder with --out, or go on with the run that is in it: --resume.',
    );
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** Takes a folder away again to which nothing was written but the list of photos. */
export function dropUnused(dir: string): void {
  if (readdirSync(dir).every((name) => name === photoListName)) rmSync(dir, { recursive: true });
}
