/** Options that bound a search by who is on the photos. */
import type { App } from '../../app.ts';
import { LikenessError } from '../../contract/errors.ts';
import { limits } from '../../contract/limits.ts';
import { foldName } from '../../contract/names.ts';
import { peopleIdSchema, type PeopleId } from '../../contract/people.ts';
import type { Filter } from '../../contract/search.ts';
import * as v from 'valibot';
import type { OptionSpecs, OptionValues } from './command.ts';
import { nearest } from './nearest.ts';
import { usage } from './parse.ts';
import { count } from './table.ts';

export const peopleOptions = {
  person: {
    type: 'text',
    value: 'NAME',
    many: true,
    summary: 'only photos that show this person; may be repeated',
  },
  'any-of': {
    type: 'text',
    value: 'NAME',
    many: true,
    summary: 'only photos that show at least one of these; repeat it for each',
  },
  without: {
    type: 'text',
    value: 'NAME',
    many: true,
    summary: 'no photo that shows this person; may be repeated',
  },
  faces: { type: 'text', value: 'N', summary: 'how many faces the photo shows: 2, 2.., ..3 or 2..4' },
} as const satisfies OptionSpecs;

type Given = OptionValues<typeof peopleOptions>;

/**
 * @returns null where no such option was given. A person is named by name, without regard to case and accents, or by id (p12, g45).
 * @throws LikenessError bad-input for a count that cannot be read, or while faces are turned off; not-found for a name that nobody has.
 */
export async function peopleFilterOf(given: Given, open: () => Promise<App>): Promise<Filter | null> {
  const faces = given.faces === undefined ? undefined : faceCount(given.faces);
  const named = [...given.person, ...given['any-of'], ...given.without];
  if (named.length === 0) return faces ? { faces } : null;
  const app = await open();
  if (!(await app.call('people.state', {})).on)
    throw new LikenessError(
      'bad-input',
      'Faces are turned off, so nobody is known to be on a photo.',
      '`likeness people` turns them on.',
    );
  const { people, groups } = await app.call('people.list', { hidden: true });
  const names = new Map<string, PeopleId>();
  for (const { id, name } of people)
    if (name !== null) names.set(foldName(name), names.get(foldName(name)) ?? id);
  const ids = (all: readonly string[]) =>
    all.map((one) => {
      const exact = people.find(({ name }) => name?.toLowerCase() === one.trim().toLowerCase());
      const id = exact?.id ?? names.get(foldName(one.trim())) ?? knownId(one.trim(), [...people, ...groups]);
      if (id) return id;
      const known = people.flatMap(({ name }) => (name === null ? [] : [name]));
      throw nobody(one, nearest(one, known));
    });
  const bounds = { all: ids(given.person), any: ids(given['any-of']), none: ids(given.without) };
  return { people: bounds, ...(faces && { faces }) };
}

function knownId(given: string, all: readonly { readonly id: PeopleId }[]): PeopleId | undefined {
  return v.is(peopleIdSchema, given) ? all.find(({ id }) => id === given)?.id : undefined;
}

/** `2`, `2..`, `..3`, `2..4` */
function faceCount(given: string): NonNullable<Filter['faces']> {
  const [, from, range, to] = /^\s*(\d*)(\.\.)?(\d*)\s*$/.exec(given) ?? [];
  const [min, max] = [number(from), number(range ? to : from)];
  const wrong =
    (min === undefined && max === undefined) || (!range && to !== '') || (min ?? 0) > (max ?? Infinity);
  if (wrong || Math.max(min ?? 0, max ?? 0) > limits.facesAsked)
    throw usage(
      `--faces cannot be “${given}”.`,
      `Give a number up to ${count(limits.facesAsked)}, or a range: 2, 2.., ..3 or 2..4.`,
    );
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

const number = (digits: string | undefined) => (digits ? Number(digits) : undefined);

function nobody(name: string, guess: string | null): LikenessError {
  return new LikenessError(
    'not-found',
    `Nobody is called “${name}”.`,
    guess ? `Did you mean “${guess}”?` : '`likeness people` lists everybody.',
  );
}
