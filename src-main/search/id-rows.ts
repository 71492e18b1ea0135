/**
 * Where each id stands: id → row, as one Int32Array indexed by the id itself. Ids of the database start at 1 and
 * are never reused, so the array is as long as the highest id ever given: 4 bytes each, no hashing in hot loops.
 */
export class IdRows {
  #rows = new Int32Array(1024);

  /** The row of `id`, or -1. */
  get(id: number): number {
    return (this.#rows[id] ?? 0) - 1;
  }

  set(id: number, row: number): void {
    if (id >= this.#rows.length) {
      const grown = new Int32Array(Math.max(id + 1, this.#rows.length * 2));
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#rows[id] = row + 1;
  }

  delete(id: number): void {
    if (id < this.#rows.length) this.#rows[id] = 0;
  }
}
