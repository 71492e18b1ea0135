/**
 * Whom the query bar offers for what is typed, and how many faces. `@` lists people, `-` before somebody leaves them out, `or`
 * joins them with whoever was named last. Pure.
 */
import { foldName, nameWords } from '../../src-main/contract/names.ts';
import type { PeopleId } from '../../src-main/contract/people.ts';
import { words } from '../words.ts';
import { boundsOf, type FaceCount, type PeopleBounds, type Role } from './people-bounds.ts';

export interface PersonOffer {
  readonly kind: 'person';
  readonly key: string;
  readonly label: string;
  readonly photos: number;
  readonly id: PeopleId;
  /** Face that stands for them. */
  readonly face: number;
  readonly role: Role | 'or';
  /** What of the typed words was not their name, and stays. */
  readonly rest: string;
}

export interface FacesOffer {
  readonly kind: 'faces';
  readonly key: string;
  readonly label: string;
  readonly photos: null;
  readonly filter: { readonly faces: FaceCount };
}

/** Who is known by name, most photos first, and who is in the question already. */
export interface KnownFaces {
  readonly people: readonly {
    readonly id: PeopleId;
    readonly name: string | null;
    readonly photos: number;
    readonly cover: number;
  }[];
  readonly bounds: PeopleBounds | undefined;
}

/** What names somebody at the end of the typed words: `@` and all that follows. */
const mention = /(^|\s)(-|or\s+)?@([^@]*)$/iu;
const mostListed = 8;
const mostBesides = 3;
/** A letter alone brings half of everybody. */
const leastLetters = 2;

/** The typed words without a name that is still being typed: what is looked for meanwhile. */
export function withoutMention(text: string): string {
  return text.replace(mention, '');
}

export function isMention(text: string): boolean {
  return mention.test(text);
}

export function suggestPeople(text: string, { people, bounds }: KnownFaces): (PersonOffer | FacesOffer)[] {
  const taken = new Set(boundsOf(bounds).map(({ id }) => id));
  const free = people.filter(({ id, name }) => name !== null && !taken.has(id));
  const offer =
    (sign: string | undefined, rest: string) =>
    (one: (typeof people)[number]): PersonOffer => ({
      kind: 'person',
      key: `person ${one.id}`,
      label: one.name!,
      photos: one.photos,
      id: one.id,
      face: one.cover,
      role: roleOf(sign, bounds),
      rest: rest.trim(),
    });
  const mentioned = mention.exec(text);
  if (mentioned) {
    const [whole, , sign, typed = ''] = mentioned;
    const found = free.filter(({ name }) => isCalled(name!, typed)).slice(0, mostListed);
    return [
      ...found.map(offer(sign, text.slice(0, -whole.length))),
      ...(typed === '' ? suggestFaces('') : []),
    ];
  }
  for (const { sign, typed, rest } of endings(text)) {
    if (foldName(typed).length < leastLetters) continue;
    const found = free.filter(({ name }) => isCalled(name!, typed)).slice(0, mostBesides);
    if (found.length > 0) return [...found.map(offer(sign, rest)), ...suggestFaces(text)];
  }
  return suggestFaces(text);
}

/** Numbers of faces: by their own words, or the few that are asked for most. */
export function suggestFaces(text: string): FacesOffer[] {
  const typed = foldName(text.trim()).replace(/\s+/gu, ' ');
  const number = Number(/^\d{1,2}(?=$| )/u.exec(typed)?.[0] ?? Number.NaN);
  const begins = typed.length >= leastLetters || !Number.isNaN(number);
  const counts: FaceCount[] = Number.isNaN(number)
    ? [{ max: 0 }, { min: 1, max: 1 }, { min: 2, max: 2 }, { min: 3 }]
    : number === 0
      ? [{ max: 0 }]
      : [{ min: number, max: number }, { min: number }];
  return counts
    .map((faces): FacesOffer => {
      const label = words.query.faceCount(faces);
      return {
        kind: 'faces',
        key: `faces ${faces.min}-${faces.max}`,
        label,
        photos: null,
        filter: { faces },
      };
    })
    .filter(({ label, filter }) => {
      const names = [label, ...words.query.faceCountAlso(filter.faces)].map(foldName);
      if (typed === '' || (begins && names.some((name) => name.startsWith(typed)))) return true;
      return (
        typed.length >= 3 && names.some((name) => name.split(' ').some((word) => word.startsWith(typed)))
      );
    });
}

/** All of the words, then only the last of them, as somebody's name. */
function endings(text: string): { sign: string | undefined; typed: string; rest: string }[] {
  const all = /^\s*(-|or\s+)?(\S.*)$/iu.exec(text);
  const last = /^(.*?)(?:\s)(-|or\s+)?([^\s-]+)$/iu.exec(text.trimEnd());
  return [
    ...(all ? [{ sign: all[1], typed: all[2]!, rest: '' }] : []),
    ...(last ? [{ sign: last[2], typed: last[3]!, rest: last[1]! }] : []),
  ];
}

/** Whether what is typed begins the name, or one of its words. */
function isCalled(name: string, typed: string): boolean {
  const wanted = nameWords(typed).map(({ folded }) => folded);
  if (wanted.length === 0) return typed.trim() === '';
  const known = nameWords(name).map(({ folded }) => folded);
  return known.some((_, from) =>
    wanted.every((word, i) =>
      i === wanted.length - 1 ? known[from + i]?.startsWith(word) === true : known[from + i] === word,
    ),
  );
}

/** "or" needs somebody to be joined with. */
function roleOf(sign: string | undefined, bounds: PeopleBounds | undefined): Role | 'or' {
  if (sign === '-') return 'none';
  const somebody = (bounds?.all?.length ?? 0) + (bounds?.any?.length ?? 0) > 0;
  return sign !== undefined && somebody ? 'or' : 'all';
}
