/** Photos that a filter or a name alone asks for: newest first. */
import type { PhotoId } from '../contract/photo.ts';
import type { Filter, SearchResult, SearchResults } from '../contract/search.ts';
import { bestFirst, type Page } from './best-first.ts';
import type { LibraryView } from './library-index.ts';
import { histogramOf } from './rank-photos.ts';

export interface Listed extends Page {
  readonly filter: Filter;
  /** How sure it is that a photo is meant, by row, 0..1; all are where it is null. Photos at 0 are left out. */
  readonly sure: Float32Array | null;
  /** Further photos that are left out. */
  readonly admits: ((row: number) => boolean) | null;
}

/**
 * The surest first, among them the newest, then by path; score and relevance both say how sure.
 * Cost: 60 ms where 100,000 pass, 5 ms where a tenth does.
 */
export function listPhotos(
  { photos, reader }: Pick<LibraryView, 'photos' | 'reader'>,
  { filter, sure, admits, limit, offset }: Listed,
): Pick<SearchResults, 'results' | 'total' | 'relevant' | 'histogram'> {
  const rows = new Uint32Array(photos.size);
  const all = new Float32Array(photos.size);
  let total = 0;
  for (let row = 0; row < photos.size; row += 1) {
    const certain = sure === null ? 1 : sure[row]!;
    if (certain === 0 || !photos.passes(row, filter) || (admits && !admits(row))) continue;
    rows[total] = row;
    all[total] = certain;
    total += 1;
  }
  const scores = all.subarray(0, total);
  const idOf = (index: number) => photos.ids[rows[index]!]! as PhotoId;
  const path = (index: number) => reader.photos.pathOf(idOf(index)) ?? '';
  const takenAtMs = (index: number) => photos.takenAtMs[rows[index]!]!;
  const results = bestFirst({ scores, takenAtMs, path }, { limit, offset }).map((index): SearchResult => ({
    id: idOf(index),
    path: path(index),
    score: scores[index]!,
    relevance: scores[index]!,
  }));
  return { results, total, ...histogramOf(total, (index) => scores[index]!) };
}
