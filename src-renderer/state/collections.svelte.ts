/** What the library falls into by time and place, and by look. */
import type { ShownCluster, ShownEvent } from '../../src-main/contract/collections.ts';
import { sentences, type Client } from '../client.ts';

const laterMs = 3000;

export class Collections {
  readonly #client: Client;
  #events: readonly ShownEvent[] | null = $state.raw(null);
  #failure: ReturnType<typeof sentences> | null = $state.raw(null);
  #clusters: readonly ShownCluster[] | null = $state.raw(null);
  #clustersFailure: ReturnType<typeof sentences> | null = $state.raw(null);
  #clustering = $state(false);
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

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

  /** The largest first; null until somebody asked for them. */
  get clusters(): readonly ShownCluster[] | null {
    return this.#clusters;
  }
  get clustersFailure(): ReturnType<typeof sentences> | null {
    return this.#clustersFailure;
  }
  get clustering(): boolean {
    return this.#clustering;
  }

  /** Groups the library by look, which takes seconds to a minute: only when asked. A failure leaves what was there. */
  async cluster(): Promise<void> {
    if (this.#clustering) return;
    this.#clustering = true;
    this.#clustersFailure = null;
    try {
      this.#clusters = (await this.#client.call('clusters.photos')).clusters;
    } catch (thrown) {
      this.#clustersFailure = sentences(thrown);
    } finally {
      this.#clustering = false;
    }
  }

  /** Photos changed: read at once where nothing is known, else after a while, however often it is called: indexing changes them all the time. */
  changed(): void {
    if (this.#asked === 0) return void this.load();
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, laterMs);
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
