/** What the library falls into by time and place. */
import type { ShownEvent } from '../../src-main/contract/collections.ts';
import { sentences, type Client } from '../client.ts';

export class Collections {
  readonly #client: Client;
  #events: readonly ShownEvent[] | null = $state.raw(null);
  #failure: ReturnType<typeof sentences> | null = $state.raw(null);
  #asked = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Newest first; null until they were read once. */
  get events(): readonly ShownEvent[] | null {
    return this.#events;
  }
  /** Why the latest reading failed; null when it did not. */
  get failure(): ReturnType<typeof sentences> | null {
    return this.#failure;
  }

  /** A failure leaves what was there. */
  async load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { events } = await this.#client.call('events.photos');
      if (asked !== this.#asked) return;
      this.#events = events.toReversed();
      this.#failure = null;
    } catch (thrown) {
      if (asked === this.#asked) this.#failure = sentences(thrown);
    }
  }
}
