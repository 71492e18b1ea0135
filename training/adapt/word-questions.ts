/** What is written about photos held out, asked among all: whether the photo is among the first ten. */
import { rankAll } from '../evaluate/retrieval.ts';
import { type Rows, takeRows } from '../evaluate/rows.ts';
import type { LibraryWords } from './library-words.ts';

/** A hit is among so many. */
const first = 10;

export interface WordQuestions {
  /** Texts that stand together were first met at one photo: their outcomes are one. */
  readonly ofPhotos: readonly (readonly number[])[];
  /** For each text that is asked for, places in the bank of the photos that it is written about. */
  readonly wanted: ReadonlyMap<number, readonly number[]>;
}

/**
 * @param asked  rows of photos whose texts are asked for, each text once: a text that many photos share tells no more than once.
 * @param bank  rows that are looked through.
 */
export function chooseWordQuestions(
  { ofPhoto }: LibraryWords,
  { asked, bank }: { readonly asked: readonly number[]; readonly bank: readonly number[] },
): WordQuestions {
  const wanted = new Map<number, number[]>();
  const ofPhotos = asked.flatMap((row) => {
    const own = ofPhoto[row]!.filter((text) => !wanted.has(text));
    for (const text of own) wanted.set(text, []);
    return own.length > 0 ? [own] : [];
  });
  for (const [place, row] of bank.entries()) for (const text of ofPhoto[row]!) wanted.get(text)?.push(place);
  return { ofPhotos, wanted };
}

/**
 * @param bank  [B, E], of the questions' bank.
 * @returns for each photo asked about, the share of its texts that find it, or another photo of the same text, among the first ten.
 */
export function wordOutcomes(
  bank: Rows,
  { vectors }: LibraryWords,
  { ofPhotos, wanted }: WordQuestions,
): number[] {
  const texts = [...wanted.keys()];
  const ranks = rankAll(takeRows(vectors, texts), bank, (at) => wanted.get(texts[at]!)!);
  const hits = new Map(texts.map((text, at) => [text, Number(ranks[at]![0]! <= first)]));
  return ofPhotos.map((own) => own.reduce((sum, text) => sum + hits.get(text)!, 0) / own.length);
}
