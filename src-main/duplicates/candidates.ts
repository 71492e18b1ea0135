/**
 * Which pairs are worth comparing: photos whose prints are near one another, whichever way up, photos that the encoder finds
 * alike, and photos taken within seconds. By exact search in all of them; every pair once.
 */
import type { Session } from '../../models/inference.ts';
import { nearestRows } from '../../models/neighbours.ts';
import type { Vectors } from '../store/read-vectors.ts';
import { printDim, standardTurns } from './print.ts';

export interface PrintRow {
  readonly contentId: number;
  readonly print: Float32Array;
  readonly inner: Float32Array | null;
}

export interface Candidates {
  /** [a, b, a, b…], a < b, each pair once, rising. */
  readonly pairs: Int32Array;
  /** Cosine of each pair's vectors; NaN where one of them has none. */
  readonly likeness: Float32Array;
  /** The encoder's cosine from which on two photos show the same scene. */
  readonly threshold: number;
}

/** Neighbours that are looked at of each photo. */
const neighbours = 20;
/** Prints that are less alike have nothing to do with one another: one random pair in two hundred reaches it. */
const leastPrint = 0.5;
/** Photos taken within this time of one another, and how many on. */
export const burstMs = 3_000;
const burstLength = 8;
/** Random pairs that the threshold is fitted on. */
const sampled = 200_000;
/** Random pairs that may pass for one scene. */
const strangers = 1 / 2_000;

/**
 * @param taken  contents with the time they were taken at, by time.
 * @param sure  cosine that the encoder's own calibration asks for.
 * @param signal  looked at between searches.
 * Cost: docs/duplicates.md.
 */
export async function findCandidates(
  prints: readonly PrintRow[],
  vectors: Vectors | null,
  taken: readonly { readonly id: number; readonly atMs: number }[],
  { sure, open }: { readonly sure: number; readonly open: (model: Uint8Array) => Promise<Session> },
): Promise<Candidates> {
  const met = new PairSet();
  const ids = prints.map(({ contentId }) => contentId);
  const standard = prints.map(({ print }) => standardTurns(print));
  const inner = prints.map((one) => (one.inner ? standardTurns(one.inner) : []));
  // As it is: every print, with and without its border, against every print as it is.
  const upright = matrixOf(prints.map(({ print }) => print));
  const both = [...prints.entries()].flatMap(([at, { print, inner: within }]) =>
    within
      ? [
          { at, print },
          { at, print: within },
        ]
      : [{ at, print }],
  );
  await search(both, upright, ids, { open, met });
  // Whichever way up: the turns that point best, against the best one of each.
  const best = matrixOf(standard.map(([first]) => first!));
  const turned = [...standard.entries()].flatMap(([at, turns]) =>
    [...turns, ...inner[at]!].map((print) => ({ at, print })),
  );
  await search(turned, best, ids, { open, met });
  let threshold = sure;
  if (vectors && vectors.contentIds.length > 1) {
    const { rows, dim, contentIds } = vectors;
    threshold = Math.max(sure, strangersAt(rows, dim));
    const found = await nearestRows(rows, rows, dim, { k: neighbours + 1, open });
    for (let i = 0; i < found.places.length; i++) {
      const place = found.places[i]!;
      if (place >= 0) met.add(contentIds[Math.floor(i / found.k)]!, contentIds[place]!);
    }
  }
  for (const [i, { id, atMs }] of taken.entries())
    for (let on = i + 1; on < Math.min(taken.length, i + 1 + burstLength); on++) {
      if (taken[on]!.atMs - atMs > burstMs) break;
      met.add(id, taken[on]!.id);
    }
  const pairs = met.sorted();
  return { pairs, likeness: likenessOf(pairs, vectors), threshold };
}

async function search(
  queries: readonly { readonly at: number; readonly print: Float32Array }[],
  rows: Float32Array,
  ids: readonly number[],
  { open, met }: { open: (model: Uint8Array) => Promise<Session>; met: PairSet },
): Promise<void> {
  const found = await nearestRows(matrixOf(queries.map(({ print }) => print)), rows, printDim, {
    k: neighbours + 1,
    open,
  });
  for (let i = 0; i < found.places.length; i++)
    if (found.places[i]! >= 0 && found.cosines[i]! >= leastPrint)
      met.add(ids[queries[Math.floor(i / found.k)]!.at]!, ids[found.places[i]!]!);
}

function matrixOf(rows: readonly Float32Array[]): Float32Array {
  const matrix = new Float32Array(rows.length * printDim);
  for (const [i, row] of rows.entries()) matrix.set(row, i * printDim);
  return matrix;
}

/** Pairs as numbers: ids stay under 2^26, which is 67 million contents. */
class PairSet {
  readonly #pairs = new Set<number>();

  add(one: number, other: number): void {
    if (one !== other) this.#pairs.add(Math.min(one, other) * 2 ** 26 + Math.max(one, other));
  }

  sorted(): Int32Array {
    const all = Float64Array.from(this.#pairs).sort();
    const pairs = new Int32Array(all.length * 2);
    for (const [i, pair] of all.entries()) {
      pairs[2 * i] = Math.floor(pair / 2 ** 26);
      pairs[2 * i + 1] = pair % 2 ** 26;
    }
    return pairs;
  }
}

/** The cosine that one random pair of photos in `1 / strangers` reaches: what passes for alike in this library. */
function strangersAt(rows: Float32Array, dim: number): number {
  const count = rows.length / dim;
  const most = Math.min(sampled, (count * (count - 1)) / 2);
  // Too few photos say nothing of their kind.
  if (count < 200) return -1;
  const cosines = new Float32Array(most);
  // Congruential, so that a library has one threshold; both factors are prime to every count.
  let state = 1;
  const draw = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * count);
  };
  for (let i = 0; i < most; i++) {
    const one = draw();
    let other = draw();
    if (other === one) other = (one + 1) % count;
    cosines[i] = dot(rows, one * dim, rows, other * dim, dim);
  }
  cosines.sort();
  return cosines[Math.min(most - 1, Math.floor(most * (1 - strangers)))]!;
}

function likenessOf(pairs: Int32Array, vectors: Vectors | null): Float32Array {
  const likeness = new Float32Array(pairs.length / 2).fill(Number.NaN);
  if (!vectors) return likeness;
  const places = new Map<number, number>();
  for (const [place, id] of vectors.contentIds.entries()) places.set(id, place);
  const { rows, dim } = vectors;
  for (let i = 0; i < likeness.length; i++) {
    const [one, other] = [places.get(pairs[2 * i]!), places.get(pairs[2 * i + 1]!)];
    if (one !== undefined && other !== undefined) likeness[i] = dot(rows, one * dim, rows, other * dim, dim);
  }
  return likeness;
}

function dot(a: Float32Array, fromA: number, b: Float32Array, fromB: number, dim: number): number {
  let sum = 0;
  for (let d = 0; d < dim; d++) sum += a[fromA + d]! * b[fromB + d]!;
  return sum;
}
