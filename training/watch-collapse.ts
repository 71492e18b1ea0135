/** Looks at the embeddings of a run for signs that they no longer tell photos apart. */
import type { Collapse } from '../src-main/contract/run.ts';
import { collapseOf, teacherAlarm } from './evaluate/collapse.ts';
import { rowsOf } from './evaluate/rows.ts';

export interface Watched {
  /** [..., P]: embeddings of a batch. */
  readonly values: Float32Array;
  readonly dim: number;
  /** Entropies of the teacher's answers, where there is one (methods/self-distilled.ts). */
  readonly teacher: {
    readonly entropy: number;
    readonly entropyOfMean: number;
    readonly prototypes: number;
  } | null;
}

export interface CollapseWatchOptions {
  /** Steps of the run: the first tenth is its own matter, since a fresh network tells photos hardly apart. */
  readonly steps: number;
  /** Steps from one look to the next. */
  readonly every?: number;
  /** Looks in a row that must show collapse before it counts. */
  readonly patience?: number;
}

export class CollapseWatch {
  readonly #from: number;
  readonly #every: number;
  readonly #patience: number;
  #latest: Collapse = { collapsed: false, spread: 1, effectiveRank: 1, reason: null };
  #looked = false;
  #bad = 0;

  constructor({ steps, every = 10, patience = 5 }: CollapseWatchOptions) {
    this.#from = Math.max(Math.ceil(steps / 10), every * patience);
    this.#every = every;
    this.#patience = patience;
  }

  /** What the last look saw. */
  get latest(): Collapse {
    return this.#latest;
  }

  /** Whether the last looks, one after the other, all saw collapse: nothing more is learned. */
  get alarmed(): boolean {
    return this.#bad >= this.#patience;
  }

  /** Is called at every step, and looks at the first and at some: one look takes as long as a few photos of a small network. */
  look(step: number, watched: () => Watched): void {
    if (this.#looked && step % this.#every !== 0) return;
    this.#looked = true;
    this.#latest = judge(watched());
    this.#bad = step >= this.#from && this.#latest.collapsed ? this.#bad + 1 : 0;
  }
}

function judge({ values, dim, teacher }: Watched): Collapse {
  const seen = collapseOf(rowsOf(values, dim));
  if (teacher === null || seen.collapsed) return seen;
  const { entropy, entropyOfMean: spread, prototypes } = teacher;
  const reason = teacherAlarm({ entropy, spread, prototypes });
  return reason === null ? seen : { ...seen, collapsed: true, reason };
}
