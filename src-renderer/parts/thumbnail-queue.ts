/**
 * Loads pictures into their tiles: what is on screen first, then what lies ahead, a few at a time. A tile that leaves
 * takes its request back. While the view races past, nothing new is asked for: the colours are enough.
 */
interface Request {
  readonly image: HTMLImageElement;
  readonly url: string;
  /** 0 on screen, higher for later; asked again whenever a place is free. */
  readonly rank: () => number;
  /** Loaded and decoded. */
  readonly onLoad: (tookMs: number) => void;
  readonly onFail: () => void;
}

export class ThumbnailQueue {
  #waiting = new Set<Request>();
  /** On the way, over the network. */
  #loading = new Set<Request>();
  /** Taken back: whatever still comes of them is nobody's business. */
  #gone = new WeakSet<Request>();
  #held = false;
  #atOnce: number;

  /** @param atOnce  Requests under way. Browsers keep six connections to one host; one of them carries the events. */
  constructor(atOnce = 5) {
    this.#atOnce = atOnce;
  }

  /** @returns a function that gives the request up, loaded or not. */
  load(request: Request): () => void {
    this.#waiting.add(request);
    queueMicrotask(() => this.#next());
    return () => {
      this.#gone.add(request);
      this.#waiting.delete(request);
      if (!this.#loading.delete(request)) return;
      // An image without a source lets go of its connection.
      request.image.removeAttribute('src');
      // Later: tiles leave in one go, and the next to load must not be one that is about to leave.
      queueMicrotask(() => this.#next());
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
    const { image } = request;
    try {
      image.src = request.url;
      await loaded(image);
      // The connection is free; decoding runs beside the next request.
      if (this.#loading.delete(request)) this.#next();
      await image.decode();
      if (!this.#gone.has(request)) request.onLoad(performance.now() - from);
    } catch {
      if (this.#loading.delete(request)) this.#next();
      if (!this.#gone.has(request)) request.onFail();
    }
  }
}

function loaded(image: HTMLImageElement): Promise<void> {
  if (image.complete && image.naturalWidth > 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    image.addEventListener('load', () => resolve(), { once: true });
    image.addEventListener('error', () => reject(new Error(`${image.src} could not be loaded.`)), {
      once: true,
    });
  });
}
