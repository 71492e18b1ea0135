// Electron's program, which its npm package fetches at first use: found, or fetched once.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shallFetch, type FailedFetch } from './launch.ts';

/** A firewall that drops packets would let a download hang for minutes; one that answers does so within this. */
const probeMs = 5000;
const downloadMs = 10 * 60 * 1000;
const defaultMirror = 'https://github.com/electron/electron/releases/download/';

/** Path of the binary, or null. Looks only: `require('electron')` would begin a download. */
export function findElectron(root: string, env: NodeJS.ProcessEnv = process.env): string | null {
  const folder = join(root, 'node_modules', 'electron');
  const name = read(join(folder, 'path.txt')) ?? (env.ELECTRON_OVERRIDE_DIST_PATH ? 'electron' : null);
  if (name === null) return null;
  const path = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name);
  return existsSync(path) ? path : null;
}

export interface FetchOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** A line for the person. */
  readonly say?: (line: string) => void;
  readonly nowMs?: number;
}

/**
 * Fetches the binary, unless that failed for this version within the last day.
 * @returns null when it is there now, else why not, as the end of a sentence.
 */
export async function fetchElectron(
  root: string,
  { env = process.env, say = console.error, nowMs = Date.now() }: FetchOptions = {},
): Promise<string | null> {
  const folder = join(root, 'node_modules', 'electron');
  if (!existsSync(folder)) return 'Electron is not installed';
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const notePath = join(root, '.cache', 'electron.json');
  const note = JSON.parse(read(notePath) ?? 'null') as FailedFetch | null;
  if (note && !shallFetch(note, version, nowMs)) return `${note.reason} (tried within the last day)`;

  const reason = await attempt(folder, env, say);
  if (reason !== null) {
    mkdirSync(dirname(notePath), { recursive: true });
    const failed: FailedFetch = { version, failedAtMs: nowMs, reason };
    writeFileSync(notePath, JSON.stringify(failed));
  }
  return reason;
}

async function attempt(
  folder: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<string | null> {
  const mirror = env.npm_config_electron_mirror || env.ELECTRON_MIRROR || defaultMirror;
  const proxied = Boolean(env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy);
  // Behind a proxy the name itself may not resolve; the download then finds its own way or fails soon.
  if (!proxied && !(await answers(mirror)))
    return `Electron’s download at ${new URL(mirror).host} is out of reach`;
  say('Fetching Electron, once (about 100 MB)…');
  const code = await runInstaller(folder, { ...env, ...(proxied && { NODE_USE_ENV_PROXY: '1' }) });
  return code === 0 ? null : 'Electron could not be downloaded';
}

async function answers(address: string): Promise<boolean> {
  try {
    await fetch(address, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(probeMs) });
    return true;
  } catch {
    return false;
  }
}

/** Its output is for the person to see; stdout stays free for --json. */
function runInstaller(folder: string, env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'install.js')], {
      stdio: ['ignore', 2, 'inherit'],
      env,
      timeout: downloadMs,
    });
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function read(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}
