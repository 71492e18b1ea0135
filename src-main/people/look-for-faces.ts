/**
 * The long part of a people job: every photo that waits is looked at for faces, newest first, and what is found is saved at
 * once. Stopping or kill -9 at any moment costs the photos in flight, which are looked at again.
 */
import { LikenessError, type ErrorData } from '../contract/errors.ts';
import type { EngineCalls } from '../contract/engine.ts';
import { limits } from '../contract/limits.ts';
import type { EngineProcess } from '../jobs/engine-process.ts';
import type { FacelessContent } from '../store/faces.ts';
import type { PeopleStore } from '../store/store.ts';
import type { FaceModel } from './face-model.ts';
import { takeNames } from './take-names.ts';

/** Photos that travel in one message: few enough that a pause is quick. */
const batchSize = 8;
/** While one batch is saved, the other keeps the engine busy. */
const batchesInFlight = 2;
/** An engine that was killed while it started is started again, this often; the photos are not to blame. */
const startsTried = 3;

export interface LookForFacesOptions {
  readonly people: PeopleStore;
  readonly engine: EngineProcess;
  readonly model: FaceModel;
  /** Folder that takes the faces' pictures. */
  readonly crops: string;
  readonly signal: AbortSignal;
  /** Called after each batch: photos that were looked at, and those among them that could not be. */
  readonly onDone: (done: number, failed: number) => void;
}

/**
 * Looks at every content that the model has not looked at. One that cannot be read is noted with its reason; one that takes the
 * engine down twice is set aside. A file that is gone is left to the next look at its folder.
 * @throws what `signal` was aborted with; LikenessError disk-full, or what is wrong with the model.
 */
export async function lookForFaces(options: LookForFacesOptions): Promise<void> {
  const { people, model, signal } = options;
  const run = new Looking(options);
  // Contents that were claimed are not asked for twice: a pass goes from the newest to the oldest.
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    signal.throwIfAborted();
    const batch = people.faces.waiting(model.id, batchSize, before);
    if (batch.length === 0) break;
    before = batch.at(-1)!.id;
    await run.begin(batch);
  }
  await run.end();
}

class Looking {
  readonly #options: LookForFacesOptions;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #suspects: FacelessContent[] = [];
  #failure: unknown = null;

  constructor(options: LookForFacesOptions) {
    this.#options = options;
  }

  /** Begins a batch, and waits until another one may be begun. */
  async begin(batch: readonly FacelessContent[]): Promise<void> {
    const work: Promise<void> = this.#look(batch)
      .catch((thrown: unknown) => {
        this.#failure ??= thrown;
      })
      .finally(() => this.#inFlight.delete(work));
    this.#inFlight.add(work);
    if (this.#inFlight.size >= batchesInFlight) await Promise.race(this.#inFlight);
    if (this.#suspects.length > 0) await this.end();
    await this.#failIfFailed();
  }

  /** Waits for what is in flight, then looks at each suspect alone: whoever stops the engine now is found. */
  async end(): Promise<void> {
    await Promise.all(this.#inFlight);
    await this.#failIfFailed();
    while (this.#suspects.length > 0) await this.#look([this.#suspects.shift()!]);
  }

  async #failIfFailed(): Promise<void> {
    if (this.#failure === null) return;
    await Promise.all(this.#inFlight);
    throw this.#failure;
  }

  async #look(batch: readonly FacelessContent[]): Promise<void> {
    const { engine, model, crops, signal, people } = this.#options;
    const spots = batch.map(({ hash }) => people.facts.lasting(hash));
    const photos = batch.map(({ path, hash }, i) => ({ path, hash, boxes: spots[i]!.map(({ box }) => box) }));
    const timeoutMs = limits.photoTimeoutMs + batch.length * 5_000;
    let outcomes: EngineCalls['findFaces'][1];
    try {
      outcomes = await engine.call('findFaces', { photos, model: model.dir, crops }, { signal, timeoutMs });
    } catch (thrown) {
      this.#afterFailure(batch, thrown);
      return;
    }
    let failed = 0;
    for (const [i, { id, hash }] of batch.entries()) {
      const outcome = outcomes[i]!;
      // A person may have drawn or forgotten a face meanwhile: the boxes that were asked for are those that count.
      if (outcome.ok) {
        people.faces.save({ contentId: id, hash, model: model.id }, outcome.faces, spots[i]);
        takeNames(people, id, outcome.names ?? []);
      } else failed += this.#fail(id, outcome.error);
    }
    this.#options.onDone(batch.length, failed);
  }

  #afterFailure(batch: readonly FacelessContent[], thrown: unknown): void {
    const { engine, people, model, onDone } = this.#options;
    if (!(thrown instanceof LikenessError)) throw thrown;
    const [content, ...others] = batch;
    if (thrown.code === 'engine-not-starting' && engine.failedStarts < startsTried)
      this.#suspects.push(...batch);
    else if (thrown.code !== 'engine-failed') throw thrown;
    else if (others.length > 0) this.#suspects.push(...batch);
    else if (people.faces.attempted(content!.id, model.id) < limits.fatalAttempts)
      this.#suspects.push(content!);
    else {
      const reason = `${thrown.message} It was set aside after it had stopped the engine twice.`;
      people.faces.failed(content!.id, model.id, reason);
      onDone(1, 1);
    }
  }

  /** @returns how many were noted as failed. */
  #fail(content: number, error: ErrorData): 0 | 1 {
    if (error.code === 'disk-full') throw new LikenessError(error.code, error.message, error.hint);
    if (error.code === 'not-found') return 0;
    this.#options.people.faces.failed(content, this.#options.model.id, error.message);
    return 1;
  }
}
