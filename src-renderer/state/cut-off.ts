/**
 * Where matches end: which results are shown in full, which are weak, and how many must be read for that. Pure.
 * Results come by score, the line is drawn by relevance, and a name that matches can make the two disagree: what lies
 * above the line need not be the first results, so more is read until all of it is there.
 */
import type { SearchResult, SearchResults } from '../../src-main/contract/search.ts';

/** Relevance from which a photo counts as a match, unless the person moves the line: where the contract counts `relevant`. */
export const matchLine = 0.5;
/** As many as one answer may hold. */
export const mostShown = 10_000;
/** What a search without a good match shows. */
const guesses = 30;
/** Cut-offs are twentieths, relevance is computed: a hair must not decide. */
const hair = 1e-9;

export interface CutOff {
  readonly cut: number;
  /** Photos of the whole library at or above the line. */
  readonly above: number;
  /** Photos below it that may still be called matches: all but the least relevant twentieth, which is everything else. */
  readonly below: number;
  /** Nothing reaches the line, and the person has not lowered it: all that is shown are guesses. */
  readonly none: boolean;
  readonly strong: readonly SearchResult[];
  /** Empty while they are closed. */
  readonly weak: readonly SearchResult[];
  /** Results that should be read. */
  readonly wanted: number;
}

export interface CutOffChoice {
  /** The line the person has drawn, 0..1 in twentieths. */
  readonly chosen: number | undefined;
  /** Weaker matches are open. */
  readonly weakShown: boolean;
}

export function cutOff(
  answer: Pick<SearchResults, 'results' | 'total' | 'relevant' | 'histogram'>,
  { chosen, weakShown }: CutOffChoice,
): CutOff {
  const cut = chosen ?? matchLine;
  const above = countAbove(answer.histogram, cut);
  const rest = cut > 0 ? (answer.histogram[0] ?? 0) : 0;
  const below = Math.max(0, answer.total - above - rest);
  if (answer.relevant === 0 && chosen === undefined)
    return {
      cut,
      above,
      below,
      none: true,
      strong: [],
      weak: answer.results.slice(0, guesses),
      wanted: guesses,
    };
  const least = 1 / answer.histogram.length;
  const strong = answer.results.filter(({ relevance }) => relevance >= cut - hair);
  const weak = answer.results.filter(({ relevance }) => relevance < cut - hair && relevance >= least - hair);
  const missing = strong.length < above || (weakShown && weak.length < below);
  return {
    cut,
    above,
    below,
    none: false,
    strong,
    weak: weakShown ? weak : [],
    wanted: missing
      ? Math.min(mostShown, Math.max(weakShown ? above + below : above, 2 * answer.results.length))
      : 0,
  };
}

/** Photos at or above a cut-off, counted from the histogram: exact where the cut-off is a multiple of its step. */
export function countAbove(histogram: readonly number[], cut: number): number {
  const from = Math.round(cut * histogram.length);
  return histogram.slice(from).reduce((sum, count) => sum + count, 0);
}
