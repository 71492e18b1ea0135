import { classSizes, largest } from './classes.ts';
import { type Rows, unitRows } from './rows.ts';
import { similarityRows } from './similarities.ts';

export interface Neighbours {
  /** Neighbours of each query: as many as were asked for, or the whole bank. */
  readonly k: number;
  /** [Q, k] rows of the bank, nearest first; equally near ones by their place. */
  readonly rows: Int32Array;
  /** [Q, k] cosines, falling. */
  readonly similarities: Float64Array;
}

/** The k nearest rows of a bank by cosine; any lengths, made unit length here. @throws RangeError when k < 1. */
export function nearestNeighbours(queries: Rows, bank: Rows, k: number): Neighbours {
  if (!(Number.isInteger(k) && k >= 1)) throw new RangeError(`${k} neighbours`);
  const kept = Math.min(k, bank.count);
  const rows = new Int32Array(queries.count * kept);
  const similarities = new Float64Array(queries.count * kept);
  for (const [query, products] of similarityRows(unitRows(queries), unitRows(bank))) {
    const at = query * kept;
    keepNearest(products, rows.subarray(at, at + kept), similarities.subarray(at, at + kept));
  }
  return { k: kept, rows, similarities };
}

/** Fills the two arrays, sorted: each product that is larger than the least so far takes its place among them. */
function keepNearest(products: Float64Array, rows: Int32Array, similarities: Float64Array): void {
  const k = rows.length;
  for (let row = 0; row < products.length; row++) {
    const similarity = products[row]!;
    let place = Math.min(row, k);
    if (place === k && !(similarity > similarities[k - 1]!)) continue;
    while (place > 0 && similarity > similarities[place - 1]!) place--;
    similarities.copyWithin(place + 1, place, k - 1);
    rows.copyWithin(place + 1, place, k - 1);
    similarities[place] = similarity;
    rows[place] = row;
  }
}

export interface KnnOptions {
  /** Number of classes. */
  readonly classes: number;
  /** `usualK` when left out. */
  readonly k?: number;
  /** A neighbour's vote is exp(cosine / temperature); 0.07 in the paper. */
  readonly temperature?: number;
}

/** 20, but never more than the smallest class has photos: a larger one could outvote it wherever it lies. */
export function usualK(labels: ArrayLike<number>, classes: number): number {
  const sizes = classSizes(labels, classes).filter((size) => size > 0);
  return Math.min(20, ...sizes);
}

/**
 * Names the class of each query by the votes of its nearest neighbours.
 * @param labels  [bank.count], 0..classes-1.
 * @returns `predicted` [Q], of equal votes the lowest class; `share` [Q, classes], each class's part of the votes,
 *   which is no probability.
 * @throws RangeError for an empty bank, a wrong label.
 * Source: Wu et al. 2018 (Unsupervised Feature Learning via Non-Parametric Instance Discrimination), §3.4.
 */
export function weightedKnn(queries: Rows, bank: Rows, labels: ArrayLike<number>, options: KnnOptions) {
  const { classes, temperature = 0.07 } = options;
  if (bank.count === 0 || labels.length !== bank.count)
    throw new RangeError(`${labels.length} labels for a bank of ${bank.count}`);
  const neighbours = nearestNeighbours(queries, bank, options.k ?? usualK(labels, classes));
  const { k, rows, similarities } = neighbours;
  const share = new Float64Array(queries.count * classes);
  const predicted = new Int32Array(queries.count);
  for (let query = 0; query < queries.count; query++) {
    const votes = share.subarray(query * classes, (query + 1) * classes);
    const nearest = similarities[query * k]!; // taken off first: exp(1 / 0.07) is large, and lower temperatures overflow
    let total = 0;
    for (let at = query * k; at < (query + 1) * k; at++) {
      const vote = Math.exp((similarities[at]! - nearest) / temperature);
      votes[labels[rows[at]!]!]! += vote;
      total += vote;
    }
    for (let label = 0; label < classes; label++) votes[label]! /= total;
    predicted[query] = largest(votes);
  }
  return { neighbours, share, predicted };
}
