/** Where the window stands: one place at a time, each an entry of the browser's own history. */

import { type DuplicateClass, duplicateClasses } from '../../src-main/contract/duplicate-kinds.ts';
import type { PeopleId } from '../../src-main/contract/people.ts';
import type { Anchor } from '../layout/anchor.ts';
import type { FaceCount, PeopleBounds } from './people-bounds.ts';

/** What a search is asked of. Dates are local wall-clock ms, `fromMs` inclusive, `toMs` exclusive. */
export interface PlaceFilter {
  readonly folderId?: number;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly people?: PeopleBounds;
  /** Faces on the photo. */
  readonly faces?: FaceCount;
}

export type Place =
  | { readonly screen: 'photos'; readonly viewing?: number }
  | {
      readonly screen: 'search';
      readonly query: string;
      readonly filter: PlaceFilter;
      /** Relevance 0..1 from which photos are shown; the encoder's own line when left out. */
      readonly cut?: number;
      readonly order?: 'date';
      readonly viewing?: number;
    }
  | {
      readonly screen: 'similar';
      /** A photo of the library, or the name that `upload` gave to one from outside. */
      readonly photoId?: number;
      readonly upload?: string;
      readonly filter: PlaceFilter;
      readonly cut?: number;
      readonly viewing?: number;
    }
  | {
      readonly screen: 'learn';
      /** The run that is looked at; the three questions when left out. */
      readonly run?: number;
      /** The expert's values in place of the questions. */
      readonly expert?: true;
    }
  | {
      readonly screen: 'people';
      /** Whose page it is, or which shelf of faces; everybody when left out. */
      readonly who?: PeopleId | FaceShelf;
      /** Their faces in place of their photos. */
      readonly tab?: 'faces';
      /** Whether two are the same person, one question at a time. */
      readonly ask?: true;
      /** Those who are hidden, in place of the others. */
      readonly hidden?: true;
      readonly viewing?: number;
    }
  | { readonly screen: 'duplicates'; readonly kind?: DuplicateClass }
  | {
      readonly screen: 'collections';
      /** The event that is looked at, or this day of a year; all of them when left out. */
      readonly event?: string;
      /** The group of photos that look alike that is looked at. */
      readonly cluster?: string;
      readonly year?: number;
      readonly viewing?: number;
    }
  | { readonly screen: 'folders' | 'problems' | 'activity' | 'settings' | 'welcome' };

/** Faces that belong to nobody. */
export type FaceShelf = 'unknown' | 'ignored';

export type Screen = Place['screen'];

/** What a history entry carries: its depth, so that Back is only offered where it leads to a place of ours, and where the person was in it. */
interface EntryState {
  readonly depth: number;
  readonly anchor: Anchor | null;
  readonly current: number | null;
}

/** The part of `window` that the router uses; a test hands in its own. */
export interface RouterWindow {
  readonly history: {
    readonly state: unknown;
    pushState(state: unknown, title: string, hash: string): void;
    replaceState(state: unknown, title: string, hash: string): void;
    back(): void;
  };
  readonly location: { readonly hash: string };
  addEventListener(type: 'popstate', listener: () => void): void;
  removeEventListener(type: 'popstate', listener: () => void): void;
}

const restMs = 200;

export class Router {
  #window: RouterWindow;
  #place: Place = $state.raw({ screen: 'photos' });
  #depth: number = $state(0);
  #anchor: Anchor | null = null;
  #current: number | null = null;
  #writing: ReturnType<typeof setTimeout> | undefined;

