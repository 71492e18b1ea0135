/** What a run is worth so far, on photos that it does not learn from. */
import type { Collapse } from '../src-main/contract/run.ts';
import type { RunEncoder } from './encode-run.ts';
import { accuracy } from './evaluate/classes.ts';
import { collapseOf } from './evaluate/collapse.ts';
import { weightedKnn } from './evaluate/nearest-neighbours.ts';
import { rankAll, retrievalFigures } from './evaluate/retrieval.ts';
import { type Rows, takeRows } from './evaluate/rows.ts';
import { alignmentOf, uniformityOf } from './evaluate/spread.ts';
import { Random } from './random.ts';
import type { RunData } from './run-data.ts';

/** Of photos held out; of those learned from where none are. Shares are 0 to 1. */
export interface Measured {
  /** Photos whose class the neighbours among the learned ones name; null without classes. */
  readonly knn: number | null;
  /** Photos that are found first by the middle half of themselves. */
  readonly half: number;
  /** Captions that have their photo among the first ten; null for a method without words. */
  readonly words: number | null;
  readonly alignment: number;
  readonly uniformity: number;
  readonly collapse: Collapse;
}

/** Photos at most to compare with, and to ask about. */
const most = { bank: 5000, asked: 1000 } as const;

export async function measureRun(encoder: RunEncoder, data: RunData, seed: number): Promise<Measured> {
  const asked = askedPhotos(data, seed);
  const { features, embedding } = await encoder.photos(asked, 'whole');
  const halves = (await encoder.photos(asked, 'half')).features;
  const hits = (queries: Rows, rows: Rows) => retrievalFigures(rankAll(queries, rows, (at) => [at])).at;
  return {
    knn:
      data.classes > 1 && data.heldOut.length > 1
        ? await classNamed(encoder, data, asked, features, seed)
        : null,
    half: hits(halves, features)[0]!.hit,
    words: encoder.captions && hits(await encoder.captions(asked), embedding)[2]!.hit,
    alignment: alignmentOf(features, halves),
    uniformity: uniformityOf(features, { seed }),
    collapse: collapseOf(features),
  };
}

/** Those held out, or some of those learned from where hardly any are. */
export const askedPhotos = ({ heldOut, train }: RunData, seed: number) =>
  sample(heldOut.length > 1 ? heldOut : train, most.asked, seed);

const sample = (places: Int32Array, count: number, seed: number) =>
  new Random(seed, 'measure').shuffle(places.slice()).slice(0, count).sort();

async function classNamed(
  encoder: RunEncoder,
  data: RunData,
  asked: Int32Array,
  features: Rows,
  seed: number,
): Promise<number | null> {
  const labelsOf = (places: Int32Array) => Int32Array.from(places, (at) => data.labels[at]!);
  // Photos at the top of a set, beside the folders that are classes, have none.
  const hasClass = (at: number) => data.labels[at]! >= 0;
  const bank = sample(data.train.filter(hasClass), most.bank, seed);
  const rows = Array.from(asked.keys()).filter((row) => hasClass(asked[row]!));
  if (bank.length === 0 || rows.length === 0) return null;
  const known = (await encoder.photos(bank, 'whole')).features;
  const queries = takeRows(features, rows);
  const { predicted } = weightedKnn(queries, known, labelsOf(bank), { classes: data.classes });
  return accuracy(predicted, labelsOf(asked.filter(hasClass)));
}
