/** One question at a time, asked of the words or of a photo, with its answer. A new question gives the old one up. */
import type { Filter, SearchResult, SearchResults } from '../../src-main/contract/search.ts';
import { isAbort, sentences, type Client } from '../client.ts';
import { mostShown } from './cut-off.ts';
import type { PlaceFilter } from './router.svelte.ts';
import { waysOut, type Way } from './ways-out.ts';

export type Question =
  | { readonly kind: 'words'; readonly query: string; readonly filter: PlaceFilter }
  | {
      readonly kind: 'photo';
      readonly photoId?: number;
      readonly upload?: string;
      readonly filter: PlaceFilter;
    };

export interface Answer extends Omit<SearchResults, 'results'> {
  readonly question: Question;
  /** Best first: the first page, and as much more as was asked for. */
  readonly results: readonly SearchResult[];
}

/** A first page comes at once and fills any window; the rest follows. */
const firstPage = 200;
export class Search {
  #client: Client;
  #answer: Answer | null = $state.raw(null);
  #failure: { readonly message: string; readonly hint: string } | null = $state.raw(null);
  #busy: boolean = $state(false);
  #ways: readonly Way[] = $state.raw([]);
  #asked: string | null = null;
  #abort = new AbortController();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The answer to show: the old one stays while a new one is on its way. */
  get answer(): Answer | null {
    return this.#answer;
  }
  get failure(): { readonly message: string; readonly hint: string } | null {
    return this.#failure;
  }
  get busy(): boolean {
    return this.#busy;
  }
  /** Other questions that would find something, for an answer without a good match. */
  get ways(): readonly Way[] {
    return this.#ways;
  }

  /** Asking the same again changes nothing: coming back to a search finds its answer as it was. */
  async ask(question: Question): Promise<void> {
    const key = JSON.stringify(question);
    if (key === this.#asked && this.#failure === null) return;
    this.#asked = key;
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#busy = true;
    this.#failure = null;
    try {
      const found = await this.#request(question, { limit: firstPage, offset: 0 }, signal);
      this.#ways = [];
      this.#answer = { ...found, question };
      this.#busy = false;
      if (found.relevant === 0 && question.kind === 'words' && question.query !== '')
        await this.#findWays(question, signal);
    } catch (thrown) {
      if (isAbort(thrown)) return;
      this.#busy = false;
      this.#asked = null;
      this.#failure = sentences(thrown);
    }
  }

  /** Asks again, after a failure or when photos have come. */
  async again(question: Question): Promise<void> {
    this.#asked = null;
    await this.ask(question);
  }

  /** Sees to it that the best `count` results are there, or all that there are. */
  async extend(count: number): Promise<void> {
    const answer = this.#answer;
    const wanted = Math.min(count, mostShown, answer?.total ?? 0);
    if (!answer || this.#busy || answer.results.length >= wanted) return;
    const { signal } = this.#abort;
    try {
      const offset = answer.results.length;
      const more = await this.#request(answer.question, { limit: wanted - offset, offset }, signal);
      if (this.#answer === answer)
        this.#answer = { ...answer, results: [...answer.results, ...more.results] };
    } catch (thrown) {
      if (!isAbort(thrown)) this.#failure = sentences(thrown);
    }
  }

  #request(
    question: Question,
    page: { limit: number; offset: number },
    signal: AbortSignal,
  ): Promise<SearchResults> {
    const { kind, filter: given, ...of } = question;
    const filter = filterOf(given);
    if (kind === 'words')
      return this.#client.call('search', { query: question.query, filter, ...page }, signal);
    return this.#client.call('similar', { ...of, filter, ...page }, signal);
  }

  async #findWays(question: Question & { kind: 'words' }, signal: AbortSignal): Promise<void> {
    const found: Way[] = [];
    for (const way of waysOut(question)) {
      const { relevant } = await this.#request({ kind: 'words', ...way }, { limit: 1, offset: 0 }, signal);
      if (relevant > 0) found.push({ ...way, photos: relevant });
      this.#ways = [...found];
    }
  }
}

/** The filter as the contract writes it. */
function filterOf({ people, ...rest }: PlaceFilter): Filter {
  if (!people) return { ...rest };
  const { all = [], any = [], none = [] } = people;
  return { ...rest, people: { all: [...all], any: [...any], none: [...none] } };
}
