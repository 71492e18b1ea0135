/** Opening a launch address in the person's browser, without the token ever standing in a process list. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { forwardPage } from './pages.ts';

/** How long the forwarding file stays: a browser that has to start first may take this long to read it. */
const forwardMs = 60_000;

/** True where a browser window could be seen. */
export function hasDisplay(platform = process.platform, env: NodeJS.ProcessEnv = process.env): boolean {
  return platform === 'win32' || platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** The program, with its arguments, that hands a file or address to whatever the person has chosen for it. */
export function openerOf(platform: NodeJS.Platform, target: string): readonly [string, readonly string[]] {
  if (platform === 'win32') return ['rundll32.exe', ['url.dll,FileProtocolHandler', target]];
  return [platform === 'darwin' ? 'open' : 'xdg-open', [target]];
}

/**
 * Opens `address` by way of a file that only this account can read (0600) and that forwards to it. The file
 * goes after a minute, or when the returned function is called.
 * @returns a function that removes the file now, or null when no browser could be started.
 */
export async function openBrowser(address: string): Promise<(() => Promise<void>) | null> {
  const folder = await mkdtemp(join(await sharedFolder(), 'likeness-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const file = join(folder, 'open.html');
  await writeFile(file, forwardPage(address), { mode: 0o600 });
  const [program, args] = openerOf(process.platform, pathToFileURL(file).href);
  if (!(await started(program, args))) {
    await remove();
    return null;
  }
  const timer = setTimeout(() => void remove(), forwardMs).unref();
  return () => {
    clearTimeout(timer);
    return remove();
  };
}

/**
 * A folder that the default browser can read. One that came as a snap (Ubuntu's Firefox) sees neither /tmp nor
 * hidden folders of the home folder, but does see its own.
 */
async function sharedFolder(): Promise<string> {
  if (process.platform !== 'linux') return tmpdir();
  const query = promisify(execFile)('xdg-settings', ['get', 'default-web-browser'], { timeout: 2000 });
  const browser = await query.then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  const own = snapFolder(browser);
  return own !== null && existsSync(own) ? own : tmpdir();
}

/** `firefox_firefox.desktop` → ~/snap/firefox/common; null for a browser that is not a snap. */
export function snapFolder(desktopFile: string): string | null {
  const name = /^([a-z0-9-]+)_[\w-]+\.desktop$/.exec(desktopFile)?.[1];
  return name === undefined ? null : join(homedir(), 'snap', name, 'common');
}

/** Starts a program that outlives this one. @returns false when it is not there, or says no within a second. */
export function started(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => resolve(true), 1000);
    const settle = (ok: boolean) => {
      clearTimeout(timer);
      resolve(ok);
    };
    child.once('error', () => settle(false));
    child.once('exit', (code) => settle(code === 0));
    child.unref();
  });
}
