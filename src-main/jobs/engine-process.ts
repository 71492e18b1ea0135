/** An engine child as main sees it: calls that return promises, a process that comes back when it dies. */
import { LikenessError } from '../contract/errors.ts';
import type { EngineCallName, EngineCalls, EngineStart, FromEngine, ToEngine } from '../contract/engine.ts';
import type { ChildLink, StartChild } from './child-link.ts';

export interface CallOptions {
  /** The caller no longer waits; the engine finishes what it began. */
  readonly signal?: AbortSignal;
  /** The engine is killed and started anew when an answer takes longer. Default: no limit. */
  readonly timeoutMs?: number;
}

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts the child at the first call and again at the first call after it died. Calls in flight when it dies
 * are rejected: with `engine-failed` when it died at work, and the caller decides whether to ask again; with
 * `engine-not-starting` when it had not even started, which says nothing about what was asked.
 */
export class EngineProcess {
  readonly #entry: string;
  readonly #startChild: StartChild;
  readonly #start: () => EngineStart;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildLink | null = null;
  #lastId = 0;
  #closed = false;
  #ready = false;
  /** How often a child ended before it was asked to. */
  deaths = 0;
  /** How often in a row a child ended before it had started: it lacks a file, or memory. */
  failedStarts = 0;

  constructor(options: { entry: string; startChild: StartChild; start: () => EngineStart }) {
    this.#entry = options.entry;
    this.#startChild = options.startChild;
    this.#start = options.start;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async call<Name extends EngineCallName>(
    name: Name,
    input: EngineCalls[Name][0],
    { signal, timeoutMs }: CallOptions = {},
  ): Promise<EngineCalls[Name][1]> {
    signal?.throwIfAborted();
    if (this.#closed) throw died('Likeness is closing.');
    const child = this.#running();
    const id = ++this.#lastId;
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    try {
      return (await new Promise<unknown>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        if (timeoutMs !== undefined) timer = setTimeout(() => this.#kill(child), timeoutMs);
        onAbort = () => reject(signal!.reason as Error);
        signal?.addEventListener('abort', onAbort, { once: true });
        child.send({ type: 'call', id, name, input } satisfies ToEngine);
      })) as EngineCalls[Name][1];
    } finally {
      clearTimeout(timer);
      if (onAbort) signal?.removeEventListener('abort', onAbort);
      this.#waiting.delete(id);
    }
  }

  /** Ends a child that nobody waits for, to give its memory back; the next call starts a fresh one. */
  rest(): void {
    const child = this.#child;
    if (!child || this.#waiting.size > 0) return;
    this.#child = null;
    child.kill();
  }

  /** Ends the child now; the next call starts a fresh one, with the settings of then. */
  restart(): void {
    if (this.#child) this.#kill(this.#child);
  }

  close(): void {
    this.#closed = true;
    this.restart();
  }

  #running(): ChildLink {
    if (this.#child) return this.#child;
    const child = this.#startChild(this.#entry);
    this.#child = child;
    this.#ready = false;
    child.onMessage((message) => this.#receive(message as FromEngine));
    child.onExit((code) => this.#ended(child, code));
    child.send({ type: 'start', start: this.#start() } satisfies ToEngine);
    return child;
  }

  #receive(message: FromEngine): void {
    if (message.type === 'ready') {
      this.#ready = true;
      this.failedStarts = 0;
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    if (message.type === 'result') waiting.resolve(message.output);
    else waiting.reject(new LikenessError(message.error.code, message.error.message, message.error.hint));
  }

  #kill(child: ChildLink): void {
    child.kill();
    this.#ended(child, null);
  }

  #ended(child: ChildLink, code: number | null): void {
    if (this.#child !== child) return;
    this.#child = null;
    if (!this.#closed) {
      this.deaths += 1;
      if (!this.#ready) this.failedStarts += 1;
    }
    const how = code === null ? '' : ` with code ${code}`;
    const error = this.#ready
      ? died(`The engine stopped${how} before it had answered.`)
      : new LikenessError(
          'engine-not-starting',
          `The engine stopped${how} before it had started.`,
          'Run `likeness doctor`; if a file is missing, install Likeness again.',
        );
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function died(message: string): LikenessError {
  return new LikenessError('engine-failed', message, 'It starts again by itself; try once more.');
}
