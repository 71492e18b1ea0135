/** All people of the library with their faces, as `likeness people` tells them. */
import type { PeopleId, PeopleReport } from '../contract/people.ts';
import { idOf } from '../store/people-cards.ts';
import type { PeopleStore } from '../store/store.ts';

type ReportedPerson = PeopleReport['people'][number];

/**
 * Persons and groups, most faces first; hidden ones too. A face stands once for each photo that shows it, so copies of a photo
 * are all named; those that were ignored are left out.
 * @param seconds  that it took to look at the photos.
 */
export function peopleReport(
  { lists, cards }: Pick<PeopleStore, 'lists' | 'cards'>,
  seconds: number,
): PeopleReport {
  const people = new Map<PeopleId, ReportedPerson['faces'][number][]>();
  const unassigned: PeopleReport['unassigned'][number][] = [];
  const names = new Map<PeopleId, string | null>();
  for (const { who, path, box, quality } of lists.report()) {
    if (!who) {
      unassigned.push({ path, box });
      continue;
    }
    const id = idOf(who);
    const faces = people.get(id);
    if (faces) faces.push({ path, box, quality });
    else {
      people.set(id, [{ path, box, quality }]);
      names.set(id, cards.card(who)?.name ?? null);
    }
  }
  return {
    people: [...people]
      .map(([id, faces]) => ({ id, name: names.get(id) ?? null, faces }))
      .sort((a, b) => b.faces.length - a.faces.length || a.id.localeCompare(b.id, 'en', { numeric: true })),
    unassigned,
    seconds: Math.round(seconds * 1000) / 1000,
  };
}
