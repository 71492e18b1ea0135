/** The web host: the same application as in the desktop window, in a browser. scripts/start.mjs calls it. */
import { once } from 'node:events';
import { join } from 'node:path';
import { createApp, defaultLibraryDir } from '../../app.ts';
import { toErrorData } from '../../contract/errors.ts';
import { forkChild } from '../../jobs/child-link.ts';
import { interruptSignal } from '../interrupt.ts';
import { webNative } from './native.ts';
import { hasDisplay, openBrowser } from './open-browser.ts';
import { serve, type Served } from './serve.ts';

export interface WebHostOptions {
  /** The library's folder; the platform's default when left out. */
  readonly library?: string;
  /** Absolute paths to index at once. */
  readonly folders: readonly string[];
  /** Opens the browser; false only prints the address. */
  readonly open: boolean;
  /** Prints `{host, address}` as one JSON line instead of sentences. */
  readonly json: boolean;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Folder of the built window. */
const built = join(import.meta.dirname, '../../../dist');

/**
 * Serves until SIGINT, SIGTERM or SIGHUP.
 * @returns the exit code, 0.
 * @throws LikenessError when the library cannot be opened; the system's error when the port is not to be had.
 */
export async function runWebHost(options: WebHostOptions): Promise<number> {
  const interrupt = interruptSignal();
  const app = await createApp({
    library: options.library ?? defaultLibraryDir(),
    native: webNative,
    startChild: forkChild,
    built,
    longLived: true,
  });
  const served = await serve(app.fetch, { port: options.port }).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });

  const address = served.launchAddress();
  if (options.json) console.log(JSON.stringify({ host: 'web', address }));
  else console.log(`Likeness is at ${address}`);
  const forgetBrowser = options.open ? await show(address) : null;
  const stopListening = options.json ? () => {} : offerAddresses(served);
  if (options.folders.length > 0)
    await app.call('folders.add', { paths: options.folders.slice() }).catch(tell);

  if (!interrupt.aborted) await once(interrupt, 'abort');
  stopListening();
  await forgetBrowser?.();
  await served.close();
  await app.close();
  return 0;
}

async function show(address: string): Promise<(() => Promise<void>) | null> {
  if (!hasDisplay()) return null;
  const forget = await openBrowser(address);
  if (!forget) console.error('No browser could be started: open the address above in one.');
  return forget;
}

/** Enter prints a new launch address, since each works once. */
function offerAddresses(served: Served): () => void {
  if (!process.stdin.isTTY) return () => {};
  console.log('Press Enter for a new address, Ctrl+C to stop.');
  const offer = () => console.log(`Likeness is at ${served.launchAddress()}`);
  process.stdin.on('data', offer);
  return () => process.stdin.off('data', offer).pause();
}

function tell(error: unknown): void {
  const { message, hint } = toErrorData(error);
  console.error(`${message} ${hint}`);
}
