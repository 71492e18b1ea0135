/** All state of one window, put together once and handed down by context. */
import { createContext } from 'svelte';
import type { AppEvent } from '../../src-main/contract/api.ts';
import type { Run } from '../../src-main/contract/learn.ts';
import type { Client } from '../client.ts';
import { DuplicateEdits } from './duplicate-edits.svelte.ts';
import { Collections } from './collections.svelte.ts';
import { Duplicates } from './duplicates.svelte.ts';
import { Encoders } from './encoders.svelte.ts';
import { FaceLearningState } from './face-learning.svelte.ts';
import { focusPlace } from './focus-place.ts';
import { Jobs } from './jobs.svelte.ts';
import { Keys } from './keys.ts';
import { KnownPeople } from './known-people.svelte.ts';
import { Learn } from './learn.svelte.ts';
import { LearnRuns } from './learn-runs.svelte.ts';
import { Library } from './library.svelte.ts';
import { People } from './people.svelte.ts';
import { PeopleEdits } from './people-edits.svelte.ts';
import { PhotoFaces } from './photo-faces.svelte.ts';
import { Query } from './query.svelte.ts';
import { Router, type Place } from './router.svelte.ts';
import { Search } from './search.svelte.ts';
import { Selection } from './selection.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import { LibraryStatus } from './status.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { ViewerState } from './viewer.svelte.ts';
import { words } from '../words.ts';

export class AppState {
  readonly client: Client;
  readonly router: Router;
  readonly library: Library;
  readonly status: LibraryStatus;
  readonly jobs: Jobs;
  readonly learn: Learn;
  readonly runs: LearnRuns;
  readonly settings: SettingsState;
  readonly encoders: Encoders;
  readonly selection = new Selection();
  readonly toasts = new Toasts();
  readonly viewer: ViewerState;
  readonly search: Search;
  readonly query: Query;
  readonly known: KnownPeople;
  readonly people: People;
  readonly edits: PeopleEdits;
  readonly collections: Collections;
  readonly duplicates: Duplicates;
  readonly duplicateEdits: DuplicateEdits;
  readonly photoFaces: PhotoFaces;
  readonly faceLearning: FaceLearningState;
  /** Photos that were dropped or pasted, by the name that `upload` gave them: what the strip beside their results shows. */
  readonly drops = new Map<string, { readonly url: string; readonly name: string }>();
  readonly keys: Keys;
  /** What the last work came to, for those who hear the window. */
  news: string = $state('');
  /** The shortcut sheet is open. */
  shortcutsShown: boolean = $state(false);
  /** The sidebar is folded to its icons by hand; a narrow window folds it anyway. */
  sidebarFolded: boolean = $state(false);

