/** Who there is, as the People screen shows it, and whether faces are looked for at all. */
import type { NamesWritten, PeopleList, PeopleState } from '../../src-main/contract/people.ts';
import { sentences, type Client } from '../client.ts';

type Failure = ReturnType<typeof sentences>;

export class People {
  #client: Client;
  #state: PeopleState | null = $state.raw(null);
  #list: PeopleList | null = $state.raw(null);
  #failure: Failure | null = $state.raw(null);
  /** How often faces were found, grouped or decided about: whatever is shown of them was read before that. */
  #version: number = $state(0);
  /** The latest question of each kind: what an earlier one answers is older. */
  #asked = { state: 0, list: 0 };

  constructor(client: Client) {
    this.#client = client;
  }

  /** null until it was read once. */
  get state(): PeopleState | null {
    return this.#state;
  }
  /** null until it was read once. Hidden ones are in it only where they were asked for. */
  get list(): PeopleList | null {
    return this.#list;
  }
  get failure(): Failure | null {
    return this.#failure;
  }
  /** Changes whenever what is known of people has: read again what is shown. */
  get version(): number {
    return this.#version;
  }

  /** An event told of a change, or an edit was made here. */
  changed(): void {
    this.#version++;
    void this.loadState();
  }

  /** Counts are a by-line: failing to read them leaves the old ones. */
  async loadState(): Promise<void> {
    const asked = ++this.#asked.state;
    try {
      const state = await this.#client.call('people.state');
      if (this.#asked.state === asked) this.#state = state;
    } catch {
      // Asked again with the next change.
    }
  }

  async load(): Promise<void> {
    const asked = ++this.#asked.list;
    try {
      const list = await this.#client.call('people.list', { hidden: true });
      if (this.#asked.list !== asked) return;
      this.#list = list;
      this.#failure = null;
    } catch (thrown) {
      if (this.#asked.list === asked) this.#failure = sentences(thrown);
    }
  }

  /** @throws LikenessError */
  async turnOn(): Promise<void> {
    this.#take(await this.#client.call('people.turnOn'));
  }

  /** Removes every face, name and decision. @throws LikenessError */
  async forget(): Promise<void> {
    this.#take(await this.#client.call('people.forget'));
    this.#list = null;
  }

  /** Names that were given go into sidecars beside the photos. @param preview  only counts. @throws LikenessError */
  writeNames(preview: boolean): Promise<NamesWritten> {
    return this.#client.call('people.writeNames', { preview });
  }

  #take(state: PeopleState): void {
    this.#asked.state++;
    this.#asked.list++;
    this.#state = state;
    this.#version++;
  }
}
