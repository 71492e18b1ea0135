/** The viewer's photo, and the list that it steps through: whatever view lies under it. */
import type { PhotoDetails } from '../../src-main/contract/photo.ts';
import { isAbort, sentences, type Client } from '../client.ts';
import type { PhotoRows } from './photo-rows.ts';

export interface ViewerList {
  readonly rows: PhotoRows;
  readonly indexOf: (id: number) => number;
  /** Scrolls the photo's tile into view; where it then is on the window, for the picture to grow from and return to. */
  readonly boxOf: (id: number) => DOMRect | null;
}

const mostKnown = 60;

export class ViewerState {
  #client: Client;
  /** Of the photos looked at and their neighbours, so that a step finds its details there. */
  #known: ReadonlyMap<number, PhotoDetails> = $state.raw(new Map());
  #failure: { readonly message: string; readonly hint: string } | null = $state.raw(null);
  #abort = new AbortController();
  #list: ViewerList | null = $state.raw(null);
  /** The info panel stays as it was from photo to photo. */
  infoShown: boolean = $state(false);

  constructor(client: Client) {
    this.#client = client;
  }

  /** null until they were read. */
  detailsOf(id: number): PhotoDetails | null {
    return this.#known.get(id) ?? null;
  }
  get failure(): { readonly message: string; readonly hint: string } | null {
    return this.#failure;
  }
  get list(): ViewerList | null {
    return this.#list;
  }

  /** A view puts itself under the viewer. @returns a function that takes it away again. */
  follow(list: ViewerList): () => void {
    this.#list = list;
    return () => {
      if (this.#list === list) this.#list = null;
    };
  }

  /** Reads what is known of a photo, then of its neighbours. */
  async read(id: number, neighbours: readonly number[]): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      this.#keep(id, await this.#client.call('photo', { id }, signal));
      this.#failure = null;
      for (const one of neighbours)
        if (!this.#known.has(one)) this.#keep(one, await this.#client.call('photo', { id: one }, signal));
    } catch (thrown) {
      if (!isAbort(thrown)) this.#failure = this.#known.has(id) ? null : sentences(thrown);
    }
  }

  #keep(id: number, details: PhotoDetails): void {
    const rest = [...this.#known].filter(([other]) => other !== id).slice(-mostKnown);
    this.#known = new Map([...rest, [id, details]]);
  }
}
