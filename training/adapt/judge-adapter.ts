/** What an adapter is worth: before and after on photos held out, and how its similarities are to be read. */
import type { Calibration } from '../../models/card.ts';
import { calibratePairs } from '../calibrate-run.ts';
import { openAdapterModel } from '../engines/adapter-session.ts';
import { type Rows, takeRows } from '../evaluate/rows.ts';
import { type Adapter, adapterModel } from './adapter-model.ts';
import type { Library } from './library-rows.ts';
import { chooseQuestions, outcomesOf } from './measure-features.ts';
import { type Judged, compare } from './verdict.ts';
import type { ViewFeatures } from './view-features.ts';
import { viewPlaces } from './view-pixels.ts';

/** Photos at most whose similarities are looked at to read them. */
const mostCalibrated = 1000;

/** Judges the adapter in the form in which it is written down. */
export async function judgeAdapter(
  features: ViewFeatures,
  library: Library,
  adapter: Adapter,
  { seed, threads }: { readonly seed: number; readonly threads: number | null },
): Promise<Judged & { readonly likeness: Calibration }> {
  const all = [...library.groups.keys()];
  const [whole, half] = [features.rows(viewPlaces.whole, all), features.rows(viewPlaces.half, all)];
  const opened = await openAdapterModel(adapterModel(adapter), { threads });
  try {
    const [newWhole, newHalf] = [await opened.adaptVectors(whole), await opened.adaptVectors(half)];
    const questions = chooseQuestions({ ...library, seed });
    const { heldOut, train } = library;
    const outcomes = (photos: Rows, halves: Rows) => ({
      ...outcomesOf(photos, halves, questions),
      words: [],
    });
    const compared =
      heldOut.length < 2 ? [] : compare(outcomes(whole, half), outcomes(newWhole, newHalf), seed);
    // As for the built-in encoder, crops with other light and colours are what counts as alike.
    const judged = [...(heldOut.length > 1 ? heldOut : train)].slice(0, mostCalibrated);
    const views = await opened.adaptVectors(features.rows(viewPlaces.firstDrawn, judged));
    const moved = movedBy(takeRows(whole, judged), takeRows(newWhole, judged));
    return { compared, moved, likeness: calibratePairs(views, takeRows(newWhole, judged), seed) };
  } finally {
    await opened.close();
  }
}

/** Mean of 1 - cosine; unit rows. */
function movedBy(before: Rows, after: Rows): number {
  let sum = 0;
  for (let at = 0; at < before.values.length; at++) sum += before.values[at]! * after.values[at]!;
  return 1 - sum / before.count;
}
