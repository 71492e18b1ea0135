/** Edits of every kind, for properties that hold whatever a person does. */
import fc from 'fast-check';
import type { PeopleId } from '../../src-main/contract/people.ts';
import type { People } from '../../src-main/people/people.ts';
import { face, idsOf, model, type Peopled } from './faces.ts';

/** One edit of any kind on faces and people chosen by number; the kinds that a person has at hand. */
export const anyEdit = fc.record({
  kind: fc.constantFrom(
    'name',
    'merge',
    'split',
    'different',
    'same',
    'later',
    'hide',
    'cover',
    'ignoreAll',
    'move',
    'moveNew',
    'reject',
    'confirm',
    'ignore',
    'draw',
  ),
  one: fc.nat(99),
  other: fc.nat(99),
  some: fc.array(fc.nat(99), { minLength: 1, maxLength: 4 }),
  name: fc.constantFrom('Ana', 'ana', 'Bea', 'Cem'),
  flag: fc.boolean(),
});
type AnyEdit = typeof anyEdit extends fc.Arbitrary<infer T> ? T : never;

/** @returns the number of the edit; null where there is nobody to edit. @throws LikenessError where it is refused. */
export function carryOut(
  { store, people, contents }: Peopled & { people: People },
  edit: AnyEdit,
): number | null {
  const all = contents.flatMap(({ id }) => idsOf(store, id));
  const pick = (n: number) => all[n % all.length]!;
  const { people: persons, groups } = store.people.cards.list();
  const ids = [...persons, ...groups].map(({ id }) => id);
  if (ids.length === 0) return null;
  const who = (n: number): PeopleId => ids[n % ids.length]!;
  const [a, b, faces] = [who(edit.one), who(edit.other), edit.some.map(pick)];
  const members = () => store.people.persons.members(people.who(a)).map(({ id }) => id);
  switch (edit.kind) {
    case 'name':
      return people.name(a, edit.name).edit;
    case 'merge':
      return people.merge([a, b, who(edit.some[0]!)], edit.flag ? b : undefined).edit;
    case 'split':
      return people.split(a, members().slice(0, edit.some.length)).edit;
    case 'different':
      return people.answer(a, b, 'different').edit;
    case 'same':
      return people.answer(a, b, 'same').edit;
    case 'later':
      return people.answer(a, b, 'later').edit;
    case 'hide':
      return people.hide(a, edit.flag).edit;
    case 'cover':
      return people.cover(a, members()[0]!).edit;
    case 'ignoreAll':
      return people.ignoreAll(a).edit;
    case 'move':
      return people.move(faces, a).edit;
    case 'moveNew':
      return people.move(faces, null).edit;
    case 'reject':
      return people.reject(faces).edit;
    case 'confirm':
      return people.confirm(faces).edit;
    case 'ignore':
      return people.ignore(faces, edit.flag).edit;
    case 'draw': {
      const { id: contentId, hash } = contents[edit.one % contents.length]!;
      const place = 4 + (edit.other % 6);
      const drawn = {
        look: { contentId, hash, model },
        box: face(place).box,
        face: face(place, edit.one),
        n: 9,
      };
      return people.draw(drawn, edit.flag ? edit.name : null).edit;
    }
  }
}
