/**
 * The query bar's text and chips. What is typed takes effect after a short pause, in the entry of history that the
 * first letter opened; Enter, a chip or an opened photo ends that entry, so that Back leads from one question to the
 * one before, never letter by letter.
 */
import type { PeopleId } from '../../src-main/contract/people.ts';
import { orPerson, withoutPerson, withPerson, type PeopleBounds, type Role } from './people-bounds.ts';
import type { Place, PlaceFilter, Router } from './router.svelte.ts';
import { withoutMention } from './suggest-people.ts';
import type { Suggestion } from './suggestions.ts';

const pauseMs = 150;
const recentKey = 'likeness-recent';
const mostKept = 12;

/** The part of localStorage that keeps earlier searches; a browser may refuse it. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

export class Query {
  #router: Router;
  #shelf: Shelf | null;
  #mentions: () => boolean;
  /** Typed, but not in effect yet, or in effect but for blanks at its ends. */
  #typed: string | null = $state(null);
  #recent: readonly string[] = $state.raw([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The present entry was opened by typing and may still change with it. */
  #live = false;

  /** @param mentions  whether `@` begins somebody's name now. */
  constructor(router: Router, shelf: Shelf | null, mentions: () => boolean) {
    this.#router = router;
    this.#mentions = mentions;
    this.#shelf = shelf;
    this.#recent = readRecent(shelf);
  }

  get text(): string {
    const { place } = this.#router;
    const inEffect = place.screen === 'search' ? place.query : '';
    const typed = this.#typed;
    if (typed !== null && (this.#timer !== undefined || this.#askedBy(typed) === inEffect)) return typed;
    return inEffect;
  }
  get filter(): PlaceFilter {
    const { place } = this.#router;
    return place.screen === 'search' || place.screen === 'similar' ? place.filter : {};
  }
  /** Latest first. */
  get recent(): readonly string[] {
    return this.#recent;
  }

  /** Every letter. */
  type(text: string): void {
    this.#typed = text;
    clearTimeout(this.#timer);
    const { place } = this.#router;
    this.#timer = setTimeout(() => {
      // Whoever has gone elsewhere within the pause is not called back to a search.
      if (isSameQuestion(place, this.#router.place)) this.#apply();
      else this.#drop();
    }, pauseMs);
  }

  /** Enter: at once, and as a question of its own. */
  submit(text = this.text): void {
    this.#typed = text;
    this.#apply();
    this.#live = false;
    this.#remember(this.#askedBy(text));
  }

  /** A photo was opened or the bar was left: what is asked now was meant. */
  settle(): void {
    this.#live = false;
    const { place } = this.#router;
    if (place.screen === 'search') this.#remember(place.query);
  }

  choose(suggestion: Suggestion): void {
    if (suggestion.kind === 'words' || suggestion.kind === 'recent') return this.submit(suggestion.label);
    // The letters that found the chip were its name, not part of the question.
    this.#drop();
    if (suggestion.kind === 'person') {
      const { id, role, rest } = suggestion;
      const { people } = this.filter;
      const joined = role === 'or' ? orPerson(people, id) : withPerson(people, id, role);
      this.#narrow(peopled(this.filter, joined), rest);
    } else if ('filter' in suggestion) this.#narrow({ ...this.filter, ...suggestion.filter }, '');
  }

  removeFilter(kind: 'folder' | 'date' | 'faces'): void {
    const { folderId, fromMs, toMs, faces, ...rest } = this.filter;
    this.#narrow({
      ...rest,
      ...(kind !== 'folder' && folderId !== undefined && { folderId }),
      ...(kind !== 'date' && fromMs !== undefined && { fromMs }),
      ...(kind !== 'date' && toMs !== undefined && { toMs }),
      ...(kind !== 'faces' && faces !== undefined && { faces }),
    });
  }

  /** Must be on the photo, may be, must not; null: does not matter any more. */
  setPerson(id: PeopleId, role: Role | null): void {
    const { people } = this.filter;
    this.#narrow(
      peopled(this.filter, role === null ? withoutPerson(people, id) : withPerson(people, id, role)),
    );
  }

  /** Back to an empty search. */
  clear(): void {
    this.#drop();
    this.#live = false;
    this.#router.go({ screen: 'search', query: '', filter: {} });
  }

  #apply(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const query = this.#askedBy(this.#typed ?? '');
    const { place } = this.#router;
    if (place.screen === 'search' && place.query === query) return;
    if (place.screen !== 'search' && query === '') return;
    const next = { screen: 'search', query, filter: this.filter } as const;
    const blank = place.screen === 'search' && place.query === '' && Object.keys(place.filter).length === 0;
    if (blank || (place.screen === 'search' && this.#live)) this.#router.replace(next);
    else this.#router.go(next);
    this.#live = true;
  }

  #narrow(filter: PlaceFilter, query?: string): void {
    const { place } = this.#router;
    const words = query ?? (place.screen === 'search' ? place.query : '');
    const next =
      place.screen === 'similar'
        ? { ...place, filter }
        : ({ screen: 'search', query: words, filter } as const);
    // Letters that only led to the chip leave no entry behind.
    if (this.#live && query !== undefined) this.#router.replace(next);
    else this.#router.go(next);
    this.#live = false;
  }

  /** A name that is still being typed is not looked for. */
  #askedBy(typed: string): string {
    return (this.#mentions() ? withoutMention(typed) : typed).trim();
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#typed = null;
  }

  #remember(query: string): void {
    if (query === '' || this.#recent[0] === query) return;
    this.#recent = [query, ...this.#recent.filter((other) => other !== query)].slice(0, mostKept);
    try {
      this.#shelf?.setItem(recentKey, JSON.stringify(this.#recent));
    } catch {
      // Full or refused: they last as long as the window.
    }
  }
}

function peopled(filter: PlaceFilter, people: PeopleBounds | undefined): PlaceFilter {
  const { people: _, ...rest } = filter;
  return people ? { ...rest, people } : rest;
}

function isSameQuestion(a: Place, b: Place): boolean {
  return a.screen === b.screen && (a.screen !== 'search' || b.screen !== 'search' || a.query === b.query);
}

function readRecent(shelf: Shelf | null): readonly string[] {
  try {
    const kept: unknown = JSON.parse(shelf?.getItem(recentKey) ?? '[]');
    return Array.isArray(kept)
      ? kept.filter((one): one is string => typeof one === 'string').slice(0, mostKept)
      : [];
  } catch {
    return [];
  }
}
