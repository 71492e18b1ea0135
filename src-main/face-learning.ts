/**
 * Learning from corrections: a head behind the face model is learned in the trainer's process from who people are, and waits with its
 * verdict until a person uses it. It takes seconds, so one that was stopped or killed is simply begun anew.
 */
import { LikenessError } from './contract/errors.ts';
import {
  leastFacesEach,
  leastPersons,
  type FaceHead,
  type FaceLearning,
  type FacesLearned,
  type FaceLessons,
} from './contract/learn-faces.ts';
import type { StartChild } from './jobs/child-link.ts';
import { runTrainer } from './learn/run-trainer.ts';
import { required, type FaceModel } from './people/face-model.ts';
import type { Regrouping } from './people/regrouping.ts';
import type { Store } from './store/store.ts';

export interface FaceLearningOptions {
  readonly store: Store;
  /** null while none is installed. */
  readonly model: () => FaceModel | null;
  readonly trainer: { readonly startChild: StartChild; readonly entry: string };
  readonly regrouping: Regrouping;
  /** Aborted when the application closes. */
  readonly closing: AbortSignal;
  /** Called when what is learned, or is being learned, has changed. */
  readonly onChange: () => void;
}

export class FaceLearner {
  readonly #options: FaceLearningOptions;
  #running: Promise<FaceHead> | null = null;
  #forgotten = new AbortController();

  constructor(options: FaceLearningOptions) {
    this.#options = options;
  }

  state(): FaceLearning {
    const { store } = this.#options;
    const id = this.#options.model()?.id ?? '';
    const persons = store.people.heads.ready(id, leastFacesEach);
    return {
      running: this.#running !== null,
      persons,
      missing: missing(persons),
      heads: store.people.heads.list(id).map(withWords),
    };
  }

  /**
   * Learns a head, and keeps it with its verdict; faces are grouped as before.
   * @throws LikenessError bad-input where too few people have names, or while faces are turned off; what the trainer says.
   */
  learn(): Promise<FaceHead> {
    this.#running ??= this.#learn().finally(() => {
      this.#running = null;
      this.#options.onChange();
    });
    return this.#running;
  }

  /**
   * Groups faces with a head from now on, or (null) without any, as before.
   * @throws LikenessError not-found; bad-input for one that is not better.
   */
  use(id: number | null): FaceLearning {
    const { store, regrouping, onChange } = this.#options;
    const { heads, edits } = store.people;
    const model = required(this.#options.model());
    const head = id === null ? null : heads.list(model.id).find((one) => one.id === id);
    if (head === undefined)
      throw new LikenessError(
        'not-found',
        'What was learned then is not kept any more.',
        'Learn from your corrections again.',
      );
    if (head && head.verdict !== 'better')
      throw new LikenessError(
        'bad-input',
        'It tells people apart no better than before, so it is not used.',
        'Name and correct more faces, then learn again.',
      );
    heads.use(model.id, id);
    // A grouping that is under way was begun with the other head: it is not written.
    edits.version += 1;
    regrouping.soon();
    onChange();
    return this.state();
  }

  /** Faces that were last grouped with another head, because the program was ended meanwhile, are grouped anew. */
  resume(): void {
    const { store, regrouping } = this.#options;
    const model = this.#options.model();
    if (model && store.people.heads.isBehind(model.id)) regrouping.soon();
  }

  /** What is being learned is dropped: faces are forgotten. */
  drop(): void {
    this.#forgotten.abort(new DOMException('Faces were forgotten', 'AbortError'));
    this.#forgotten = new AbortController();
  }

  async #learn(): Promise<FaceHead> {
    const { store, closing, onChange } = this.#options;
    const { heads } = store.people;
    const model = required(this.#options.model());
    if (!store.settings.get().people)
      throw new LikenessError('bad-input', 'Faces are turned off.', 'Turn them on first.');
    const lack = missing(heads.ready(model.id, leastFacesEach));
    if (lack !== null)
      throw new LikenessError('bad-input', lack, 'Name more people, and confirm or correct their faces.');
    onChange();
    const signal = AbortSignal.any([closing, this.#forgotten.signal]);
    const learned = await this.#train(heads.lessons(model.id), signal);
    // Whoever has turned faces off meanwhile wants nothing kept of them.
    signal.throwIfAborted();
    const id = heads.add(model.id, learned, Date.now());
    return withWords(heads.list(model.id).find((one) => one.id === id)!);
  }

  async #train(lessons: FaceLessons, signal: AbortSignal): Promise<FacesLearned> {
    const end = await runTrainer(
      { kind: 'faces', lessons, seed: 1, threads: 1 },
      { ...this.#options.trainer, signal, onProgress: () => {}, onNote: () => {} },
    );
    if (end.kind === 'faces-learned') return end.result;
    throw new RangeError(`The trainer was to learn from faces, and ${end.kind}.`);
  }
}

/** null when there is enough. */
function missing(persons: number): string | null {
  const lack = leastPersons - persons;
  if (lack <= 0) return null;
  const wanted = `Learning takes ${leastPersons} people with a name and ${leastFacesEach} confirmed faces each`;
  const more = `${lack} ${persons === 0 ? '' : 'more '}${lack === 1 ? 'person is' : 'people are'} missing`;
  return persons === 0 ? `${wanted}, and there is nobody yet.` : `${wanted}; ${more}.`;
}

function withWords(head: Omit<FaceHead, 'words'>): FaceHead {
  return { ...head, words: verdictWords(head) };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const points = (share: number) => (100 * share).toFixed(1);

function verdictWords({
  verdict,
  persons,
  before,
  after,
  low,
  high,
  found,
}: Omit<FaceHead, 'words'>): string {
  const told = `Of pairs of ${persons} people, each asked about without having been learned from, ${percent(after)} are told rightly instead of ${percent(before)}`;
  if (verdict === 'better') return `${told}: ${points(low)} to ${points(high)} points more.`;
  if (verdict === 'worse') return `${told}: that is worse, and it is not used.`;
  if (low > 0 && found.after < found.before)
    return `${told}. But where hardly any mistakes are allowed, as in groups, it finds fewer faces of one person, so it is not used.`;
  return `${told}. That may be chance (${points(low)} to ${points(high)} points), so it is not used.`;
}
