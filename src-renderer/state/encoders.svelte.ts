/** The installed encoders, for the settings. */
import type { Encoder } from '../../src-main/contract/api.ts';
import { sentences, type Client } from '../client.ts';

export class Encoders {
  #client: Client;
  #all: readonly Encoder[] | null = $state.raw(null);
  #failure: ReturnType<typeof sentences> | null = $state.raw(null);

  constructor(client: Client) {
    this.#client = client;
  }

  /** null until they were read once. */
  get all(): readonly Encoder[] | null {
    return this.#all;
  }
  get failure(): ReturnType<typeof sentences> | null {
    return this.#failure;
  }

  async load(): Promise<void> {
    try {
      this.#all = (await this.#client.call('models.list')).models;
      this.#failure = null;
    } catch (thrown) {
      this.#failure = sentences(thrown);
    }
  }
}
