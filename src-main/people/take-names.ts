/** Names that another program wrote into a photo are taken for what they are: somebody's word, where nothing was said here. */
import type { PeopleStore } from '../store/store.ts';

/** A face by its place in the engine's answer, and who it is. */
export interface WrittenName {
  readonly at: number;
  readonly name: string;
}

/**
 * Each name becomes a fact about its face, as if it had been given here; what was decided here goes before, and nobody comes to
 * stand on a photo twice.
 * @returns how many were taken.
 */
export function takeNames(people: PeopleStore, contentId: number, names: readonly WrittenName[]): number {
  const { faces, facts, persons } = people;
  let taken = 0;
  for (const { at, name } of names) {
    const face = faces.at(contentId, at);
    if (face === null || facts.isSpokenOf(face)) continue;
    const known = persons.named(name);
    if (known !== null && persons.onPhoto(contentId, known).some(({ confirmed }) => confirmed)) continue;
    const person = known ?? persons.create();
    if (known === null) persons.name(person, name);
    facts.claimIs(facts.spotOf(face), person);
    facts.settle([face]);
    taken += 1;
  }
  return taken;
}
