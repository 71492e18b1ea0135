/** What People screens show of somebody: pure. */
import type { Face, PersonCard } from '../../../src-main/contract/people.ts';
import { formatYear } from '../../layout/formats.ts';
import { words } from '../../words.ts';

type FaceUrl = (face: number) => string;

/** Somebody whose name may be meant where one is written. */
export interface Known {
  readonly id: string;
  readonly name: string;
  readonly photos: number;
  readonly url: string;
}

/** @param except  whoever is being named themselves. */
export const knownOf = (people: readonly PersonCard[], faceUrl: FaceUrl, except?: string): Known[] =>
  people.flatMap(({ id, name, photos, cover }) =>
    name === null || id === except ? [] : [{ id, name, photos, url: faceUrl(cover) }],
  );

/** “2009 to 2024”, “2024”; empty where no photo says. */
export function yearsOf({ fromMs, toMs }: Pick<PersonCard, 'fromMs' | 'toMs'>): string {
  if (fromMs === null || toMs === null) return '';
  return words.people.person.years(formatYear(fromMs), formatYear(toMs));
}

/** One side of «Same person?». */
export const sideOf = (card: PersonCard, faceUrl: FaceUrl) => ({
  id: card.id,
  name: card.name,
  photos: card.photos,
  years: yearsOf(card),
  fan: fanOf(card, faceUrl),
});

export const fanOf = ({ fan, cover }: PersonCard, faceUrl: FaceUrl) =>
  (fan.length > 0 ? fan : [cover]).map((id) => ({ id, url: faceUrl(id) }));

/** Names first by letter; in the language of the system. */
export const byName = (a: PersonCard, b: PersonCard): number => (a.name ?? '').localeCompare(b.name ?? '');

/** Nobody has said so, and the looks alone leave a doubt. */
export const isUnsure = ({ confirmed, sure }: Face, sureEnough: number): boolean =>
  !confirmed && sure < sureEnough;
