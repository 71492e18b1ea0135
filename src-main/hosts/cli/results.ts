/** The answer of `search` and `similar`. */
import { limits } from '../../contract/limits.ts';
import type { SearchResults } from '../../contract/search.ts';
import type { OptionSpecs, OptionValues } from './command.ts';
import { columns, count, photos } from './table.ts';

/** Options of both. */
export const paging = {
  limit: {
    type: 'number',
    value: 'N',
    min: 1,
    max: limits.resultLimit,
    summary: 'how many to show (default: 20, with --json 100)',
  },
  offset: { type: 'number', value: 'N', min: 0, summary: 'how many of the best to leave out' },
} as const satisfies OptionSpecs;

/** What the options ask for; a screenful for people, more for programs. */
export function pageOf(
  options: OptionValues<typeof paging>,
  json: boolean,
): { limit: number; offset: number } {
  return { limit: options.limit ?? (json ? 100 : 20), offset: options.offset ?? 0 };
}

export function resultsData({ query, results, total, encoder, milliseconds }: SearchResults) {
  return {
    query,
    results: results.map(({ path, score, relevance }) => ({ path, score, relevance })),
    total,
    encoder,
    milliseconds,
  };
}

/** @param bounded  only some photos were asked about. */
export function resultsText(
  { results, total, relevant, milliseconds }: SearchResults,
  offset: number,
  bounded = false,
): string {
  if (total === 0 && bounded) return 'No photo of the library fits that.';
  if (total === 0) return 'No photos to compare with yet. `likeness index FOLDER` takes some in.';
  if (results.length === 0) return `There are ${photos(total)}; none is left after ${count(offset)}.`;
  const rows = results.map(({ path, relevance }) => [`${Math.round(relevance * 100)} %`, path]);
  const more = offset + results.length < total ? ` \`--offset ${offset + results.length}\` shows more.` : '';
  const matches =
    relevant === 0
      ? 'none is a good match'
      : `${count(relevant)} ${relevant === 1 ? 'matches' : 'match'} well`;
  return `${columns(rows, [0])}\nOf ${photos(total)}, ${matches} (${Math.round(milliseconds)} ms).${more}`;
}
