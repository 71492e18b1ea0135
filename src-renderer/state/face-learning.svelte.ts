/** What was learned from who people are, and whether more can be: read when somebody looks, and kept in step with main. */
import type { FaceLearning } from '../../src-main/contract/learn-faces.ts';
import { sentences, type Client } from '../client.ts';

export class FaceLearningState {
  #client: Client;
  #now: FaceLearning | null = $state.raw(null);
  #failure: { readonly message: string; readonly hint: string } | null = $state.raw(null);
  /** Somebody in this window waits for a verdict. */
  #learning: boolean = $state(false);

  constructor(client: Client) {
    this.#client = client;
  }

  /** null until it was read. */
  get now(): FaceLearning | null {
    return this.#now;
  }
  get failure(): { readonly message: string; readonly hint: string } | null {
    return this.#failure;
  }
  get learning(): boolean {
    return this.#learning || (this.#now?.running ?? false);
  }

  async load(): Promise<void> {
    try {
      this.#now = await this.#client.call('people.learned');
      this.#failure = null;
    } catch (thrown) {
      this.#failure = sentences(thrown);
    }
  }

  /** What an event says: faces or what was learned of them have changed. Nobody who has not looked is read for. */
  changed(): void {
    if (this.#now) void this.load();
  }

  /** Takes seconds. @throws LikenessError */
  async learn(): Promise<void> {
    this.#learning = true;
    try {
      await this.#client.call('people.learn');
    } finally {
      this.#learning = false;
      await this.load();
    }
  }

  /** Faces are grouped anew with what was learned, or (null) as before. @throws LikenessError */
  async use(head: number | null): Promise<void> {
    this.#now = await this.#client.call('people.useHead', { head });
  }
}