  constructor(client: Client, window: Window) {
    this.client = client;
    this.router = new Router(window);
    this.library = new Library(client);
    this.status = new LibraryStatus(client);
    this.jobs = new Jobs(client);
    this.learn = new Learn(client);
    this.runs = new LearnRuns(client);
    this.settings = new SettingsState(client);
    this.encoders = new Encoders(client);
    this.viewer = new ViewerState(client);
    this.search = new Search(client);
    this.query = new Query(this.router, shelfOf(window), () => this.settings.now.people);
    this.known = new KnownPeople(client);
    this.people = new People(client);
    this.photoFaces = new PhotoFaces(client);
    const { toasts, router } = this;
    this.edits = new PeopleEdits({ client, toasts, router, onChange: () => this.#peopleChanged() });
    this.collections = new Collections(client);
    this.duplicates = new Duplicates(client);
    this.duplicateEdits = new DuplicateEdits({ client, toasts, onChange: () => this.duplicates.changed() });
    this.faceLearning = new FaceLearningState(client);
    this.keys = new Keys({ lettersOn: () => this.settings.now.letterKeys, focusPlace });
  }

  /** Reads everything once, then follows the events. @returns a function that stops following. */
  start(): () => void {
    return this.client.events(
      (event) => this.#take(event),
      () => void this.#readAll(),
    );
  }

  /** Runs something that may fail; a failure is told in a toast. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (thrown) {
      this.toasts.error(thrown);
      return false;
    }
  }

  /** Over the present view. */
  openPhoto(id: number): void {
    const { place } = this.router;
    this.query.settle();
    if ('viewing' in place && place.viewing !== undefined) this.router.replace({ ...place, viewing: id });
    else if (['photos', 'search', 'similar', 'people', 'collections'].includes(place.screen))
      this.router.go({ ...place, viewing: id } as Place);
    else this.router.go({ screen: 'photos', viewing: id });
  }

  /** Back to what lies under the viewer. */
  closePhoto(): void {
    const { place } = this.router;
    if (!('viewing' in place)) return;
    if (this.router.canGoBack) return this.router.back();
    const { viewing: _, ...under } = place;
    this.router.replace(under);
  }

  openSimilar = (photoId: number): void => {
    this.query.settle();
    this.router.go({ screen: 'similar', photoId, filter: {} });
  };

  /** Photos like one from outside the library. */
  async searchLike(file: File): Promise<void> {
    await this.attempt(async () => {
      const { upload } = await this.client.upload(file);
      this.drops.set(upload, { url: URL.createObjectURL(file), name: file.name });
      this.router.go({ screen: 'similar', upload, filter: {} });
    });
  }

  /** Shows the file in the system's file manager. */
  reveal = (id: number): void => {
    void this.attempt(async () => {
      const { revealed } = await this.client.call('reveal', { id });
      if (revealed) return;
      const { path } = await this.client.call('photo', { id });
      this.toasts.show({ kind: 'info', title: words.selection.cannotReveal, text: path });
    });
  };

  async #readAll(): Promise<void> {
    this.#peopleChanged();
    this.duplicates.loadLater();
    await Promise.all([
      this.library.load(),
      this.encoders.load(),
      this.runs.load(),
      this.attempt(() => Promise.all([this.settings.load(), this.status.load(), this.jobs.load()])),
    ]);
  }

  #take(event: AppEvent): void {
    switch (event.type) {
      case 'jobs':
        this.jobs.take(event.jobs);
        break;
      case 'library':
        void this.library.announce(event);
        this.#refreshStatus();
        break;
      case 'folders':
        this.status.takeFolders(event.folders);
        this.#refreshStatus();
        break;
      case 'settings':
        this.settings.take(event.settings);
        break;
      case 'models':
        this.encoders.take(event);
        break;
      case 'runs':
        this.#tellEnded(event.runs);
        this.runs.take(event.runs);
        break;
      case 'look':
        this.runs.takeLook(event.run, event.look);
        break;
      case 'people':
        this.#peopleChanged();
        this.faceLearning.changed();
        break;
      case 'duplicates':
        this.duplicates.changed();
        break;
      case 'indexed':
        this.news = words.tray.indexed(event.report.photos, event.report.failed.length);
        this.#refreshStatus();
        break;
    }
  }

  #peopleChanged(): void {
    this.known.changed();
    this.people.changed();
  }

  /** A run has come to its result, or to its use: told wherever the person is. */
  #tellEnded(runs: readonly Run[]): void {
    const ended = runs.find(
      ({ id, state }) => state === 'learned' && this.runs.runOf(id)?.state === 'running',
    );
    const used = runs.find(({ id, use }) => use === 'in-use' && this.runs.runOf(id)?.use === 'preparing');
    if (used) this.news = words.learn.run.usedNews(used.name);
    if (!ended) return;
    const { id, name } = ended;
    this.news = words.learn.run.endedNews(name);
    const { place } = this.router;
    if (place.screen === 'learn' && place.run === id) return;
    this.toasts.show({
      kind: 'done',
      title: words.learn.run.ended(name),
      text: words.learn.run.endedText,
      action: { label: words.learn.list.see, run: () => this.router.go({ screen: 'learn', run: id }) },
    });
  }

  /** Counts are a by-line: failing to read them must not put a toast up every second. */
  #refreshStatus(): void {
    this.status.load().catch(() => undefined);
  }
}

/** null where the browser refuses it. */
function shelfOf(window: Window): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** `useApp()` in any component under App.svelte, which calls `provideApp` once. */
export const [useApp, provideApp] = createContext<AppState>();
