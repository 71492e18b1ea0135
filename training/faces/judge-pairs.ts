/** Whether pairs of faces are told to be of one person or of two, by cosine and a threshold that was fixed on other people. */
import type { Rows } from '../evaluate/rows.ts';
import { Random } from '../random.ts';
import type { PersonFaces } from './face-set.ts';

/** A pair of a person's, before the head and after. */
export interface FacePair {
  readonly person: number;
  readonly same: boolean;
  readonly before: number;
  readonly after: number;
}
export type Side = 'before' | 'after';

/** Of one person, of each kind: more would only weigh on time. */
const mostPairs = 400;

/**
 * Pairs among people who were held out together: of one person, and of two, for each that has two faces or more.
 * @param seed  draws where there are too many.
 */
export function pairsOf(people: readonly PersonFaces[], before: Rows, after: Rows, seed: string): FacePair[] {
  const random = new Random(seed, 'pairs');
  return people
    .filter(({ rows }) => rows.length > 1)
    .flatMap(({ person, rows }) => {
      const own = rows.flatMap((a, i) => rows.slice(i + 1).map((b) => [a, b] as const));
      const others = people.filter((one) => one.person !== person).flatMap((one) => one.rows);
      const strangers = rows.flatMap((a) => others.map((b) => [a, b] as const));
      const pair =
        (same: boolean) =>
        ([a, b]: readonly [number, number]): FacePair => ({
          person,
          same,
          before: cosine(before, a, b),
          after: cosine(after, a, b),
        });
      return [
        ...random.shuffle(own).slice(0, mostPairs).map(pair(true)),
        ...random.shuffle(strangers).slice(0, mostPairs).map(pair(false)),
      ];
    });
}

/** The cosine from which pairs are best told to be of one person, every person and both kinds of pairs counting alike. */
export function bestThreshold(pairs: readonly FacePair[], side: Side): number {
  const weights = weightsOf(pairs);
  const order = [...pairs.keys()].toSorted((a, b) => pairs[b]![side] - pairs[a]![side]);
  // Beginning above all of them: pairs of two people are right, all others wrong.
  let right = pairs.reduce((sum, { same }, i) => sum + (same ? 0 : weights[i]!), 0);
  let [best, threshold] = [right, 1];
  for (const [place, i] of order.entries()) {
    right += pairs[i]!.same ? weights[i]! : -weights[i]!;
    const here = pairs[i]![side];
    const next = place + 1 < order.length ? pairs[order[place + 1]!]![side] : here - 1e-3;
    if (next < here && right > best) [best, threshold] = [right, (here + next) / 2];
  }
  return threshold;
}

/** The cosine that a share of the pairs of two people reach. */
export function rareCosine(pairs: readonly FacePair[], side: Side, share: number): number {
  const cosines = pairs.filter(({ same }) => !same).map((pair) => pair[side]);
  cosines.sort((a, b) => b - a);
  return cosines[Math.floor(share * cosines.length)] ?? 1;
}

/** How often two people are taken for one, at points between what a grouping may and may not do. */
const rates = [0.0005, 0.001, 0.002, 0.005, 0.01];

/** Of the cosines that pairs of two people seldom reach, a mean: one alone is a matter of a few pairs. */
export function seldomReached(pairs: readonly FacePair[], side: Side): number {
  return rates.reduce((sum, rate) => sum + rareCosine(pairs, side, rate), 0) / rates.length;
}

/** Of each person the share of their own pairs that reach a cosine. */
export function foundShares(
  pairs: readonly FacePair[],
  side: Side,
  threshold: number,
): ReadonlyMap<number, number> {
  const own = Map.groupBy(
    pairs.filter(({ same }) => same),
    ({ person }) => person,
  );
  return new Map(
    [...own].map(([person, all]) => [
      person,
      all.filter((pair) => pair[side] >= threshold).length / all.length,
    ]),
  );
}

/** Of each person the share of pairs told rightly, pairs of one and of two counting alike, in the order of `people`. */
export function rightShares(
  pairs: readonly FacePair[],
  side: Side,
  threshold: number,
): ReadonlyMap<number, number> {
  const weights = weightsOf(pairs);
  const shares = new Map<number, number>();
  const total = new Map<number, number>();
  for (const [i, { person, same, [side]: score }] of pairs.entries()) {
    const right = score >= threshold === same ? weights[i]! : 0;
    shares.set(person, (shares.get(person) ?? 0) + right);
    total.set(person, (total.get(person) ?? 0) + weights[i]!);
  }
  for (const [person, sum] of total) shares.set(person, shares.get(person)! / sum);
  return shares;
}

/** One over the number of a person's pairs of that kind. */
function weightsOf(pairs: readonly FacePair[]): Float64Array {
  const key = ({ person, same }: FacePair) => `${person} ${same}`;
  const counts = new Map<string, number>();
  for (const pair of pairs) counts.set(key(pair), (counts.get(key(pair)) ?? 0) + 1);
  return Float64Array.from(pairs, (pair) => 1 / counts.get(key(pair))!);
}

function cosine({ values, dim }: Rows, a: number, b: number): number {
  let sum = 0;
  for (let d = 0; d < dim; d++) sum += values[a * dim + d]! * values[b * dim + d]!;
  return sum;
}
