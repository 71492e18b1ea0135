/** What is known of duplicates, for every screen: how many there are, and whether a search runs. */
import type { DuplicatesState } from '../../src-main/contract/duplicates.ts';
import { sentences, type Client } from '../client.ts';

const laterMs = 4000;

export class Duplicates {
  #client: Client;
  #state: DuplicatesState | null = $state.raw(null);
  #failure: ReturnType<typeof sentences> | null = $state.raw(null);
  #version: number = $state(0);
  #asked = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** null until it was read once. */
  get state(): DuplicatesState | null {
    return this.#state;
  }
  /** Why the latest reading failed; null when it did not. */
  get failure(): ReturnType<typeof sentences> | null {
    return this.#failure;
  }
  /** Changes whenever something was found or decided: read again what is shown. */
  get version(): number {
    return this.#version;
  }
  /** Photos that may go without loss; null while that is not known. */
  get toGain(): number | null {
    if (!this.#state?.searchedAtMs) return null;
    const plain = this.#state.counts.filter(
      ({ class: name }) => name === 'identical' || name === 're-encoded',
    );
    return plain.reduce((sum, { photos }) => sum + photos, 0);
  }

  /** An event told of a change, or one was made here. */
  changed(): void {
    this.#version++;
    void this.load();
  }

  /** As a window opens: counting groups all of them, and what a person asks first must not wait for that. */
  loadLater(): void {
    setTimeout(() => void this.load(), laterMs);
  }

  /** A failure leaves the old counts. */
  async load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const state = await this.#client.call('duplicates.state');
      if (asked !== this.#asked) return;
      this.#state = state;
      this.#failure = null;
    } catch (thrown) {
      if (asked === this.#asked) this.#failure = sentences(thrown);
    }
  }

  /** Searches the library in the background. @throws LikenessError */
  async find(): Promise<void> {
    await this.#client.call('duplicates.find');
    await this.load();
  }
}
