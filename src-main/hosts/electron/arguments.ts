/** What the desktop host was started with: `likeness [--library DIR] [FOLDER…]`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface StartArguments {
  /** Absolute, or null for the platform's default. */
  readonly library: string | null;
  /** Absolute paths of folders to index. */
  readonly folders: readonly string[];
}

/**
 * Chromium's own switches may stand among the arguments, so an unknown one is passed over instead of refused: the launcher
 * and the command line have checked what a person typed.
 * @param args  without the program itself.
 * @param cwd  where relative paths start.
 */
export function readArguments(args: readonly string[], cwd: string): StartArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { library: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  const { library } = values;
  return {
    library: typeof library === 'string' && library !== '' ? resolve(cwd, library) : null,
    folders: positionals.filter((path) => path !== '').map((path) => resolve(cwd, path)),
  };
}
