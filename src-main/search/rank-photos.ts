/** From cosines of contents to one page of photos: filter, blend with names, count, order. */
import type { Calibration } from '../../models/card.ts';
import { relevance } from '../../models/relevance.ts';
import type { PhotoId } from '../contract/photo.ts';
import type { Filter, SearchResult, SearchResults } from '../contract/search.ts';
import { bestFirst, type Page } from './best-first.ts';
import type { LibraryView } from './library-index.ts';

/** How a query's cosines spread over the whole library, whatever the filter. */
interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

export interface Question extends Page {
  /** [N] by row of the library's vectors. */
  readonly cosines: Float32Array;
  /** Share of the query's words that each photo's name matches, by row of the library's photos; null for none. */
  readonly names: Float32Array | null;
  readonly filter: Filter;
  /** Whether the photo in a row may be ranked, beside the filter's bounds of folder and time; null: all may. */
  readonly admits: ((row: number) => boolean) | null;
  /** The photo that was asked about: never among its own matches. */
  readonly except?: PhotoId;
  /** The encoder's for this kind of question. */
  readonly calibration: Calibration;
}

/**
 * A photo whose name matches every word stands this many deviations above its own cosine: more than chance lifts the
 * best of a billion photos above the mean. Half of the words lift it half as far, so that "dog rome" brings dogs in the
 * folder Rome first, then other photos of Rome and the most doglike dogs.
 */
const nameDeviations = 6;
/** Where cosines do not spread (no vectors yet, or one photo) names still order photos; CLIP's spread by more. */
const leastDeviation = 0.02;
const relevanceBins = 20;
const relevantFrom = 0.5;

/**
 * score = cosine + 6 × deviation × share of the query's words that the name matches. Without a match it is the cosine and
 * nothing else. A photo without a vector takes part when its name matches, with the mean for its cosine.
 * @returns the page, best first (then newer, then by path), and what the whole ranking holds.
 * Cost: passes over the photos, no more memory than 8 bytes a photo; time in docs/speed.md.
 */
export function rankPhotos(
  { photos, vectors, reader }: LibraryView,
  { cosines, names, filter, admits, except, calibration, limit, offset }: Question,
): Pick<SearchResults, 'results' | 'total' | 'relevant' | 'histogram'> {
  const spread = spreadOf(cosines);
  const raise = nameDeviations * Math.max(spread.deviation, leastDeviation);
  const { ids, contentIds, takenAtMs } = photos;

  const rows = new Uint32Array(photos.size);
  const allScores = new Float32Array(photos.size);
  let total = 0;
  for (let row = 0; row < photos.size; row += 1) {
    if (ids[row] === except || !photos.passes(row, filter) || (admits && !admits(row))) continue;
    const vector = vectors.rowOf(contentIds[row]!);
    const share = names === null ? 0 : names[row]!;
    if (vector < 0 && share === 0) continue;
    // Rounding can carry the cosine of equal vectors past 1.
    const cosine = vector < 0 ? spread.mean : Math.min(1, cosines[vector]!);
    rows[total] = row;
    allScores[total] = cosine + raise * share;
    total += 1;
  }
  const scores = allScores.subarray(0, total);

  // A name that matches is at least as sure as the share of words it matches.
  const relevanceOf = (index: number) =>
    Math.max(relevance(calibration, scores[index]!), names === null ? 0 : names[rows[index]!]!);
  const idOf = (index: number) => ids[rows[index]!]! as PhotoId;
  const path = (index: number) => reader.photos.pathOf(idOf(index)) ?? '';
  const page = bestFirst({ scores, takenAtMs: (index) => takenAtMs[rows[index]!]!, path }, { limit, offset });
  const results = page.map((index): SearchResult => ({
    id: idOf(index),
    path: path(index),
    score: scores[index]!,
    relevance: relevanceOf(index),
  }));
  return { results, total, ...histogramOf(total, relevanceOf) };
}

/** Photos per twentieth of relevance, and those above the line where matches end. */
export function histogramOf(
  total: number,
  relevanceOf: (index: number) => number,
): Pick<SearchResults, 'relevant' | 'histogram'> {
  const histogram = Array.from({ length: relevanceBins }, () => 0);
  let relevant = 0;
  for (let index = 0; index < total; index += 1) {
    const value = relevanceOf(index);
    histogram[Math.min(relevanceBins - 1, Math.floor(value * relevanceBins))]! += 1;
    if (value >= relevantFrom) relevant += 1;
  }
  return { relevant, histogram };
}

/** Mean and population deviation; both 0 for no cosines at all. */
function spreadOf(cosines: Float32Array): Spread {
  if (cosines.length === 0) return { mean: 0, deviation: 0 };
  let sum = 0;
  for (let row = 0; row < cosines.length; row += 1) sum += cosines[row]!;
  const mean = sum / cosines.length;
  let squares = 0;
  for (let row = 0; row < cosines.length; row += 1) squares += (cosines[row]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / cosines.length) };
}
