/** Tells when something changed below a folder: the door to @parcel/watcher. */
import watcher from '@parcel/watcher';
import { basename } from 'node:path';
import { toErrorData } from '../contract/errors.ts';
import { kindOf } from './scan.ts';

export interface FolderWatcher {
  /** Why nothing is watched (no system support, too many folders, no such folder); null while it works. */
  readonly reason: string | null;
  close(): Promise<void>;
}

/** A camera's card copies for minutes: the folder is looked at once it has been quiet this long… */
const quietMs = 1_500;
/** …or when it has not been quiet for this long. */
const patienceMs = 15_000;
/** Never of interest; on Linux each folder left out saves one of the system's watches. */
const ignore = ['**/.*', '**/.*/**', '**/@eaDir/**', '**/$RECYCLE.BIN/**', '**/*.lrdata/**'];

/**
 * Watches a folder and all below it. Where that is not possible it says why and stays quiet: a rescan finds what a watcher would
 * have told.
 * @param onChange  called once for many changes, never while they still pour in.
 */
export async function watchFolder(path: string, onChange: () => void): Promise<FolderWatcher> {
  const calm = new Calm(onChange);
  let reason: string | null = null;
  let subscription: Awaited<ReturnType<typeof watcher.subscribe>> | null = null;
  try {
    subscription = await watcher.subscribe(
      path,
      (error, events) => {
        if (error) {
          reason = toErrorData(error).message;
          // Events were lost: what they said is found by looking.
          calm.stir();
        } else if (events.some((event) => matters(event.path))) calm.stir();
      },
      { ignore },
    );
  } catch (thrown) {
    reason = thrown instanceof Error ? thrown.message : String(thrown);
  }
  return {
    get reason() {
      return reason;
    },
    async close() {
      calm.stop();
      await subscription?.unsubscribe();
    },
  };
}

/** Files of a library of Likeness that lies in the folder: looking again writes to them, and would be told of it without end. */
const ours = /^(library\.(db|lock)|library-owner\.json|[0-9a-f]{64}\.)/;

/** Pictures, and whatever may be a folder of them. */
function matters(path: string): boolean {
  const name = basename(path);
  return !name.startsWith('.') && !ours.test(name) && (kindOf(name) !== null || !/\.[^. ]{1,5}$/.test(name));
}

/** Gathers what stirs into one call once it is calm again. */
class Calm {
  readonly #call: () => void;
  #timer: NodeJS.Timeout | null = null;
  #sinceMs = 0;

  constructor(call: () => void) {
    this.#call = call;
  }

  stir(): void {
    const nowMs = Date.now();
    if (this.#timer === null) this.#sinceMs = nowMs;
    else clearTimeout(this.#timer);
    const waitMs = Math.max(0, Math.min(quietMs, this.#sinceMs + patienceMs - nowMs));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#call();
    }, waitMs);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }
}
