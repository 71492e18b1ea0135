/** Counts and folders of the library, for the sidebar, the folders screen and the empty faces. */
import type { Folder, Status } from '../../src-main/contract/api.ts';
import { sentences, type Client } from '../client.ts';

export class LibraryStatus {
  #client: Client;
  #now: Status | null = $state.raw(null);
  #failure: ReturnType<typeof sentences> | null = $state.raw(null);
  #reading: Promise<void> | null = null;
  #again = false;

  constructor(client: Client) {
    this.#client = client;
  }

  /** null until it was read once. */
  get now(): Status | null {
    return this.#now;
  }
  /** Why it could not be read the last time. */
  get failure(): ReturnType<typeof sentences> | null {
    return this.#failure;
  }
  get folders(): readonly Folder[] {
    return this.#now?.folders ?? [];
  }
  /** Photos that ask for a look: broken ones, ones that are away, and kinds not read yet. */
  get problems(): number {
    if (!this.#now) return 0;
    const { failed, missing, unsupported } = this.#now;
    return Object.values(unsupported).reduce((sum, count) => sum + count, failed + missing);
  }

  takeFolders(folders: readonly Folder[]): void {
    if (this.#now) this.#now = { ...this.#now, folders };
  }

  /** Reads it again. Calls that come while one is under way share the next one. */
  async load(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      do {
        this.#again = false;
        this.#now = await this.#client.call('status');
        this.#failure = null;
      } while (this.#again);
    } catch (thrown) {
      this.#failure = sentences(thrown);
      throw thrown;
    }
  }
}
