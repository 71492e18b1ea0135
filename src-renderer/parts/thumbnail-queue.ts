/**
 * Loads pictures into their tiles: what is on screen first, then what lies ahead, a few at a time. A tile that leaves
 * takes its request back. While the view races past, nothing new is asked for: the colours are enough.
 */
interface Request {
  readonly image: HTMLImageElement;
  readonly url: string;
  readonly rank: () => number;
  readonly onLoad: (tookMs: number) => void;
  readonly onFail: () => void;
}

export class ThumbnailQueue {
  #waiting = new Set<Request>();
  #loading = new Set<Request>();
  #held = false;
  #atOnce: number;

  /** @param atOnce  Requests under way. Browsers keep six connections to one host; one of them carries the events. */
  constructor(atOnce = 5) {
    this.#atOnce = atOnce;
  }

  /**
   * Loads and decodes `url` into `image`.
   * @param rank  0 on screen, higher for later; asked again whenever a place is free.
   * @returns a function that gives the request up, loaded or not.
   */
  load(request: Request): () => void {
    this.#waiting.add(request);
    queueMicrotask(() => this.#next());
    return () => {
      this.#waiting.delete(request);
      if (this.#loading.delete(request)) {
        // An image without a source lets go of its connection.
        request.image.removeAttribute('src');
        this.#next();
      }
    };
  }

  /** While held, what is loading may end, but nothing begins. */
  hold(held: boolean): void {
    this.#held = held;
    if (!held) this.#next();
  }

  #next(): void {
    while (!this.#held && this.#loading.size < this.#atOnce && this.#waiting.size > 0) {
      let best: Request | null = null;
      let bestRank = Infinity;
      for (const request of this.#waiting) {
        const rank = request.rank();
        if (rank < bestRank) [best, bestRank] = [request, rank];
      }
      if (!best) return;
      this.#waiting.delete(best);
      this.#loading.add(best);
      void this.#run(best);
    }
  }

  async #run(request: Request): Promise<void> {
    const from = performance.now();
    try {
      request.image.src = request.url;
      await request.image.decode();
      if (this.#loading.has(request)) request.onLoad(performance.now() - from);
    } catch {
      if (this.#loading.has(request)) request.onFail();
    }
    if (this.#loading.delete(request)) this.#next();
  }
}
