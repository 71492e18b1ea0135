/** How well a ranking brings up what is relevant. Ranks count from 1; equal similarities stand in the bank's order. */
import type { Rows } from './rows.ts';
import { unitRows } from './rows.ts';
import { similarityRows } from './similarities.ts';

/** Ranks of everything relevant to one query, rising; empty when nothing is. */
export type Ranks = Uint32Array;

/**
 * Where the relevant ones stand when a bank is sorted by similarity, best first; without sorting it.
 * @param relevant  places in the bank, each once. @param self  the query's own place in the bank, taken out of it.
 * Cost: one comparison of each of the bank with log2(relevant) ranks.
 */
export function ranksAmong(
  similarities: ArrayLike<number>,
  relevant: readonly number[],
  self: number | null = null,
): Ranks {
  const before = (a: number, b: number) => similarities[b]! - similarities[a]! || a - b;
  const wanted = relevant.filter((place) => place !== self).sort(before);
  const isWanted = new Set(wanted);
  // How many others come right before each of the wanted ones, and after the last.
  const others = new Uint32Array(wanted.length + 1);
  for (let place = 0; place < similarities.length; place++) {
    if (place === self || isWanted.has(place)) continue;
    let [low, high] = [0, wanted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(wanted[middle]!, place) < 0) low = middle + 1;
      else high = middle;
    }
    others[low]!++;
  }
  let ahead = 0;
  return Uint32Array.from(wanted, (_, at) => (ahead += others[at]!) + at + 1);
}

/**
 * Ranks of what is relevant to each query, by cosine.
 * @param relevant  places in the bank, for a query's number.
 * @param selves  the queries stand in the bank themselves, query i at place i, and are no answer to themselves.
 */
export function rankAll(
  queries: Rows,
  bank: Rows,
  relevant: (query: number) => readonly number[],
  { selves = false }: { readonly selves?: boolean } = {},
): Ranks[] {
  const ranks: Ranks[] = [];
  for (const [query, similarities] of similarityRows(unitRows(queries), unitRows(bank)))
    ranks.push(ranksAmong(similarities, relevant(query), selves ? query : null));
  return ranks;
}

export interface RetrievalAt {
  readonly k: number;
  /** Share of queries with anything relevant among the first k; what papers on image and text call R@K. */
  readonly hit: number;
  /** Mean share of the relevant ones that stand among the first k. */
  readonly recall: number;
  /** Mean share of the first k that are relevant. */
  readonly precision: number;
}

export interface RetrievalFigures {
  /** Queries that have anything relevant; all figures are means over these, NaN if there are none. */
  readonly queries: number;
  /** Queries that have not. */
  readonly leftOut: number;
  /** Of the first hit; the mean of the middle two. */
  readonly medianRank: number;
  readonly meanReciprocalRank: number;
  /** Average precision: the mean of the precision at each relevant rank. */
  readonly meanAveragePrecision: number;
  /** The same within the first R only, R being how many are relevant: Musgrave et al. 2020, §3.2. */
  readonly mapAtR: number;
  readonly at: readonly RetrievalAt[];
}

export function retrievalFigures(
  all: readonly Ranks[],
  ks: readonly number[] = [1, 5, 10],
): RetrievalFigures {
  const ranks = all.filter((found) => found.length > 0);
  const mean = (of: (found: Ranks) => number) =>
    ranks.reduce((sum, found) => sum + of(found), 0) / ranks.length;
  return {
    queries: ranks.length,
    leftOut: all.length - ranks.length,
    medianRank: median(ranks.map((found) => found[0]!)),
    meanReciprocalRank: mean((found) => 1 / found[0]!),
    meanAveragePrecision: mean((found) => averagePrecision(found, Infinity)),
    mapAtR: mean((found) => averagePrecision(found, found.length)),
    at: ks.map((k) => ({
      k,
      hit: mean((found) => Number(found[0]! <= k)),
      recall: mean((found) => countTo(found, k) / found.length),
      precision: mean((found) => countTo(found, k) / k),
    })),
  };
}

/** Mean over the relevant ones of the precision at their rank; those beyond `last` count 0. */
export function averagePrecision(ranks: Ranks, last: number): number {
  return ranks.reduce((sum, rank, at) => (rank <= last ? sum + (at + 1) / rank : sum), 0) / ranks.length;
}

const countTo = (ranks: Ranks, k: number) => ranks.filter((rank) => rank <= k).length;

/** NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
