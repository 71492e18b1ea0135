/**
 * A browser for the tests, the first that is found: $LIKENESS_BROWSER, the system's, Playwright's own, and on Linux one
 * that npm fetches (`LIKENESS_BROWSER=npm` takes that one at once). Tests skip, with the reason, where there is none.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { fetchChromium, isFetchable } from './fetch-chromium.ts';

export interface FoundBrowser {
  readonly executable: string;
  readonly env: NodeJS.ProcessEnv;
}

let search: Promise<FoundBrowser | string> | undefined;

/** The browser, or the sentence why there is none. Looks once in each process. */
export function findBrowser(): Promise<FoundBrowser | string> {
  return (search ??= find(process.env));
}

/** For `test(name, { skip: await noBrowser() }, …)`: false, or why there is no browser. */
export async function noBrowser(): Promise<string | false> {
  const found = await findBrowser();
  return typeof found === 'string' ? found : false;
}

/** @throws Error when there is none: ask `noBrowser` first. */
export async function launchBrowser(): Promise<Browser> {
  const found = await findBrowser();
  if (typeof found === 'string') throw new Error(found);
  return chromium.launch({
    executablePath: found.executable,
    env: found.env as Record<string, string>,
    // Chromium's sandbox refuses root, as which continuous integration often runs.
    chromiumSandbox: process.getuid?.() !== 0,
    // WebGPU on SwiftShader where there is no graphics card.
    args: ['--enable-unsafe-webgpu'],
  });
}

/** One page of a browser of its own. */
export async function openBrowserPage(
  options: BrowserContextOptions = { viewport: { width: 1440, height: 900 } },
): Promise<{ readonly page: Page; readonly close: () => Promise<void> }> {
  const browser = await launchBrowser();
  const page = await browser.newPage(options);
  return { page, close: () => browser.close() };
}

/** @param env  LIKENESS_BROWSER and PATH are read. */
export async function find(env: NodeJS.ProcessEnv): Promise<FoundBrowser | string> {
  const wanted = env['LIKENESS_BROWSER'];
  if (wanted === 'npm') return fetched();
  if (wanted)
    return existsSync(wanted)
      ? { executable: wanted, env }
      : `LIKENESS_BROWSER is “${wanted}”, which does not exist`;
  const executable = systemBrowser(env) ?? playwrightBrowser();
  return executable ? { executable, env } : fetched();
}

async function fetched(): Promise<FoundBrowser | string> {
  if (!isFetchable) return 'no Chromium, Chrome or Edge is installed';
  return fetchChromium().catch(
    (error: Error) => `no browser is installed, and none could be fetched: ${error.message}`,
  );
}

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];

function systemBrowser(env: NodeJS.ProcessEnv): string | undefined {
  return places(env).find(isExecutable);
}

function places(env: NodeJS.ProcessEnv): string[] {
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
        (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
      );
    case 'win32':
      return [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].flatMap((folder) =>
        folder
          ? [
              join(folder, 'Google/Chrome/Application/chrome.exe'),
              join(folder, 'Microsoft/Edge/Application/msedge.exe'),
            ]
          : [],
      );
    default:
      return names.flatMap((name) =>
        (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
      );
  }
}

function playwrightBrowser(): string | undefined {
  try {
    const path = chromium.executablePath();
    return existsSync(path) ? path : undefined;
  } catch {
    // It has none for this system.
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
