/** One person's page: who it is, which photos show them, how their faces would fall into two. */
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { Face, PeopleId, PersonDetails } from '../../src-main/contract/people.ts';
import { sentences, type Client } from '../client.ts';

/** A group ends with the first decision about it; this many of its faces are asked who they are now. */
const mostAsked = 3;

export class PersonState {
  #client: Client;
  #id: PeopleId | null = null;
  #details: PersonDetails | null = $state.raw(null);
  #photos: readonly number[] | null = $state.raw(null);
  #failure: ReturnType<typeof sentences> | null = $state.raw(null);
  #gone: boolean = $state(false);
  #asked = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** null until they were read once. */
  get details(): PersonDetails | null {
    return this.#details;
  }
  /** Newest first; null until they were read once. */
  get photos(): readonly number[] | null {
    return this.#photos;
  }
  get failure(): ReturnType<typeof sentences> | null {
    return this.#failure;
  }
  /** Nobody is called so any more. */
  get gone(): boolean {
    return this.#gone;
  }

  async load(id: PeopleId): Promise<void> {
    const asked = ++this.#asked;
    if (this.#id !== id) {
      this.#id = id;
      this.#gone = false;
      this.#failure = null;
    }
    try {
      const [details, { photos }] = await Promise.all([
        this.#client.call('people.show', { id }),
        this.#client.call('people.photos', { id }),
      ]);
      if (this.#asked !== asked) return;
      this.#details = details;
      this.#photos = photos;
      this.#failure = null;
      this.#gone = false;
    } catch (thrown) {
      if (this.#asked !== asked) return;
      this.#gone = thrown instanceof LikenessError && thrown.code === 'not-found';
      this.#failure = sentences(thrown);
    }
  }

  /** Who these faces are now, where whoever they were has gone; null where that is nobody. */
  async whoseNow(faces: readonly Pick<Face, 'id' | 'photo'>[]): Promise<PeopleId | null> {
    for (const { id, photo } of faces.slice(0, mostAsked))
      try {
        const { faces: there } = await this.#client.call('faces.of', { photo });
        const who = there.find((face) => face.id === id)?.who ?? null;
        if (who !== null) return who;
      } catch {
        // Its photo has left the library: the next one may tell.
      }
    return null;
  }
}

/** How the faces of somebody would fall into two, as the person arranges them; nothing is changed by it. */
export class Halves {
  #faces: readonly Face[] = $state.raw([]);
  #leaving: ReadonlySet<number> = $state.raw(new Set());

  /** @param halves  those who stay, then those who would leave. */
  constructor(halves: readonly [readonly Face[], readonly Face[]]) {
    this.#faces = halves.flat();
    this.#leaving = new Set(halves[1].map(({ id }) => id));
  }

  get staying(): readonly Face[] {
    return this.#faces.filter(({ id }) => !this.#leaving.has(id));
  }
  get leaving(): readonly Face[] {
    return this.#faces.filter(({ id }) => this.#leaving.has(id));
  }
  /** Each side has a face. */
  get ready(): boolean {
    return this.#leaving.size > 0 && this.#leaving.size < this.#faces.length;
  }

  /** To the other side. */
  toggle(id: number): void {
    const leaving = new Set(this.#leaving);
    if (!leaving.delete(id)) leaving.add(id);
    this.#leaving = leaving;
  }
}
