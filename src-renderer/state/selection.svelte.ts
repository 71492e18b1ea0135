/** Which photos are selected, by a file manager's rules. Ids, never nodes: 100,000 selected cost one Set. */

/** The order that the view shows, so that a range means what the person sees between two photos. */
export interface ViewOrder {
  readonly length: number;
  idAt(index: number): number;
  /** -1 when the view does not show it. */
  indexOf(id: number): number;
}

export interface Modifiers {
  /** Shift: from the anchor to here. */
  readonly extend: boolean;
  /** Ctrl: leave the rest as it is. */
  readonly keep: boolean;
}

export class Selection {
  #ids: ReadonlySet<number> = $state.raw(new Set());
  #current: number | null = $state(null);
  /** Where Shift starts from. */
  #anchor: number | null = null;
  /** What stood before the range that Shift is drawing now. */
  #base: ReadonlySet<number> = new Set();

  get size(): number {
    return this.#ids.size;
  }
  get ids(): ReadonlySet<number> {
    return this.#ids;
  }
  /** The photo that keys act on and arrows start from; it need not be selected. */
  get current(): number | null {
    return this.#current;
  }
  has(id: number): boolean {
    return this.#ids.has(id);
  }
  /** What a letter key acts on: the selection, else the current photo. */
  get targets(): readonly number[] {
    if (this.#ids.size > 0) return [...this.#ids];
    return this.#current === null ? [] : [this.#current];
  }

  /** A click, or an arrow that went to this photo. */
  pick(id: number, { extend, keep }: Modifiers, order: ViewOrder): void {
    if (extend && this.#anchor !== null && order.indexOf(this.#anchor) >= 0) {
      const range = rangeOf(this.#anchor, id, order);
      this.#ids = keep ? union(this.#base, range) : new Set(range);
    } else if (keep) {
      return this.toggle(id);
    } else {
      this.#ids = new Set([id]);
      this.#anchor = id;
      this.#base = new Set();
    }
    this.#current = id;
  }

  /** Ctrl click, Space, X, the round tick. The photo becomes the next anchor. */
  toggle(id: number): void {
    const ids = new Set(this.#ids);
    if (!ids.delete(id)) ids.add(id);
    this.#ids = ids;
    this.#base = ids;
    this.#anchor = id;
    this.#current = id;
  }

  /** Ctrl and an arrow: moves without selecting. */
  moveTo(id: number | null): void {
    this.#current = id;
  }

  /** A day's tick: all of these, or none of them where all are selected already. */
  toggleAll(ids: readonly number[]): void {
    const all = ids.every((id) => this.#ids.has(id));
    const next = new Set(this.#ids);
    for (const id of ids)
      if (all) next.delete(id);
      else next.add(id);
    this.#ids = next;
    this.#base = next;
  }

  /**
   * A rubber band over these photos, told anew with every movement.
   * @param keep  Ctrl was held when it began: what was selected before stays.
   */
  band(ids: Iterable<number>, keep: boolean): void {
    this.#ids = keep ? union(this.#base, ids) : new Set(ids);
  }

  /** The band is done: what it took stands for the next one. */
  endBand(): void {
    this.#base = this.#ids;
  }

  selectAll(order: ViewOrder): void {
    const ids = new Set<number>();
    for (let index = 0; index < order.length; index += 1) ids.add(order.idAt(index));
    this.#ids = ids;
    this.#base = ids;
  }

  /** Nothing is selected; the current photo stays where it is. */
  clear(): void {
    this.#ids = new Set();
    this.#base = this.#ids;
    this.#anchor = this.#current;
  }

  /** Another view: nothing of the old one is kept. @param current  where the keys were when that view was left. */
  reset(current: number | null = null): void {
    this.#current = current;
    this.clear();
  }

  /** Photos that left the library leave the selection. */
  keepOnly(exists: (id: number) => boolean): void {
    if ([...this.#ids].every(exists) && (this.#current === null || exists(this.#current))) return;
    this.#ids = new Set([...this.#ids].filter(exists));
    this.#base = this.#ids;
    if (this.#current !== null && !exists(this.#current)) this.#current = null;
    if (this.#anchor !== null && !exists(this.#anchor)) this.#anchor = null;
  }
}

function* rangeOf(from: number, to: number, order: ViewOrder): Generator<number> {
  const [a, b] = [order.indexOf(from), order.indexOf(to)];
  for (let index = Math.min(a, b); index <= Math.max(a, b); index += 1)
    if (index >= 0) yield order.idAt(index);
}

function union(a: Iterable<number>, b: Iterable<number>): ReadonlySet<number> {
  const all = new Set(a);
  for (const id of b) all.add(id);
  return all;
}
