/** Groups faces by their looks: after new ones were found, and a while after decisions. */
import type { EngineProcess } from '../jobs/engine-process.ts';
import type { PeopleStore } from '../store/store.ts';
import type { FaceModel } from './face-model.ts';

/** After the last decision: whoever decides on faces one after the other is not disturbed. */
const idleMs = 3_000;
/** Somebody may decide something while faces are grouped; then they are grouped anew, this often at most. */
const tries = 5;

export interface RegroupingOptions {
  readonly people: PeopleStore;
  readonly engine: EngineProcess;
  /** null while none is installed. */
  readonly model: () => FaceModel | null;
  /** Called when faces belong elsewhere. */
  readonly onGrouped: () => void;
  readonly onError: (thrown: unknown) => void;
}

export class Regrouping {
  readonly #options: RegroupingOptions;
  #timer: NodeJS.Timeout | null = null;
  #closed = new AbortController();

  constructor(options: RegroupingOptions) {
    this.#options = options;
  }

  /** Groups when nothing was decided for a moment. */
  soon(): void {
    if (this.#closed.signal.aborted) return;
    clearTimeout(this.#timer ?? undefined);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const model = this.#options.model();
      if (!model) return;
      groupFaces({ ...this.#options, model, signal: this.#closed.signal }).catch((thrown: unknown) => {
        if (!this.#closed.signal.aborted) this.#options.onError(thrown);
      });
    }, idleMs).unref();
  }

  /** Nothing is grouped any more, and what is under way is dropped; `soon` begins anew. */
  drop(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
    this.#closed.abort(new DOMException('Faces were forgotten', 'AbortError'));
    this.#closed = new AbortController();
  }

  close(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#closed.abort(new DOMException('Likeness is closing', 'AbortError'));
  }
}

/**
 * Groups all faces of a model, and writes it as one transaction. A grouping that had not seen the latest decision is not written:
 * faces are grouped anew, and in the end left to whoever groups after that decision.
 * @throws what the signal was aborted with; LikenessError of the engine.
 */
export async function groupFaces({
  people,
  engine,
  model,
  signal,
  onGrouped,
}: Pick<RegroupingOptions, 'people' | 'engine' | 'onGrouped'> & {
  readonly model: FaceModel;
  readonly signal: AbortSignal;
}): Promise<void> {
  for (let tried = 0; tried < tries; tried++) {
    const decided = people.edits.version;
    const head = people.heads.inUse(model.id);
    const grouping = await engine.call('groupFaces', { model: model.id, dir: model.dir, head }, { signal });
    signal.throwIfAborted();
    if (people.edits.version !== decided) continue;
    people.grouping.write(model.id, grouping);
    people.heads.grouped(model.id, head);
    onGrouped();
    return;
  }
}
