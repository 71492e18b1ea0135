/** The figures of an encoder from what it made of photos and texts. */
import type { EvaluateResult } from '../../src-main/contract/run.ts';
import { accuracy } from './classes.ts';
import { collapseOf } from './collapse.ts';
import { type LabelledRows, linearProbe } from './linear-probe.ts';
import { weightedKnn } from './nearest-neighbours.ts';
import { type Ranks, type RetrievalFigures, rankAll, retrievalFigures } from './retrieval.ts';
import type { Rows } from './rows.ts';
import { alignmentOf, uniformityOf } from './spread.ts';

export interface EncodedSet {
  /** Features of photos to learn classes from; null or empty where there are none. */
  readonly bank: LabelledRows | null;
  /** Features of the photos asked about, [Q, D], and of half of each. One photo or more. */
  readonly photos: Rows;
  readonly halves: Rows;
  /** [Q] classes of the photos asked about; null without. */
  readonly labels: readonly number[] | null;
  /** Number of classes; 0 without. */
  readonly classes: number;
  /** Embeddings of captions and of the photos, and which photo, 0..Q-1, each caption tells about; null without. */
  readonly captions: {
    readonly texts: Rows;
    readonly photos: Rows;
    readonly photoOf: readonly number[];
  } | null;
}

export interface EvaluateFeaturesOptions {
  readonly seed: number;
  /** Processor threads; all cores when null. */
  readonly threads: number | null;
}

/** What was looked for with what. */
export type Task = 'caption to photo' | 'photo to photo of its class' | 'half a photo to the whole';

export interface FeatureFigures {
  readonly result: EvaluateResult;
  readonly task: Task;
  /** All figures of the retrieval that `result` has the main ones of. */
  readonly retrieval: RetrievalFigures;
  /** Accuracy of a probe that saw ten photos of each class; null without classes. */
  readonly tenLabels: number | null;
  /** Outcomes of each query, in order, for a paired comparison of two encoders (`pairedBootstrap`). */
  readonly outcomes: {
    /** Whether the neighbours named the class; null without classes. */
    readonly knn: readonly boolean[] | null;
    readonly ranks: readonly Ranks[];
  };
}

/** @throws RangeError when rows, labels and captions do not fit together, or there is no photo. */
export async function evaluateFeatures(
  set: EncodedSet,
  { seed, threads }: EvaluateFeaturesOptions,
): Promise<FeatureFigures> {
  const { photos, halves } = set;
  if (photos.count === 0) throw new RangeError('no photo to evaluate');
  const { task, ranks } = retrieve(set);
  const retrieval = retrievalFigures(ranks);
  const [r1, r5, r10] = retrieval.at.map(({ hit }) => hit) as [number, number, number];
  const probed = await learnClasses(set, seed, threads);
  return {
    result: {
      knn: probed && probed.knn,
      linearProbe: probed && probed.linearProbe,
      retrieval: { r1, r5, r10, medianRank: retrieval.medianRank },
      alignment: alignmentOf(photos, halves),
      // A single photo has no pair: 0, the worst, since nothing shows that photos are told apart.
      uniformity: photos.count > 1 ? uniformityOf(photos, { seed }) : 0,
      collapse: collapseOf(photos),
    },
    task,
    retrieval,
    tenLabels: probed && probed.tenLabels,
    outcomes: { knn: probed && probed.right, ranks },
  };
}

/** null where the classes cannot be told: fewer than two, or no photo of them left to learn from. */
async function learnClasses(
  { bank, photos, labels, classes }: EncodedSet,
  seed: number,
  threads: number | null,
) {
  if (!bank || bank.rows.count === 0 || !labels || classes < 2) return null;
  const { predicted } = weightedKnn(photos, bank.rows, bank.labels, { classes });
  const asked = { rows: photos, labels };
  const options = { classes, seed, ...(threads !== null && { threads }) };
  return {
    knn: accuracy(predicted, labels),
    right: labels.map((label, at) => predicted[at] === label),
    linearProbe: (await linearProbe(bank, asked, options)).accuracy,
    tenLabels: (await linearProbe(bank, asked, { ...options, perClass: 10 })).accuracy,
  };
}

/** The most telling of the three tasks that the data allow. */
function retrieve({ photos, halves, labels, captions }: EncodedSet): {
  readonly task: Task;
  readonly ranks: Ranks[];
} {
  if (captions && captions.texts.count > 0)
    return {
      task: 'caption to photo',
      ranks: rankAll(captions.texts, captions.photos, (text) => [captions.photoOf[text]!]),
    };
  if (labels) {
    const mates = Map.groupBy(labels.keys(), (at) => labels[at]!);
    // A class with one photo among those asked about has no mate to find.
    if ([...mates.values()].some((places) => places.length > 1))
      return {
        task: 'photo to photo of its class',
        ranks: rankAll(photos, photos, (photo) => mates.get(labels[photo]!)!, { selves: true }),
      };
  }
  return { task: 'half a photo to the whole', ranks: rankAll(halves, photos, (half) => [half]) };
}
