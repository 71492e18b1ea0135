/** Who is known, for the query bar: read when somebody looks, and read again when faces have changed meanwhile. */
import type { PeopleId, PersonCard } from '../../src-main/contract/people.ts';
import type { Client } from '../client.ts';

export class KnownPeople {
  #client: Client;
  /** Most photos first; hidden ones too, since a question may be about them. */
  #people: readonly PersonCard[] = $state.raw([]);
  #groups: readonly PersonCard[] = $state.raw([]);
  #stale: boolean = $state(true);
  #loaded: boolean = $state(false);
  #reading = false;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Whom words may name: named and not hidden. */
  get named(): readonly PersonCard[] {
    return this.#people.filter(({ name, hidden }) => name !== null && !hidden);
  }

  /** null for somebody who is not known, or is not there any more. */
  card(id: PeopleId): PersonCard | null {
    return [...this.#people, ...this.#groups].find((one) => one.id === id) ?? null;
  }

  /** Faces were found, grouped or decided about. */
  changed(): void {
    this.#stale = true;
  }

  /** Reads what has changed. Failing leaves what was known: the search itself will say what is wrong. */
  async want(): Promise<void> {
    if (!this.#stale || this.#reading) return;
    this.#reading = true;
    this.#stale = false;
    try {
      const { people, groups } = await this.#client.call('people.list', { hidden: true });
      this.#people = people;
      this.#groups = groups;
      this.#loaded = true;
    } catch {
      // Asked again with the next change, or when the connection is back: whoever asks at once would ask for ever.
    } finally {
      this.#reading = false;
    }
  }

  /** Whether it was read at all. */
  get loaded(): boolean {
    return this.#loaded;
  }
  get stale(): boolean {
    return this.#stale;
  }
}