  constructor(window: RouterWindow) {
    this.#window = window;
    this.#read();
    window.addEventListener('popstate', this.#read);
  }

  get place(): Place {
    return this.#place;
  }
  get canGoBack(): boolean {
    return this.#depth > 0;
  }
  /** Where this entry was scrolled to when it was left; null on a new one. */
  get anchor(): Anchor | null {
    return this.#anchor;
  }
  /** The photo that the keys were at when this entry was left; null on a new one. */
  get current(): number | null {
    return this.#current;
  }

  /** Opens a new entry. */
  go(place: Place): void {
    this.#write();
    const state: EntryState = { depth: this.#depth + 1, anchor: null, current: null };
    this.#window.history.pushState(state, '', hashOf(place));
    this.#read();
  }

  /** Changes the present entry: live typing, the next photo in the viewer, a moved cut-off. Another question begins at its top. */
  replace(place: Place): void {
    if (viewOf(place) !== viewOf(this.#place)) this.#anchor = this.#current = null;
    this.#window.history.replaceState(this.#state(), '', hashOf(place));
    this.#place = place;
  }

  /**
   * Keeps the scroll of the present entry. It is written to the entry once the view rests: browsers refuse an address
   * that changes with every frame.
   */
  keepAnchor(anchor: Anchor | null): void {
    this.#anchor = anchor;
    this.#writeLater();
  }

  /** Keeps the photo that the keys are at. */
  keepCurrent(id: number | null): void {
    this.#current = id;
    this.#writeLater();
  }

  back(): void {
    this.#write();
    if (this.canGoBack) this.#window.history.back();
  }

  close(): void {
    this.#write();
    this.#window.removeEventListener('popstate', this.#read);
  }

  #state(): EntryState {
    return { depth: this.#depth, anchor: this.#anchor, current: this.#current };
  }

  #writeLater(): void {
    clearTimeout(this.#writing);
    this.#writing = setTimeout(this.#write, restMs);
  }

  #write = (): void => {
    if (this.#writing === undefined) return;
    clearTimeout(this.#writing);
    this.#writing = undefined;
    this.#window.history.replaceState(this.#state(), '', this.#window.location.hash);
  };

  #read = (): void => {
    // The browser has left the entry: its last scroll can no longer be written there.
    clearTimeout(this.#writing);
    this.#writing = undefined;
    const state = this.#window.history.state as EntryState | null;
    this.#depth = state?.depth ?? 0;
    this.#anchor = state?.anchor ?? null;
    this.#current = state?.current ?? null;
    this.#place = placeOf(this.#window.location.hash);
  };
}

/** `#/search?q=dog&cut=0.4`: short enough to read, whole enough to come back to. */
export function hashOf(place: Place): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') query.set(name, String(value));
  };
  if (place.screen === 'search' || place.screen === 'similar') {
    if (place.screen === 'search') {
      put('q', place.query);
      put('order', place.order);
    } else {
      put('photo', place.photoId);
      put('upload', place.upload);
    }
    put('folder', place.filter.folderId);
    put('from', place.filter.fromMs);
    put('to', place.filter.toMs);
    for (const role of peopleRoles) put(role, place.filter.people?.[role]?.join('.'));
    if (place.filter.faces) put('faces', `${place.filter.faces.min ?? ''}-${place.filter.faces.max ?? ''}`);
    put('cut', place.cut);
  }
  if (place.screen === 'learn') {
    put('run', place.run);
    put('expert', place.expert && 1);
  }
  if (place.screen === 'people') {
    put('who', place.who);
    put('tab', place.tab);
    put('ask', place.ask && 1);
    put('hidden', place.hidden && 1);
  }
  if (place.screen === 'duplicates') put('kind', place.kind);
  if (place.screen === 'collections') {
    put('event', place.event);
    put('cluster', place.cluster);
    put('year', place.year);
  }
  if ('viewing' in place) put('viewing', place.viewing);
  const text = query.toString();
  return `#/${place.screen}${text ? `?${text}` : ''}`;
}

/** What a scroll position belongs to: the question, but not how much of the answer is shown or looked at. */
function viewOf(place: Place): string {
  const [screen, query] = hashOf(place).split('?');
  const rest = new URLSearchParams(query);
  rest.delete('viewing');
  rest.delete('cut');
  return `${screen}?${rest}`;
}

/** The other way round; whatever cannot be read is the timeline. */
export function placeOf(hash: string): Place {
  const [, screen = '', text = ''] = /^#\/([a-z]*)(?:\?(.*))?$/.exec(hash) ?? [];
  const query = new URLSearchParams(text);
  const number = (name: string): number | undefined => {
    const value = query.get(name);
    return value !== null && value !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
  };
  const viewing = optional('viewing', number('viewing'));
  const cut = optional('cut', number('cut'));
  const filter: PlaceFilter = {
    ...optional('folderId', number('folder')),
    ...optional('fromMs', number('from')),
    ...optional('toMs', number('to')),
    ...optional('people', peopleOf(query)),
    ...optional('faces', facesOf(query.get('faces'))),
  };
  switch (screen) {
    case 'search': {
      const order = query.get('order') === 'date' ? ({ order: 'date' } as const) : {};
      return { screen, query: query.get('q') ?? '', filter, ...order, ...cut, ...viewing };
    }
    case 'similar': {
      const photoId = optional('photoId', number('photo'));
      const upload = optional('upload', query.get('upload') ?? undefined);
      return { screen, filter, ...photoId, ...upload, ...cut, ...viewing };
    }
    case 'learn': {
      const expert = query.get('expert') === '1' ? ({ expert: true } as const) : {};
      return { screen, ...optional('run', number('run')), ...expert };
    }
    case 'people': {
      const ask = query.get('ask') === '1' ? ({ ask: true } as const) : {};
      const hidden = query.get('hidden') === '1' ? ({ hidden: true } as const) : {};
      const tab = query.get('tab') === 'faces' ? ({ tab: 'faces' } as const) : {};
      return { screen, ...optional('who', whoOf(query.get('who'))), ...tab, ...ask, ...hidden, ...viewing };
    }
    case 'duplicates': {
      const kind = duplicateClasses.find((name) => name === query.get('kind'));
      return { screen, ...optional('kind', kind) };
    }
    case 'collections': {
      const event = optional('event', query.get('event') ?? undefined);
      const cluster = optional('cluster', query.get('cluster') ?? undefined);
      return { screen, ...event, ...cluster, ...optional('year', number('year')), ...viewing };
    }
    case 'folders':
    case 'problems':
    case 'activity':
    case 'settings':
    case 'welcome':
      return { screen };
    default:
      return { screen: 'photos', ...viewing };
  }
}

const isPeopleId = (text: string): text is PeopleId => /^[pg][1-9]\d{0,14}$/.test(text);

function whoOf(text: string | null): PeopleId | FaceShelf | undefined {
  if (text === 'unknown' || text === 'ignored') return text;
  return text !== null && isPeopleId(text) ? text : undefined;
}

const peopleRoles = ['all', 'any', 'none'] as const;

function peopleOf(query: URLSearchParams): PeopleBounds | undefined {
  const found = peopleRoles.flatMap((role) => {
    const ids = (query.get(role) ?? '').split('.').filter(isPeopleId);
    return ids.length === 0 ? [] : [[role, ids] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function facesOf(text: string | null): FaceCount | undefined {
  const [, min, max] = /^(\d{0,4})-(\d{0,4})$/.exec(text ?? '') ?? [];
  const count = {
    ...optional('min', min ? Number(min) : undefined),
    ...optional('max', max ? Number(max) : undefined),
  };
  return Object.keys(count).length === 0 ? undefined : count;
}

function optional<Name extends string, T>(name: Name, value: T | undefined): { readonly [K in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [K in Name]?: T };
}
