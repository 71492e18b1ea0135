/** What features are worth on photos held out, query by query, so that two encoders can be compared on the same ones. */
import { weightedKnn } from '../evaluate/nearest-neighbours.ts';
import { type Ranks, averagePrecision, rankAll } from '../evaluate/retrieval.ts';
import { type Rows, takeRows } from '../evaluate/rows.ts';
import { Random } from '../random.ts';
import type { Compared } from '../../src-main/contract/learn.ts';

/** Which photos are asked about, and among which they are looked for; decided once, for before and after. */
export interface Questions {
  /** Rows, in the order of the outcomes. */
  readonly asked: readonly number[];
  /** Rows that are looked through: the photos asked about first, then those learned from. */
  readonly bank: readonly number[];
  readonly labels: Int32Array;
  readonly classes: number;
  /** For each photo asked about, places in `asked` of other shots of the same moment. */
  readonly mates: readonly (readonly number[])[];
}

/** One outcome a query, 0 to 1; the queries of a task that has none are missing. */
export type Outcomes = Readonly<Record<Compared['what'], readonly number[]>>;

/** The tasks on photos alone. */
export type PhotoOutcomes = Omit<Outcomes, 'words'>;

/** Photos at most to ask about, and to look through: a few seconds of comparing. */
const most = { asked: 1000, bank: 5000 } as const;
/** A longer group is no moment any more, but a day without a pause. */
const longestMoment = 20;

export interface QuestionSource {
  readonly heldOut: Int32Array;
  readonly train: Int32Array;
  readonly groups: Int32Array;
  /** -1 without. */
  readonly labels: Int32Array;
  readonly classes: number;
  readonly seed: number;
}

export function chooseQuestions({
  heldOut,
  train,
  groups,
  labels,
  classes,
  seed,
}: QuestionSource): Questions {
  const some = (rows: Int32Array, count: number) => [
    ...new Random(seed, 'questions').shuffle(rows.slice()).slice(0, count).sort(),
  ];
  const asked = some(heldOut, most.asked);
  const moments = Map.groupBy(asked.keys(), (at) => groups[asked[at]!]!);
  return {
    asked,
    bank: [...asked, ...some(train, most.bank - asked.length)],
    labels,
    classes,
    mates: asked.map((row, at) => {
      const moment = moments.get(groups[row]!)!;
      return moment.length > longestMoment ? [] : moment.filter((other) => other !== at);
    }),
  };
}

/**
 * @param whole  [N, D], features of every photo. @param half  [N, D], of half of each.
 * @returns `half`: reciprocal rank of the photo when half of it is asked for. `mates`: average precision of the other shots
 *   of its moment. `class`: average precision of the photos of its class among those learned from. `knn`: whether its
 *   nearest neighbours name its class.
 */
export function outcomesOf(whole: Rows, half: Rows, questions: Questions): PhotoOutcomes {
  const { asked, bank, labels, classes, mates } = questions;
  const [photos, all] = [takeRows(whole, asked), takeRows(whole, bank)];
  const known = [...bank.keys()].slice(asked.length).filter((place) => labels[bank[place]!]! >= 0);
  const withClass = [...asked.keys()].filter((at) => labels[asked[at]!]! >= 0);
  const hasClasses = classes > 1 && known.length > 0 && withClass.length > 0;
  const outcomes = {
    half: precision(rankAll(takeRows(half, asked), all, (at) => [at])),
    mates: mates.some(({ length }) => length > 0)
      ? precision(rankAll(photos, all, (at) => mates[at]!, { selves: true }))
      : [],
  };
  if (!hasClasses) return { ...outcomes, class: [], knn: [] };
  const knownRows = takeRows(all, known);
  const knownLabels = known.map((place) => labels[bank[place]!]!);
  const queries = takeRows(photos, withClass);
  const wanted = withClass.map((at) => labels[asked[at]!]!);
  const places = Map.groupBy(knownLabels.keys(), (place) => knownLabels[place]!);
  const { predicted } = weightedKnn(queries, knownRows, knownLabels, { classes });
  return {
    ...outcomes,
    class: precision(rankAll(queries, knownRows, (at) => places.get(wanted[at]!) ?? [])),
    knn: wanted.map((label, at) => Number(predicted[at] === label)),
  };
}

/** One number a query that has anything to find. */
const precision = (ranks: readonly Ranks[]) =>
  ranks.filter(({ length }) => length > 0).map((found) => averagePrecision(found, Infinity));
