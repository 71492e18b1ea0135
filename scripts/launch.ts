// What `npm start` decides, as plain functions: what was asked, whether the build is stale, whether a window can be shown.
import { readdirSync, statSync } from 'node:fs';
import { resolve, join } from 'node:path';
import { parseArgs } from 'node:util';
import { LikenessError, systemError } from '../src-main/contract/errors.ts';

export const usage = `Usage: npm start -- [--library DIR] [--web] [--no-open] [--port N] [--json] [FOLDER…]

Indexes the folders and opens Likeness: in a window of its own, or in the browser where none is to be had.

  --library DIR  folder of the library (default: where the platform keeps data)
  --web          use the browser even where a window could be opened
  --no-open      only print the address
  --port N       port of the local server (default: a free one)
  --json         print {host, address} as one JSON line

Example: npm start -- ~/Pictures`;

export interface Asked {
  /** Absolute; the platform's default when left out. */
  readonly library?: string;
  /** Absolute paths. */
  readonly folders: readonly string[];
  /** True for the browser even where a window could be opened. */
  readonly web: boolean;
  readonly open: boolean;
  readonly json: boolean;
  /** 0 takes a free one. */
  readonly port: number;
  readonly help: boolean;
}

/** @throws LikenessError `bad-input` for an unknown option or a wrong value. */
export function readArguments(argv: readonly string[], cwd: string): Asked {
  const { values, positionals } = parsed(argv);
  const port = values.port === undefined ? 0 : Number(values.port);
  if (!/^\d+$/.test(values.port ?? '0') || port > 65535) throw wrong(`The port cannot be “${values.port}”.`);
  return {
    ...(values.library === undefined ? {} : { library: resolve(cwd, values.library) }),
    folders: positionals.map((path) => resolve(cwd, path)),
    // A port and a printed address are the web host's.
    web: Boolean(values.web || values['no-open'] || values.port !== undefined),
    open: !values['no-open'],
    json: values.json ?? false,
    port,
    help: values.help ?? false,
  };
}

function wrong(message: string): LikenessError {
  return new LikenessError('bad-input', message, 'See `npm start -- --help`.');
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        library: { type: 'string' },
        web: { type: 'boolean' },
        'no-open': { type: 'boolean' },
        port: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    // Node's own sentence names the option; what follows it is advice for programmers.
    throw wrong(`${(error as Error).message.split('. ')[0]}.`);
  }
}

/** What is wrong with the first of the folders that cannot be indexed; null when all can. */
export function folderProblem(folders: readonly string[]): LikenessError | null {
  const hint = 'Choose a folder of photos.';
  for (const path of folders) {
    try {
      if (!statSync(path).isDirectory())
        return new LikenessError('not-a-folder', `“${path}” is not a folder.`, hint);
    } catch (error) {
      return systemError(error) ?? new LikenessError('not-a-folder', `“${path}” cannot be opened.`, hint);
    }
  }
  return null;
}

/**
 * True when any source is newer than the oldest of the built files, or one of these is missing. Folders count too:
 * theirs is the time when a file in them was last removed.
 */
export function isStale(
  root: string,
  { built, sources }: { readonly built: readonly string[]; readonly sources: readonly string[] },
): boolean {
  let oldest = Number.POSITIVE_INFINITY;
  for (const path of built) {
    const found = statSync(join(root, path), { throwIfNoEntry: false });
    if (!found) return true;
    oldest = Math.min(oldest, found.mtimeMs);
  }
  return sources.some((path) => isNewer(join(root, path), oldest));
}

function isNewer(path: string, thanMs: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return false;
  if (found.mtimeMs > thanMs) return true;
  return found.isDirectory() && readdirSync(path).some((name) => isNewer(join(path, name), thanMs));
}

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** The account's number; undefined on Windows. */
  readonly uid: number | undefined;
}

/** Why no window of Electron's can be shown here, whatever is installed; null when nothing speaks against it. */
export function windowObstacle({ platform, env, uid }: Surroundings): string | null {
  if (platform !== 'linux') return null;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display';
  // Chromium's sandbox refuses root, and running without it is not an option for pictures from anywhere.
  if (uid === 0) return 'Electron does not run as root';
  return null;
}

/** After this long a download that failed is tried again: the network may have come back. */
const retryAfterMs = 24 * 60 * 60 * 1000;

/** What a failed download leaves, so that the next start need not wait for it again. */
export interface FailedFetch {
  readonly version: string;
  readonly failedAtMs: number;
  readonly reason: string;
}

export function shallFetch(
  note: Omit<FailedFetch, 'reason'> | null,
  version: string,
  nowMs: number,
): boolean {
  if (note === null || note.version !== version) return true;
  // A failure in the future was noted by a clock that was wrong.
  return nowMs - note.failedAtMs > retryAfterMs || nowMs < note.failedAtMs;
}

/** Electron's environment: a variable that would turn it into plain Node goes, the ready file comes. */
export function electronEnvironment(env: NodeJS.ProcessEnv, readyFile: string): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _, ...rest } = env;
  return { ...rest, LIKENESS_READY_FILE: readyFile };
}
