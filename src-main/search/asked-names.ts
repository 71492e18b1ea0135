/**
 * Who is meant in a query. A clear name bounds the search: only photos of that person remain, and the other words are looked for
 * among them. A name that may mean something else ("Rose", or "Paris" of Paris Jones) takes no photo away: photos of that
 * person come first, and every word is looked for as it stands.
 */
import { nameWords, type NameWord } from '../contract/names.ts';
import type { PeopleId } from '../contract/people.ts';
import type { NamedPerson } from '../store/people-reader.ts';
import { everydayNames } from './everyday-names.ts';
import { isFiller } from './name-matches.ts';

/** A condition: one of these is on the photo, or (`not`) none of them is. */
export interface NameClause {
  readonly people: readonly NamedPerson[];
  readonly not: boolean;
}

export interface AskedNames {
  /** All of them hold. */
  readonly clauses: readonly NameClause[];
  /** Whom a word of `rest`, as names.ts folds it, may mean too. */
  readonly raised: ReadonlyMap<string, readonly PeopleId[]>;
  /** What else was asked; empty when the names are all of it. */
  readonly rest: string;
}

interface Span {
  readonly people: readonly NamedPerson[];
  readonly clear: boolean;
  from: number;
  to: number;
}

/** Words that tie names to the rest of a sentence, and mean nothing without them. */
const joints = new Set(
  'and with of or but both either together y e et und i и og och en con mit avec com met s с ve ile και'.split(
    ' ',
  ),
);
const not = /(?:^|\s)(?:(?:but\s+)?(?:without|except|not)\s+|-)$/iu;
const or = /^\s*,?\s*(?:\||or|oder|ou|или|veya)\s*$/iu;
const possessive = /^['’]s(?![\p{L}\p{N}])/iu;
/** What may stand between two words of one name. */
const withinName = /^[\s.\-'’‐·]*$/u;
/** Korean glues its particles to a name. */
const hangul = /^\p{Script=Hangul}+$/u;
const particles = new Set(
  '이 가 은 는 을 를 와 과 의 도 랑 이랑 하고 에게 한테 아 야 씨 님'
    .split(' ')
    .map((one) => one.normalize('NFC')),
);
const unspaced =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** A part of a name that is shorter may be anything. */
const leastLetters = 3;

/** Whom a query names, and what else it asks. Names are compared without case and accents, by whole words, the longest first. */
export function askedNames(query: string, named: readonly NamedPerson[]): AskedNames {
  const words = nameWords(query);
  const people = named.map((person) => ({
    person,
    words: nameWords(person.name).map(({ folded }) => folded),
  }));
  const spans: Span[] = [];
  for (let at = 0; at < words.length;) {
    const found = longestName(query, words.slice(at), people);
    if (found) spans.push(found.span);
    at += found?.words ?? 1;
  }
  const clear = spans.filter((span) => span.clear);
  const clauses = clausesOf(query, clear);
  const raised = new Map<string, PeopleId[]>();
  for (const { people: whom, from, to } of spans.filter((span) => !span.clear))
    for (const { folded } of nameWords(query.slice(from, to)))
      raised.set(folded, [...(raised.get(folded) ?? []), ...whom.map(({ id }) => id)]);
  return { clauses, raised, rest: clear.length === 0 ? query : restOf(query, clear) };
}

type Known = { readonly person: NamedPerson; readonly words: readonly string[] };

/** The longest name that begins with the first word: a whole one, else a first or last name. */
function longestName(
  query: string,
  words: readonly NameWord[],
  known: readonly Known[],
): { readonly span: Span; readonly words: number } | null {
  const whole = known
    .filter((one) => one.words.length > 0 && startsWith(query, words, one.words))
    .toSorted((a, b) => b.words.length - a.words.length);
  const [longest] = whole;
  const first = words[0]!;
  if (longest) {
    const count = longest.words.length;
    const people = whole.filter((one) => one.words.length === count).map(({ person }) => person);
    const span = { people, clear: isClear(longest.words), from: first.from, to: words[count - 1]!.to };
    return { span, words: count };
  }
  if (first.folded.length < leastLetters) return null;
  const parts = known.filter(
    (one) => one.words.length > 1 && (one.words[0] === first.folded || one.words.at(-1) === first.folded),
  );
  if (parts.length === 0) return null;
  const people = parts.map(({ person }) => person);
  return { span: { people, clear: false, from: first.from, to: first.to }, words: 1 };
}

function startsWith(query: string, words: readonly NameWord[], name: readonly string[]): boolean {
  return name.every((part, i) => {
    const typed = words[i];
    if (!typed) return false;
    if (i > 0 && !withinName.test(query.slice(words[i - 1]!.to, typed.from))) return false;
    if (typed.folded === part) return true;
    const last = i === name.length - 1;
    return (
      last &&
      hangul.test(part) &&
      typed.folded.startsWith(part) &&
      isParticle(typed.folded.slice(part.length))
    );
  });
}

const isParticle = (rest: string) => particles.has(rest);

/** Whether a name means a person wherever it stands. One sign of a script without spaces is a word like any other. */
function isClear(words: readonly string[]): boolean {
  if (words.length === 1 && (words[0]!.length < 2 || unspaced.test(words[0]!))) return false;
  return words.some((word) => !everydayNames.has(word) && !isFiller(word));
}

/** Names that are joined by "or" are one condition. What belongs to a name ("without", "'s") goes with it. */
function clausesOf(query: string, spans: readonly Span[]): NameClause[] {
  const clauses: { people: NamedPerson[]; not: boolean }[] = [];
  let before = 0;
  for (const span of spans) {
    const lead = query.slice(before, span.from);
    const joined = clauses.length > 0 && or.test(lead);
    const negated = not.exec(lead);
    if (joined) {
      clauses.at(-1)!.people.push(...span.people);
      span.from = before;
    } else {
      clauses.push({ people: [...span.people], not: negated !== null });
      if (negated) span.from -= negated[0].length;
    }
    span.to += possessive.exec(query.slice(span.to))?.[0].length ?? 0;
    before = span.to;
  }
  return clauses;
}

const says = ({ folded }: NameWord) => !joints.has(folded);

function restOf(query: string, spans: readonly Span[]): string {
  let rest = '';
  let at = 0;
  for (const { from, to } of spans) {
    rest += `${query.slice(at, from)} `;
    at = to;
  }
  rest += query.slice(at);
  const words = nameWords(rest);
  if (!words.some((word) => says(word) && !isFiller(word.folded))) return '';
  const from = words.find(says)!.from;
  const to = words.findLast(says)!.to;
  return rest.slice(from, to).replace(/\s+/gu, ' ').trim();
}
