/** What a new network is worth beside the encoder that is there: the same questions to both, on photos held out. */
import type { Calibration } from '../../models/card.ts';
import type { Compared } from '../../src-main/contract/learn.ts';
import { type Questions, chooseQuestions, outcomesOf } from '../adapt/measure-features.ts';
import { compare } from '../adapt/verdict.ts';
import { type LookedAt, type ViewFeatures, viewFeatures } from '../adapt/view-features.ts';
import { adapterViews, viewPlaces } from '../adapt/view-pixels.ts';
import { calibratePairs } from '../calibrate-run.ts';
import type { PhotoSet } from '../data/photo-set.ts';
import type { OpenedEncoder } from '../engines/encoder-session.ts';
import { type Rows, rowsOf } from '../evaluate/rows.ts';
import { Random } from '../random.ts';
import type { RunData } from '../run-data.ts';
import type { ScratchPlan } from './scratch-plan.ts';

/** Photos by which both are judged, as rows: those held out first, then those learned from. */
export interface JudgedPhotos {
  /** Places in the cache. */
  readonly asked: Int32Array;
  readonly known: Int32Array;
}

/** Drawn by the seed, each in rising order. */
export function judgedPhotos(
  { heldOut, train }: RunData,
  { judged, request }: Pick<ScratchPlan, 'judged' | 'request'>,
): JudgedPhotos {
  const some = (places: Int32Array, count: number, purpose: string) =>
    new Random(request.seed, purpose).shuffle(places.slice()).slice(0, count).sort();
  // Where none are held out nothing is compared, but similarities are to be read.
  const asked = heldOut.length >= fewest ? heldOut : train;
  return { asked: some(asked, judged.asked, 'asked'), known: some(train, judged.known, 'known') };
}

export interface LookOptions {
  readonly set: PhotoSet;
  readonly data: RunData;
  readonly photos: JudgedPhotos;
  readonly encoder: OpenedEncoder;
  /** Views of each photo that is asked about: whole, half, and drawn ones. */
  readonly views: number;
  readonly seed: number;
  /** Files of numbers begin with this. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** What an encoder says of the photos. */
export interface Looked {
  readonly asked: LookedAt;
  readonly known: LookedAt;
}

/** Taken up again, it goes on where it was. @throws as viewFeatures. */
export async function lookAtPhotos(options: LookOptions): Promise<Looked> {
  const { data, photos, encoder, path, onProgress } = options;
  const total = photos.asked.length + photos.known.length;
  const recipe = adapterViews({}, encoder.card.image.size);
  const indices = (places: Int32Array) => Int32Array.from(places, (at) => data.cache.photos[at]!.index);
  const look = (name: keyof JudgedPhotos, views: number, before: number) =>
    viewFeatures({
      ...options,
      photos: indices(photos[name]),
      views,
      worded: 0,
      recipe,
      path: `${path}-${name}.f32`,
      onProgress: (done) => onProgress(before + done, total),
    });
  const asked = await look('asked', options.views, 0);
  return { asked, known: await look('known', 1, photos.asked.length) };
}

/** Photos held out at least, or nothing can be told. */
const fewest = 2;

export interface NetworkJudged {
  /** Empty where too few photos are held out. */
  readonly compared: readonly Compared[];
  readonly likeness: Calibration;
  /** Mean of 1 - cosine between the features of a photo before and after; null where they differ in length. */
  readonly moved: number | null;
}

/** @param after  with a drawn view of each photo asked about. */
export function judgeNetwork(
  before: Looked,
  after: Looked,
  photos: JudgedPhotos,
  data: RunData,
  seed: number,
): NetworkJudged {
  const readable = rowsRead(before, after);
  const places = [...photos.asked, ...photos.known];
  const questions = chooseQuestions({
    heldOut: readable.asked,
    train: readable.known,
    groups: Int32Array.from(places, (at) => data.groups[at]!),
    labels: Int32Array.from(places, (at) => data.labels[at]!),
    classes: data.classes,
    seed,
  });
  const compared =
    data.heldOut.length < fewest || readable.asked.length < fewest
      ? []
      : compare(outcomes(before, questions), outcomes(after, questions), seed);
  return {
    compared,
    likeness: calibrated(after, readable, seed),
    moved: movedBy(before, after, readable.asked),
  };
}

/** As `outcomesOf`; halves are there of the first rows only, which are all that it asks about. */
const outcomes = (looked: Looked, questions: Questions) => ({
  ...outcomesOf(wholeRows(looked), viewRows(looked.asked.features, viewPlaces.half), questions),
  words: [],
});

/** One row a photo: those held out first. */
export function wholeRows({ asked, known }: Looked): Rows {
  const first = viewRows(asked.features, viewPlaces.whole);
  const second = viewRows(known.features, viewPlaces.whole);
  const values = new Float32Array(first.values.length + second.values.length);
  values.set(first.values);
  values.set(second.values, first.values.length);
  return rowsOf(values, first.dim);
}

const viewRows = (features: ViewFeatures, view: number): Rows =>
  features.rows(view, [...Array(features.count).keys()]);

function rowsRead(before: Looked, after: Looked) {
  const both = (name: keyof Looked) =>
    Int32Array.from(before[name].readable.keys()).filter(
      (row) => before[name].readable[row] === 1 && after[name].readable[row] === 1,
    );
  const first = before.asked.readable.length;
  return { asked: both('asked'), known: both('known').map((row) => first + row) };
}

/** As for the built-in encoder, crops with other light and colours are what counts as alike. */
function calibrated({ asked }: Looked, readable: { readonly asked: Int32Array }, seed: number): Calibration {
  return calibratePairs(
    asked.features.rows(viewPlaces.firstDrawn, readable.asked),
    asked.features.rows(viewPlaces.whole, readable.asked),
    seed,
  );
}

function movedBy(before: Looked, after: Looked, rows: Int32Array): number | null {
  const of = ({ asked }: Looked) => asked.features.rows(viewPlaces.whole, rows);
  const [then, now] = [of(before), of(after)];
  if (then.dim !== now.dim) return null;
  let cosines = 0;
  for (let at = 0; at < then.values.length; at++) cosines += then.values[at]! * now.values[at]!;
  return 1 - cosines / Math.max(1, then.count);
}
