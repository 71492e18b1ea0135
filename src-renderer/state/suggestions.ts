/** What the query bar offers for what is typed: the words themselves, people, folders and dates of this library, earlier searches. Pure. */
import { foldName } from '../../src-main/contract/names.ts';
import { formatMonth, formatYear } from '../layout/formats.ts';
import { baseName } from '../layout/crumbs.ts';
import type { PlaceFilter } from './router.svelte.ts';
import {
  isMention,
  suggestPeople,
  type FacesOffer,
  type KnownFaces,
  type PersonOffer,
} from './suggest-people.ts';

export type Suggestion =
  | { readonly kind: 'words' | 'recent'; readonly key: string; readonly label: string; readonly photos: null }
  | {
      readonly kind: 'folder' | 'date';
      readonly key: string;
      readonly label: string;
      readonly photos: number;
      readonly filter: PlaceFilter;
    }
  | PersonOffer
  | FacesOffer;

export interface Offers {
  readonly folders: readonly { readonly id: number; readonly path: string; readonly photos: number }[];
  /** Newest first. */
  readonly months: readonly { readonly ms: number; readonly photos: number }[];
  /** Latest first. */
  readonly recent: readonly string[];
  /** null while faces are turned off: then nobody is offered. */
  readonly faces: KnownFaces | null;
}

const mostFolders = 3;
const mostDates = 4;
const mostRecent = 6;

export function suggestionsFor(text: string, offers: Offers): Suggestion[] {
  if (isMention(text) && offers.faces) return suggestPeople(text, offers.faces);
  const typed = foldName(text.trim());
  if (typed === '')
    return offers.recent
      .slice(0, mostRecent)
      .map((label) => ({ kind: 'recent', key: `recent ${label}`, label, photos: null }));
  const folders = offers.folders
    .filter(({ path }) => foldName(baseName(path)).includes(typed))
    .slice(0, mostFolders)
    .map(({ id, path, photos }) => ({
      kind: 'folder' as const,
      key: `folder ${id}`,
      label: baseName(path),
      photos,
      filter: { folderId: id },
    }));
  const words: Suggestion = { kind: 'words', key: 'words', label: text.trim(), photos: null };
  const people = offers.faces ? suggestPeople(text, offers.faces) : [];
  return [words, ...people, ...folders, ...datesFor(typed, offers.months)];
}

function datesFor(typed: string, months: Offers['months']): Suggestion[] {
  const years = new Map<number, number>();
  for (const { ms, photos } of months) {
    const year = new Date(ms).getUTCFullYear();
    years.set(year, (years.get(year) ?? 0) + photos);
  }
  const whole = [...years].map(([year, photos]) => ({
    from: Date.UTC(year, 0),
    to: Date.UTC(year + 1, 0),
    label: formatYear(Date.UTC(year, 0)),
    photos,
  }));
  const parts = months.map(({ ms, photos }) => {
    const date = new Date(ms);
    return {
      from: ms,
      to: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1),
      label: formatMonth(ms),
      photos,
    };
  });
  // Two letters would bring half the calendar.
  if (typed.length < 3) return [];
  return [...whole, ...parts]
    .filter(
      ({ label }) =>
        foldName(label).startsWith(typed) ||
        foldName(label)
          .split(/\s+/)
          .some((word) => word === typed),
    )
    .slice(0, mostDates)
    .map(({ from, to, label, photos }) => ({
      kind: 'date',
      key: `date ${from} ${to}`,
      label,
      photos,
      filter: { fromMs: from, toMs: to },
    }));
}
