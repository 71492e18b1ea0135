/** What adapters are worth: before and after on photos held out, and how their similarities are to be read. */
import type { Calibration, EncoderCard } from '../../models/card.ts';
import { calibratePairs } from '../calibrate-run.ts';
import { openAdapterModel } from '../engines/adapter-session.ts';
import { type Rows, takeRows } from '../evaluate/rows.ts';
import { type Adapters, adapterModel } from './adapter-model.ts';
import type { AdaptedOutput } from './adapt-plan.ts';
import type { Library } from './library-rows.ts';
import type { LibraryWords } from './library-words.ts';
import { chooseQuestions, outcomesOf } from './measure-features.ts';
import { type Judged, compare } from './verdict.ts';
import type { LookedAt } from './view-features.ts';
import { viewPlaces } from './view-pixels.ts';
import { chooseWordQuestions, wordOutcomes } from './word-questions.ts';

/** Photos at most whose similarities are looked at to read them. */
const mostCalibrated = 1000;
/** Pairs of a photo and a text at least that a calibration is fitted to. */
const fewestPairs = 50;

export interface JudgeOptions {
  readonly looked: LookedAt;
  readonly library: Library;
  readonly words: LibraryWords | null;
  readonly adapters: Adapters;
  /** Of the base. */
  readonly calibration: EncoderCard['calibration'];
  readonly seed: number;
  readonly threads: number | null;
}

/** Judges the adapters in the form in which they are written down. */
export async function judgeAdapters(
  options: JudgeOptions,
): Promise<Judged & { readonly calibration: EncoderCard['calibration'] }> {
  const { looked, library, words, adapters, seed, threads } = options;
  const opened = await openAdapterModel(adapterModel(adapters), { threads });
  try {
    const view = async (output: AdaptedOutput, place: number, rows: readonly number[]) => {
      const before = looked[output]!.rows(place, rows);
      return { before, after: await opened.adaptVectors(output, before) };
    };
    const all = [...library.groups.keys()];
    const whole = await view('features', viewPlaces.whole, all);
    const half = await view('features', viewPlaces.half, all);
    const { heldOut, train } = library;
    const questions = chooseQuestions({ ...library, seed });
    const asksWords = words !== null && looked.embedding !== null;
    const bank = asksWords ? await view('embedding', viewPlaces.whole, questions.bank) : null;
    const wordQuestions = asksWords ? chooseWordQuestions(words, questions) : null;
    const outcomes = (when: 'before' | 'after') => ({
      ...outcomesOf(whole[when], half[when], questions),
      words: bank ? wordOutcomes(bank[when], words!, wordQuestions!) : [],
    });
    const compared = heldOut.length < 2 ? [] : compare(outcomes('before'), outcomes('after'), seed);

    const judged = [...(heldOut.length > 1 ? heldOut : train)].slice(0, mostCalibrated);
    // As for the built-in encoder, crops with other light and colours are what counts as alike.
    const drawn = await view('features', viewPlaces.firstDrawn, judged);
    return {
      compared,
      moved: adapters.features ? movedBy(takeRows(whole.before, judged), takeRows(whole.after, judged)) : 0,
      wordsMoved: adapters.embedding && bank ? movedBy(bank.before, bank.after) : 0,
      calibration: {
        likeness: adapters.features
          ? calibratePairs(drawn.after, takeRows(whole.after, judged), seed)
          : options.calibration.likeness,
        text:
          adapters.embedding && bank
            ? textCalibration(options, questions.bank, bank.after)
            : options.calibration.text,
      },
    };
  } finally {
    await opened.close();
  }
}

/** Texts of photos held out, each once, against the photos that they are of; too few of them tell nothing, and the base's stays. */
function textCalibration(
  { library, words, calibration, seed }: JudgeOptions,
  bankRows: readonly number[],
  bank: Rows,
): Calibration | null {
  const held = new Set(library.heldOut);
  const pairs = new Map<number, number>();
  for (const [place, row] of bankRows.entries())
    if (held.has(row)) for (const text of words!.ofPhoto[row]!) if (!pairs.has(text)) pairs.set(text, place);
  if (pairs.size < fewestPairs) return calibration.text;
  return calibratePairs(
    takeRows(words!.vectors, [...pairs.keys()]),
    takeRows(bank, [...pairs.values()]),
    seed,
  );
}

/** Mean of 1 - cosine; unit rows. */
function movedBy(before: Rows, after: Rows): number {
  let sum = 0;
  for (let at = 0; at < before.values.length; at++) sum += before.values[at]! * after.values[at]!;
  return 1 - sum / before.count;
}
