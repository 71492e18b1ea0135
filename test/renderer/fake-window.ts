/** A window that has a history and nothing else: entries with their state, back and forward, as a browser keeps them. */
interface Entry {
  readonly hash: string;
  readonly state: unknown;
}

export class FakeWindow {
  #entries: Entry[];
  #at = 0;
  #listeners = new Set<() => void>();

  constructor(hash = '') {
    this.#entries = [{ hash, state: null }];
  }

  get location(): { readonly hash: string } {
    return { hash: this.#entries[this.#at]!.hash };
  }
  /** How many entries Back could lead to. */
  get behind(): number {
    return this.#at;
  }

  get history() {
    return {
      state: this.#entries[this.#at]!.state,
      pushState: (state: unknown, _title: string, hash: string) => {
        this.#entries = [...this.#entries.slice(0, this.#at + 1), { hash, state: structuredClone(state) }];
        this.#at += 1;
      },
      replaceState: (state: unknown, _title: string, hash: string) => {
        this.#entries[this.#at] = { hash, state: structuredClone(state) };
      },
      back: () => this.#move(-1),
      forward: () => this.#move(1),
    };
  }

  addEventListener(_type: 'popstate', listener: () => void): void {
    this.#listeners.add(listener);
  }
  removeEventListener(_type: 'popstate', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  #move(by: number): void {
    const to = this.#at + by;
    if (to < 0 || to >= this.#entries.length) return;
    this.#at = to;
    for (const listener of this.#listeners) listener();
  }
}
