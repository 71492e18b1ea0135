/**
 * The longest part of indexing: every photo that waits is identified by its content, decoded once, encoded,
 * and saved. What is done stands in the database at once, so stopping at any moment costs the batches in flight.
 */
import { LikenessError, type ErrorData } from '../contract/errors.ts';
import type { EngineCalls, Outcome, PreparedPhoto } from '../contract/engine.ts';
import { limits } from '../contract/limits.ts';
import type { FolderId, PhotoId } from '../contract/photo.ts';
import type { EngineProcess } from '../jobs/engine-process.ts';
import type { Store } from '../store/store.ts';

/** Photos that travel in one message: enough to hide the message's cost, few enough that a pause is quick. */
const batchSize = 16;
/** While one batch is saved and identified, the other keeps decoder and encoder busy. */
const batchesInFlight = 3;
/** An engine that was killed while it started is started again, this often; the photos are not to blame. */
const startsTried = 3;

export interface WaitingPhoto {
  readonly id: PhotoId;
  readonly path: string;
  readonly modifiedMs: number;
  /** 1 when its file changed since it was looked at; 0 for a new one. */
  readonly known: 0 | 1;
}

/** How a batch ended. Every photo of it is in `done`, and in at most one of the others. */
export interface Settled {
  done: number;
  failed: number;
  /** Looked at for the first time, and can be shown. */
  added: number;
  /** Looked at again: its file had changed, moved, or another encoder had encoded it. */
  updated: number;
}

export interface EncodePhotosOptions {
  readonly store: Store;
  readonly engine: EngineProcess;
  /** Null: details and thumbnails only. */
  readonly encoder: { readonly id: string; readonly dir: string } | null;
  /** Only photos of these folders; all when left out. */
  readonly folderIds?: readonly FolderId[];
  readonly signal: AbortSignal;
  /** Called when no photo waits: resolves true when more may have been found, false when all have been. */
  readonly more: () => Promise<boolean>;
  /** Called after each batch with the photos it settled. */
  readonly onDone: (settled: Settled) => void;
}

/**
 * Looks at every waiting photo, newest first. A photo that cannot be read is recorded as failed with its
 * reason; one that takes the engine down twice is set aside.
 * @throws what `signal` was aborted with; LikenessError `disk-full` when there is no room to save.
 */
export async function encodePhotos(options: EncodePhotosOptions): Promise<void> {
  const { signal } = options;
  const run = new EncodeRun(options);
  const inFlight = new Set<Promise<void>>();
  let failure: unknown = null;
  const settleOne = () => Promise.race(inFlight);
  try {
    while (failure === null) {
      signal.throwIfAborted();
      const batch = run.next();
      if (batch.length === 0) {
        if (inFlight.size > 0) await settleOne();
        else if (!(await options.more())) break;
        continue;
      }
      const work: Promise<void> = run
        .settle(batch)
        .catch((thrown: unknown) => {
          failure ??= thrown;
        })
        .finally(() => inFlight.delete(work));
      inFlight.add(work);
      if (inFlight.size >= batchesInFlight) await settleOne();
    }
  } finally {
    await Promise.all(inFlight);
  }
  if (failure !== null) throw failure;
}

class EncodeRun {
  readonly #options: EncodePhotosOptions;
  readonly #claimed = new Set<number>();
  /** Contents being prepared: a second file with the same bytes waits for the first rather than being encoded too. */
  readonly #preparing = new Map<string, Promise<unknown>>();

  constructor(options: EncodePhotosOptions) {
    this.#options = options;
  }

