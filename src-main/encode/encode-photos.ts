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
  /** Every photo has been looked at before, and lacks vectors alone: thumbnails are left as they are. */
  readonly vectorsAlone?: boolean;
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
      if (run.hasSuspects) {
        await Promise.all(inFlight);
        if (failure === null) await run.settleSuspects();
        continue;
      }
      const batch = run.next();
      if (batch.length === 0) {
        if (inFlight.size > 0) await settleOne();
        else if (!(await options.more())) break;
        continue;
      }
      const work: Promise<void> = run
        .settle(new Batch(batch))
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
  readonly #suspects: WaitingPhoto[] = [];
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

  /** Photos of batches under which the engine died: one of them did it, or one of another batch. */
  get hasSuspects(): boolean {
    return this.#suspects.length > 0;
  }

  /** One photo at a time and nothing beside it: whoever stops the engine now is found, and nobody else is blamed. */
  async settleSuspects(): Promise<void> {
    for (const photo of this.#suspects.splice(0)) {
      const alone = new Batch([photo]);
      while (alone.isOpen(photo)) await this.settle(alone);
    }
  }

  async settle(batch: Batch): Promise<void> {
    try {
      await this.#look(batch);
    } catch (thrown) {
      if (!(thrown instanceof LikenessError)) throw thrown;
      if (thrown.code === 'engine-failed') this.#afterDeath(batch, thrown);
      else if (thrown.code !== 'engine-not-starting' || this.#options.engine.failedStarts >= startsTried)
        throw thrown;
    } finally {
      batch.flush(this.#options.onDone);
      for (const photo of batch.photos) if (!this.#suspects.includes(photo)) this.#claimed.delete(photo.id);
    }
  }

  #afterDeath(batch: Batch, death: LikenessError): void {
    const [photo, ...others] = batch.photos;
    if (others.length > 0) this.#suspects.push(...batch.photos.filter((one) => batch.isOpen(one)));
    else if (photo && this.#options.store.photos.attempted(photo.id) >= limits.fatalAttempts) {
      const reason = `${death.message} It was set aside after it had stopped the engine twice.`;
      this.#options.store.photos.fail(photo.id, reason);
      batch.settle(photo, 'failed');
    }
  }

  async #look(batch: Batch): Promise<void> {
    const { store, engine, signal } = this.#options;
    const photos = batch.photos.filter((photo) => batch.isOpen(photo));
    const found = await engine.call(
      'identify',
      { paths: photos.map(({ path }) => path) },
      { signal, timeoutMs: timeLimit(photos.length) },
    );
    const unknown: Identified[] = [];
    store.transaction(() => {
      for (const [index, photo] of photos.entries()) {
        const outcome = found[index]!;
        if (!outcome.ok) this.#fail(batch, photo, outcome.error);
        else if (!this.#attach(batch, { ...photo, ...outcome })) unknown.push({ ...photo, ...outcome });
      }
    });
    batch.flush(this.#options.onDone);
    await this.#prepareEach(batch, unknown);
  }

  /** True when the content is known in full, so that nothing remains to be done. */
  #attach(batch: Batch, photo: Identified): boolean {
    const { store, encoder } = this.#options;
    const attached = store.photos.attach(photo.id, photo.hash, photo, encoder?.id ?? null);
    if (attached.contentId === null || (encoder !== null && !attached.encoded)) return false;
    batch.settle(photo, photo.known === 1 || attached.moved ? 'updated' : 'added');
    return true;
  }

  async #prepareEach(batch: Batch, photos: readonly Identified[]): Promise<void> {
    const first = new Map<string, Identified>();
    const later: Identified[] = [];
    for (const photo of photos) {
      if (first.has(photo.hash) || this.#preparing.has(photo.hash)) later.push(photo);
      else first.set(photo.hash, photo);
    }
    const others = later.map(({ hash }) => this.#preparing.get(hash));
    const work = this.#prepare(batch, [...first.values()]);
    for (const hash of first.keys()) this.#preparing.set(hash, work);
    try {
      await work;
    } finally {
      for (const hash of first.keys()) this.#preparing.delete(hash);
    }
    if (later.length === 0) return;
    await Promise.allSettled(others);
    await this.#prepare(batch, later);
  }

  async #prepare(batch: Batch, photos: readonly Identified[]): Promise<void> {
    const { store, engine, encoder, signal } = this.#options;
    const missing = photos.filter((photo) => !this.#attach(batch, photo));
    if (missing.length === 0) return;
    const input: EngineCalls['prepare'][0] = {
      photos: missing.map(({ path, hash, modifiedMs }) => ({ path, hash, modifiedMs })),
      thumbnails: this.#options.vectorsAlone ? null : store.paths.thumbnails,
      encoder: encoder?.dir ?? null,
    };
    const outcomes = await engine.call('prepare', input, { signal, timeoutMs: timeLimit(missing.length) });
    store.transaction(() => {
      for (const [index, photo] of missing.entries()) this.#save(batch, photo, outcomes[index]!);
    });
  }

  #save(batch: Batch, photo: Identified, outcome: Outcome<PreparedPhoto>): void {
    const { store, encoder } = this.#options;
    if (!outcome.ok) return this.#fail(batch, photo, outcome.error);
    store.photos.savePrepared(photo.id, photo.hash, photo.sizeBytes, outcome, encoder?.id ?? null);
    batch.settle(photo, photo.known === 1 ? 'updated' : 'added');
  }

  #fail(batch: Batch, photo: WaitingPhoto, error: ErrorData): void {
    // No room on the disk says nothing about the photo: the whole job stops and the photo keeps waiting.
    if (error.code === 'disk-full') throw new LikenessError(error.code, error.message, error.hint);
    // A photo that could be shown and whose file is gone is missing, as a scan would have it: its disk may be away.
    if (error.code === 'not-found' && this.#options.store.photos.missed(photo.id))
      return batch.settle(photo, null);
    this.#options.store.photos.fail(photo.id, error.message);
    batch.settle(photo, 'failed');
  }
}

/** Photos that travel together, and what has become of each: none is told twice. */
class Batch {
  readonly photos: readonly WaitingPhoto[];
  readonly #open: Set<number>;
  #untold = nothing();

  constructor(photos: readonly WaitingPhoto[]) {
    this.photos = photos;
    this.#open = new Set(photos.map(({ id }) => id));
  }

  isOpen({ id }: WaitingPhoto): boolean {
    return this.#open.has(id);
  }

  settle({ id }: WaitingPhoto, how: 'added' | 'updated' | 'failed' | null): void {
    if (!this.#open.delete(id)) return;
    this.#untold.done += 1;
    if (how) this.#untold[how] += 1;
  }

  flush(onDone: (settled: Settled) => void): void {
    const settled = this.#untold;
    this.#untold = nothing();
    if (settled.done > 0) onDone(settled);
  }
}

type Identified = WaitingPhoto & { readonly hash: string; readonly sizeBytes: number };

function nothing(): Settled {
  return { done: 0, failed: 0, added: 0, updated: 0 };
}

function timeLimit(photos: number): number {
  return limits.photoTimeoutMs + photos * 5_000;
}
