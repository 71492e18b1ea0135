/** What there is to learn from and with, what the person wants of it, and the two views that show what options do. */
import type { LearnOffer, LearnViews, Run } from '../../src-main/contract/learn.ts';
import { isAbort, sentences, type Client } from '../client.ts';
import { WishState } from './learn-wish.svelte.ts';

type Failure = ReturnType<typeof sentences>;

/** While a slider moves, views are drawn at most so often. */
const restMs = 180;

export class Learn {
  #client: Client;
  #offer: LearnOffer | null = $state.raw(null);
  #failure: Failure | null = $state.raw(null);
  #starting: boolean = $state(false);
  #views: LearnViews | null = $state.raw(null);
  #viewsFailure: Failure | null = $state.raw(null);
  #drawing: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seed = 1;
  #photo: number | null = null;
  readonly wish = new WishState();

  constructor(client: Client) {
    this.#client = client;
  }

  /** null until it was read once. */
  get offer(): LearnOffer | null {
    return this.#offer;
  }
  get failure(): Failure | null {
    return this.#failure;
  }
  /** A run has been asked for, and main has not answered. */
  get starting(): boolean {
    return this.#starting;
  }
  /** Two views of a photo; null until they were drawn once. */
  get views(): LearnViews | null {
    return this.#views;
  }
  get viewsFailure(): Failure | null {
    return this.#viewsFailure;
  }

  async load(): Promise<void> {
    try {
      this.#offer = await this.#client.call('learn.offer');
      this.#failure = null;
      this.wish.fit(this.#offer);
    } catch (thrown) {
      this.#failure = sentences(thrown);
    }
  }

  /** @throws LikenessError */
  async start(): Promise<Run> {
    this.#starting = true;
    try {
      return (await this.#client.call('learn.start', this.wish.request(Date.now()))).run;
    } finally {
      this.#starting = false;
    }
  }

  /** Other cuts of the same photo. */
  drawAgain(): Promise<void> {
    this.#seed++;
    return this.draw();
  }

  drawAnother(): Promise<void> {
    this.#seed++;
    this.#photo = null;
    return this.draw();
  }

  /** As the options now are, once they rest. */
  drawSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.draw(), restMs);
  }

  async draw(): Promise<void> {
    clearTimeout(this.#timer);
    this.#drawing?.abort();
    const request = new AbortController();
    this.#drawing = request;
    const photo = this.#photo === null ? {} : { photo: this.#photo };
    try {
      const views = await this.#client.call(
        'learn.views',
        { ...photo, seed: this.#seed, options: this.wish.options },
        request.signal,
      );
      if (request.signal.aborted) return;
      this.#views = views;
      this.#photo = views.photo.id;
      this.#viewsFailure = null;
    } catch (thrown) {
      if (!isAbort(thrown) && !request.signal.aborted) this.#viewsFailure = sentences(thrown);
    }
  }
}