  /** The next batch: photos never looked at first, then those that another encoder has encoded. Empty when all are in hand. */
  next(): WaitingPhoto[] {
    const { store, encoder, folderIds } = this.#options;
    const waiting = this.#claim(store.photos.waiting(batchSize + this.#claimed.size, folderIds));
    if (waiting.length > 0 || encoder === null) return waiting;
    const unencoded = store.photos.unencoded(encoder.id, batchSize + this.#claimed.size);
    return this.#claim(unencoded.map((photo) => ({ ...photo, known: 1 as const })));
  }

  #claim(waiting: readonly WaitingPhoto[]): WaitingPhoto[] {
    const fresh = waiting.filter(({ id }) => !this.#claimed.has(id)).slice(0, batchSize);
    for (const { id } of fresh) this.#claimed.add(id);
    return fresh;
  }

  async settle(batch: readonly WaitingPhoto[]): Promise<void> {
    try {
      await this.#look(batch);
    } catch (thrown) {
      if (!(thrown instanceof LikenessError)) throw thrown;
      if (thrown.code === 'engine-failed') await this.#afterDeath(batch, thrown);
      else if (thrown.code !== 'engine-not-starting' || this.#options.engine.failedStarts >= startsTried)
        throw thrown;
    } finally {
      for (const { id } of batch) this.#claimed.delete(id);
    }
  }

  /** The engine died under this batch. Alone, the photo that did it is found; the others pass. */
  async #afterDeath(batch: readonly WaitingPhoto[], death: LikenessError): Promise<void> {
    const [photo] = batch;
    if (batch.length > 1) {
      for (const one of batch) await this.settle([one]);
    } else if (photo) {
      const { store, onDone } = this.#options;
      if (store.photos.attempted(photo.id) < limits.fatalAttempts) return;
      store.photos.fail(photo.id, `${death.message} It was set aside after it had stopped the engine twice.`);
      onDone({ ...nothing(), done: 1, failed: 1 });
    }
  }

  async #look(batch: readonly WaitingPhoto[]): Promise<void> {
    const { store, engine, signal } = this.#options;
    const found = await engine.call(
      'identify',
      { paths: batch.map(({ path }) => path) },
      { signal, timeoutMs: timeLimit(batch.length) },
    );
    const unknown: Identified[] = [];
    const settled = nothing();
    store.transaction(() => {
      for (const [index, photo] of batch.entries()) {
        const outcome = found[index]!;
        if (!outcome.ok) {
          this.#fail(photo, outcome.error);
          settled.failed += 1;
          settled.done += 1;
        } else if (!this.#attach({ ...photo, ...outcome }, settled)) unknown.push({ ...photo, ...outcome });
      }
    });
    this.#options.onDone(settled);
    await this.#prepareEach(unknown);
  }

  /** True when the content is known in full, so that nothing remains to be done. */
  #attach(photo: Identified, settled: Settled): boolean {
    const { store, encoder } = this.#options;
    const attached = store.photos.attach(photo.id, photo.hash, photo, encoder?.id ?? null);
    if (attached.contentId === null || (encoder !== null && !attached.encoded)) return false;
    count(settled, photo.known === 1 || attached.moved);
    return true;
  }

  async #prepareEach(photos: readonly Identified[]): Promise<void> {
    const first = new Map<string, Identified>();
    const later: Identified[] = [];
    for (const photo of photos) {
      if (first.has(photo.hash) || this.#preparing.has(photo.hash)) later.push(photo);
      else first.set(photo.hash, photo);
    }
    const others = later.map(({ hash }) => this.#preparing.get(hash));
    const work = this.#prepare([...first.values()]);
    for (const hash of first.keys()) this.#preparing.set(hash, work);
    try {
      await work;
    } finally {
      for (const hash of first.keys()) this.#preparing.delete(hash);
    }
    if (later.length === 0) return;
    await Promise.allSettled(others);
    await this.#prepare(later);
  }

  async #prepare(photos: readonly Identified[]): Promise<void> {
    const { store, engine, encoder, signal, onDone } = this.#options;
    const settled = nothing();
    const missing = photos.filter((photo) => !this.#attach(photo, settled));
    if (missing.length > 0) {
      const input: EngineCalls['prepare'][0] = {
        photos: missing.map(({ path, hash, modifiedMs }) => ({ path, hash, modifiedMs })),
        thumbnails: store.paths.thumbnails,
        encoder: encoder?.dir ?? null,
      };
      const outcomes = await engine.call('prepare', input, { signal, timeoutMs: timeLimit(missing.length) });
      store.transaction(() => {
        for (const [index, photo] of missing.entries()) {
          this.#save(photo, outcomes[index]!, settled);
        }
      });
    }
    if (settled.done > 0) onDone(settled);
  }

  #save(photo: Identified, outcome: Outcome<PreparedPhoto>, settled: Settled): void {
    const { store, encoder } = this.#options;
    if (outcome.ok) {
      store.photos.savePrepared(photo.id, photo.hash, photo.sizeBytes, outcome, encoder?.id ?? null);
      count(settled, photo.known === 1);
    } else {
      this.#fail(photo, outcome.error);
      settled.failed += 1;
      settled.done += 1;
    }
  }

  #fail(photo: WaitingPhoto, error: ErrorData): void {
    // No room on the disk says nothing about the photo: the whole job stops and the photo keeps waiting.
    if (error.code === 'disk-full') throw new LikenessError(error.code, error.message, error.hint);
    this.#options.store.photos.fail(photo.id, error.message);
  }
}

type Identified = WaitingPhoto & { readonly hash: string; readonly sizeBytes: number };

function nothing(): Settled {
  return { done: 0, failed: 0, added: 0, updated: 0 };
}

function count(settled: Settled, known: boolean): void {
  settled.done += 1;
  if (known) settled.updated += 1;
  else settled.added += 1;
}

function timeLimit(photos: number): number {
  return limits.photoTimeoutMs + photos * 5_000;
}
