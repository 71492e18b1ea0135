/** Server-sent events to every open window: the state of things, announced, never an order. */
import type { AppEvent } from './contract/api.ts';

/** A comment line this often keeps proxies and sleeping windows from closing the stream. */
const heartbeatMs = 20_000;
/** A window that reads slower than this many waiting messages is dropped; it reconnects and reads the state anew. */
const backlog = 256;

export class EventStream {
  readonly #sinks = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #listeners = new Set<(event: AppEvent) => void>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #encoder = new TextEncoder();

  constructor() {
    this.#heartbeat = setInterval(() => this.#push(': still here\n\n'), heartbeatMs).unref();
  }

  emit(event: AppEvent): void {
    for (const listener of this.#listeners) listener(event);
    if (this.#sinks.size > 0) this.#push(`data: ${JSON.stringify(event)}\n\n`);
  }

  /** @returns a function that ends the listening. */
  listen(listener: (event: AppEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The answer to GET /api/events. The browser asks again by itself, two seconds after a break. */
  response(): Response {
    let sink: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          sink = controller;
          this.#sinks.add(controller);
          controller.enqueue(this.#encoder.encode('retry: 2000\n\n'));
        },
        cancel: () => {
          this.#sinks.delete(sink);
        },
      },
      new CountQueuingStrategy({ highWaterMark: backlog }),
    );
    return new Response(body, {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
    });
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const sink of this.#sinks) this.#end(sink);
    this.#listeners.clear();
  }

  #push(text: string): void {
    const bytes = this.#encoder.encode(text);
    for (const sink of this.#sinks) {
      if ((sink.desiredSize ?? 0) <= 0) this.#end(sink);
      else sink.enqueue(bytes);
    }
  }

  #end(sink: ReadableStreamDefaultController<Uint8Array>): void {
    this.#sinks.delete(sink);
    try {
      sink.close();
    } catch {
      // Its window closed it first.
    }
  }
}
