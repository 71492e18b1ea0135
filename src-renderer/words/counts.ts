/** Counted things, and several names in a row. */
import { formatNumber } from '../layout/formats.ts';

/** 1 → “1 photo”, 1318 → “1,318 photos”. */
export const photos = (count: number): string => (count === 1 ? '1 photo' : `${formatNumber(count)} photos`);

/** 1 → “1 picture”: a picture is a file that is not in the library yet. */
export const pictures = (count: number): string =>
  count === 1 ? '1 picture' : `${formatNumber(count)} pictures`;

// English, as the sentences around it are, whatever the system's language.
const names = new Intl.ListFormat('en', { type: 'conjunction' });

/** “A”, “A and B”, “A, B, and 4 more”: at most three items. */
export function list(items: readonly string[], others: (count: number) => string): string {
  return names.format(items.length > 3 ? [...items.slice(0, 2), others(items.length - 2)] : items);
}
