/** All of one run that its screen draws: read once, then grown by what events tell. */
import type { LearnLook, RunDetails } from '../../src-main/contract/learn.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { sentences, type Client } from '../client.ts';

type Failure = ReturnType<typeof sentences>;

/** More looks than this are thinned, as main does it. */
const mostLooks = 400;
/** Map and neighbours are read again at most so often. */
const readAgainMs = 4000;

export class RunView {
  readonly id: number;
  #client: Client;
  #details: RunDetails | null = $state.raw(null);
  #looks: readonly LearnLook[] = $state.raw([]);
  #failure: Failure | null = $state.raw(null);
  #gone: boolean = $state(false);
  #latest: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, id: number) {
    this.#client = client;
    this.id = id;
  }

  /** null until it was read once. */
  get details(): RunDetails | null {
    return this.#details;
  }
  /** In the order of their steps. */
  get looks(): readonly LearnLook[] {
    return this.#looks;
  }
  get failure(): Failure | null {
    return this.#failure;
  }
  /** There is no such run. */
  get gone(): boolean {
    return this.#gone;
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#latest?.abort();
    const request = new AbortController();
    this.#latest = request;
    try {
      const details = await this.#client.call('runs.show', { id: this.id }, request.signal);
      if (request.signal.aborted) return;
      this.#details = details;
      // An event may have told of a later look while the answer was on its way.
      const last = details.looks.at(-1)?.step ?? -1;
      this.#looks = [...details.looks, ...this.#looks.filter(({ step }) => step > last)];
      this.#failure = null;
      this.#gone = false;
    } catch (thrown) {
      if (request.signal.aborted) return;
      this.#gone = thrown instanceof LikenessError && thrown.code === 'not-found';
      this.#failure = sentences(thrown);
    }
  }

  /** The curves grow at once; map and neighbours follow within seconds. */
  takeLook(look: LearnLook): void {
    const last = this.#looks.at(-1);
    if (last && look.step <= last.step) return;
    this.#looks = thinned([...this.#looks, look]);
    // The first map is waited for; later ones only move it.
    if (this.#details && !this.#details.map) void this.load();
    else this.#timer ??= setTimeout(() => void this.load(), readAgainMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#latest?.abort();
  }
}

/** Every second one, but for the last: the shape of a curve stays. */
function thinned(looks: readonly LearnLook[]): readonly LearnLook[] {
  if (looks.length <= mostLooks) return looks;
  return looks.filter((_, at) => at % 2 === 0 || at === looks.length - 1);
}
