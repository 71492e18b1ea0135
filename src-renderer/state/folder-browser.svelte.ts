/** Looking through the folders of the computer, where the host has no dialog of its own. */
import type { CommandOutput } from '../../src-main/contract/api.ts';
import { isAbort, sentences, type Client } from '../client.ts';

export type FolderListing = CommandOutput<'folders.browse'>;
type Failure = ReturnType<typeof sentences>;

export class FolderBrowser {
  #client: Client;
  #here: FolderListing | null = $state.raw(null);
  #failure: Failure | null = $state.raw(null);
  /** The folder that was just left upwards: it keeps the focus. */
  #cameFrom: string | null = null;
  #latest: AbortController | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** null until the first folder was read. */
  get here(): FolderListing | null {
    return this.#here;
  }
  /** Why the folder asked for last could not be opened; the one before stays in view. */
  get failure(): Failure | null {
    return this.#failure;
  }
  /** Row that should have the focus in `here`. */
  get firstFocus(): number {
    const from = this.#here?.folders.findIndex(({ path }) => path === this.#cameFrom) ?? -1;
    return Math.max(0, from);
  }

  /** @param path  absolute; the home folder when left out. */
  async open(path?: string): Promise<void> {
    this.#latest?.abort();
    const request = new AbortController();
    this.#latest = request;
    const left = this.#here?.path ?? null;
    try {
      const here = await this.#client.call(
        'folders.browse',
        path === undefined ? {} : { path },
        request.signal,
      );
      this.#cameFrom = left;
      this.#here = here;
      this.#failure = null;
    } catch (thrown) {
      if (!isAbort(thrown)) this.#failure = sentences(thrown);
    }
  }

  close(): void {
    this.#latest?.abort();
  }
}
