/** `npm start -- ~/Pictures`: a window where one can be had, the browser where not, and a line that says why. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LikenessError, toErrorData } from '../src-main/contract/errors.ts';
import {
  electronEnvironment,
  folderProblem,
  isStale,
  readArguments,
  usage,
  windowObstacle,
  type Asked,
} from './launch.ts';
import { root } from './node-version.mjs';

/** The build and what it is made from, for `isStale`. */
const files = {
  built: ['dist/index.html', 'dist-main/main.mjs', 'dist-main/preload.cjs'],
  sources: [
    'src-renderer',
    'src-main',
    'models',
    'training',
    'package-lock.json',
    'vite.config.ts',
    'vite.config.main.ts',
    'vite.config.preload.ts',
  ],
};

/** @returns the exit code: 0, 1 for what failed, 2 for wrong usage. */
export async function start(argv: readonly string[]): Promise<number> {
  try {
    return await open(readArguments(argv, workingFolder()));
  } catch (thrown) {
    const error = toErrorData(thrown);
    if (argv.includes('--json')) console.log(JSON.stringify({ error }));
    else console.error(`${error.message} ${error.hint}`);
    return error.code === 'bad-input' ? 2 : 1;
  }
}

async function open(asked: Asked): Promise<number> {
  if (asked.help) {
    console.log(usage);
    return 0;
  }
  const problem = folderProblem(asked.folders);
  if (problem) throw problem;
  if (isStale(root, files)) await rebuild();

  const why = asked.web ? null : await openWindow(asked);
  if (typeof why === 'number') return why;
  if (why !== null) console.error(`No window of its own, since ${why}. Likeness uses the browser instead.`);
  const { runWebHost } = await import('../src-main/hosts/web/main.ts');
  return runWebHost(asked);
}

/** In a process of its own: the bundler's 300 MB would otherwise stay with Likeness for as long as it is open. */
async function rebuild(): Promise<void> {
  console.error('Building the window…');
  const code = await new Promise<number | null>((resolve) => {
    const child = spawn(process.execPath, [join(root, 'scripts/build.mjs'), '--quiet'], {
      stdio: ['ignore', 2, 'inherit'],
    });
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
  if (code !== 0)
    throw new LikenessError('internal', 'The window could not be built.', 'See what `npm run build` says.');
}

/** @returns the exit code of the window that was open, or why there was none, as the end of a sentence. */
async function openWindow(asked: Asked): Promise<number | string | null> {
  const obstacle = windowObstacle({ platform: process.platform, env: process.env, uid: process.getuid?.() });
  if (obstacle) return obstacle;
  const { fetchElectron, findElectron } = await import('./electron-binary.ts');
  if (!findElectron(root)) {
    const reason = await fetchElectron(root);
    if (reason) return reason;
  }
  const binary = findElectron(root);
  return binary ? runElectron(binary, asked) : 'Electron’s program is missing after its download';
}

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Electron says by a file that its window is drawn; one that ends before has failed to show it. */
export async function runElectron(
  binary: string,
  { library, folders, json }: Asked,
): Promise<number | string> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-start-'));
  const readyFile = join(folder, 'ready');
  const args = [root, ...(library ? ['--library', library] : []), ...folders];
  const child = spawn(binary, args, {
    stdio: ['ignore', json ? 2 : 'inherit', 'inherit'],
    env: electronEnvironment(process.env, readyFile),
  });
  let stopped = false;
  const stop = () => {
    stopped = true;
    // At a terminal Ctrl+C reaches Electron by itself, and a second one would cut its closing short.
    setTimeout(() => child.kill('SIGTERM'), 500).unref();
  };
  for (const signal of endSignals) process.on(signal, stop);
  const announce = setInterval(() => {
    if (!existsSync(readyFile)) return;
    clearInterval(announce);
    if (json) console.log(JSON.stringify({ host: 'electron', address: null }));
  }, 100);
  try {
    const ended = await new Promise<number | string>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('exit', (code, signal) => resolve(code ?? signal ?? 1));
    });
    if (stopped) return 0;
    if (existsSync(readyFile)) return typeof ended === 'number' ? ended : 1;
    return `Electron ended before it had shown one (${ended})`;
  } finally {
    clearInterval(announce);
    for (const signal of endSignals) process.off(signal, stop);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** npm changes to the package's folder; paths are meant from where the person stood. */
function workingFolder(): string {
  const { npm_lifecycle_event: script, INIT_CWD: stood } = process.env;
  return script === 'start' && stood ? stood : process.cwd();
}
