/** The faces of somebody, or of a shelf, least sure first; read a page at a time. */
import type { Face, PeopleId } from '../../src-main/contract/people.ts';
import { sentences, type Client } from '../client.ts';
import type { FaceShelf } from './router.svelte.ts';

const pageSize = 500;
/** The contract's bound on one answer. */
const mostAtOnce = 2000;

export class FaceList {
  #client: Client;
  #of: PeopleId | FaceShelf | null = null;
  #faces: readonly Face[] | null = $state.raw(null);
  #total: number = $state(0);
  #failure: ReturnType<typeof sentences> | null = $state.raw(null);
  #asked = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** null until they were read once. */
  get faces(): readonly Face[] | null {
    return this.#faces;
  }
  get total(): number {
    return this.#total;
  }
  get failure(): ReturnType<typeof sentences> | null {
    return this.#failure;
  }

  /** The first page of somebody else, or as many as are shown of the same. */
  load(of: PeopleId | FaceShelf): Promise<void> {
    const shown = this.#of === of ? (this.#faces?.length ?? 0) : 0;
    if (this.#of !== of) this.#faces = null;
    this.#of = of;
    return this.#read(Math.max(pageSize, shown));
  }

  more(): Promise<void> {
    return this.#read((this.#faces?.length ?? 0) + pageSize);
  }

  async #read(wanted: number): Promise<void> {
    const of = this.#of;
    if (of === null) return;
    const asked = ++this.#asked;
    try {
      const read: Face[] = [];
      for (let total = Infinity; read.length < Math.min(wanted, total);) {
        const limit = Math.min(mostAtOnce, wanted - read.length);
        const page = await this.#client.call('people.faces', { of, limit, offset: read.length });
        // An edit or another person came meanwhile: this answer is of the past.
        if (this.#asked !== asked) return;
        total = page.total;
        this.#total = total;
        read.push(...page.faces);
        if (page.faces.length === 0) break;
      }
      if (read.length === 0) this.#total = 0;
      this.#faces = read;
      this.#failure = null;
    } catch (thrown) {
      if (this.#asked === asked) this.#failure = sentences(thrown);
    }
  }
}
