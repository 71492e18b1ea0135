/** What to ask instead, when a question of words found nothing good: fewer words, or no bounds. Pure. */
import type { PlaceFilter } from './router.svelte.ts';

export interface WayOut {
  readonly query: string;
  readonly filter: PlaceFilter;
}
export interface Way extends WayOut {
  /** Good matches it would find. */
  readonly photos: number;
}

/** Words that no photo is found by. */
const small = new Set([
  'a',
  'an',
  'the',
  'in',
  'on',
  'at',
  'of',
  'and',
  'with',
  'to',
  'by',
  'for',
  'my',
  'our',
]);
/** Each costs a search; more than a few would not be read. */
const most = 4;

export function waysOut({ query, filter }: WayOut): WayOut[] {
  const bounded = Object.keys(filter).length > 0;
  const words = query.split(/\s+/).filter((word) => word !== '' && !small.has(word.toLowerCase()));
  const fewer =
    words.length === 2
      ? words
      : words.length > 2
        ? [words.slice(0, -1).join(' '), words.slice(1).join(' '), words.at(-1)!]
        : [];
  const ways: WayOut[] = bounded ? [{ query, filter: {} }] : [];
  for (const other of new Set(fewer)) if (other !== query) ways.push({ query: other, filter });
  return ways.slice(0, most);
}
