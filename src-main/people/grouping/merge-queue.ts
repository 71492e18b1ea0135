/** Merges that are proposed, the best first; equal ones by their ends, so that the order never depends on who proposed when. */

export interface Proposal {
  readonly likeness: number;
  readonly a: number;
  readonly b: number;
}

/** A binary heap. */
export class MergeQueue {
  readonly #heap: Proposal[] = [];

  push(proposal: Proposal): void {
    const heap = this.#heap;
    let at = heap.push(proposal) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(proposal, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = proposal;
  }

  pop(): Proposal | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function before(one: Proposal, other: Proposal): boolean {
  if (one.likeness !== other.likeness) return one.likeness > other.likeness;
  return one.a !== other.a ? one.a < other.a : one.b < other.b;
}
