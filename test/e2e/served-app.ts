/** The real application in a temporary library and home, served to a real browser. Needs the built window (dist). */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { createApp, type AppOptions } from '../../src-main/app.ts';
import { serve } from '../../src-main/hosts/web/serve.ts';
import { forkChild } from '../../src-main/jobs/child-link.ts';
import { launchBrowser } from '../browser.ts';
import { hearComplaints } from './complaints.ts';

export interface ServedApp {
  /** Holds `home`, the home folder that Likeness sees, and `library`. */
  readonly dir: string;
  readonly home: string;
  /** Paths that were asked to be shown in the file manager. */
  readonly revealed: readonly string[];
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  /** What went wrong on any page so far: see complaints.ts. */
  readonly complaints: string[];
  /** A new address that opens one window. */
  launchAddress(): string;
  /** A new window on the application, logged in, in a browser profile of its own. */
  open(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Without motion: a colour that is still on its way would be measured wrong. */
const stillWindow = {
  viewport: { width: 1440, height: 900 },
  reducedMotion: 'reduce',
  // The dates that tests look for, whatever the machine's own language.
  locale: 'en-US',
} as const;
const built = join(import.meta.dirname, '../../dist');
/** A state comes within a second, but for a machine that is busy with other work. Less than a test may take: it then says what it waited for. */
const waitMs = 60_000;

type Given = Pick<AppOptions, 'hub' | 'catalog' | 'faceCatalog' | 'engineEntry' | 'faceModel'>;

/**
 * @param given  where encoders come from, and which: the catalog's own when left out, of which no test installs one; an engine
 * and a face model that stand in for the real ones.
 */
export async function serveApp(given: Given = {}): Promise<ServedApp> {
  const dir = mkdtempSync(join(tmpdir(), 'likeness-e2e-'));
  const home = join(dir, 'home');
  mkdirSync(home);
  process.env['HOME'] = process.env['USERPROFILE'] = home;
  const revealed: string[] = [];
  const app = createApp({
    library: join(dir, 'library'),
    native: {
      host: 'web',
      pickFolders: () => Promise.resolve(null),
      reveal: (path) => Promise.resolve(revealed.push(path) > 0),
    },
    startChild: forkChild,
    built,
    longLived: true,
    ...given,
  });
  const served = await serve(app.fetch);
  const browser = await launchBrowser();
  const complaints: string[] = [];
  return {
    dir,
    home,
    revealed,
    origin: served.origin,
    complaints,
    launchAddress: () => served.launchAddress(),
    open: async (options = {}) => {
      const page = await browser.newPage({ ...stillWindow, ...options });
      page.setDefaultTimeout(waitMs);
      await hearComplaints(page, { origin: served.origin, complaints });
      await page.goto(served.launchAddress());
      await page.waitForURL((url) => url.search === '');
      return page;
    },
    close: async () => {
      await browser.close();
      await served.close();
      await app.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A JPEG of one colour; another `seed` makes another picture. */
export async function paint(path: string, seed: number): Promise<void> {
  const background = { r: (seed * 67) % 256, g: (seed * 131) % 256, b: (seed * 29) % 256 };
  await sharp({ create: { width: 160, height: 120, channels: 3, background } })
    .jpeg()
    .toFile(path);
}
