/** Tells open windows what changed, at a pace that a screen can follow. */
import type { EventStream } from './event-stream.ts';
import type { JobList } from './jobs/job-list.ts';
import type { Runs } from './learn/runs.ts';
import type { Store } from './store/store.ts';

/** Photos may come by the hundred a second; a window is told this often. */
const photosEveryMs = 500;
const jobsEveryMs = 250;
const peopleEveryMs = 300;

export class Announcer {
  readonly #store: Store;
  readonly #jobs: JobList;
  readonly #runs: Runs;
  readonly #events: EventStream;
  #photosTimer: NodeJS.Timeout | null = null;
  #jobsTimer: NodeJS.Timeout | null = null;
  #peopleTimer: NodeJS.Timeout | null = null;
  #duplicatesTimer: NodeJS.Timeout | null = null;
  #closed = false;
  /** Runs as they were told last: most of what changes of a job is no news of a run. */
  #told = '';

  constructor(options: { store: Store; jobs: JobList; runs: Runs; events: EventStream }) {
    this.#store = options.store;
    this.#jobs = options.jobs;
    this.#runs = options.runs;
    this.#events = options.events;
  }

  photosChanged(): void {
    if (this.#closed) return;
    this.#photosTimer ??= setTimeout(() => {
      this.#photosTimer = null;
      const { version, generation } = this.#store.photos.versions();
      const { ready, missing } = this.#store.photos.tallies();
      this.#events.emit({ type: 'library', version, generation, photos: ready + missing });
    }, photosEveryMs);
  }

  /** Of jobs, and of the runs that they work on. */
  jobsChanged(): void {
    if (this.#closed) return;
    this.#jobsTimer ??= setTimeout(() => {
      this.#jobsTimer = null;
      this.#events.emit({ type: 'jobs', jobs: this.#jobs.list() });
      const runs = this.#runs.list();
      const told = JSON.stringify(runs);
      if (told !== this.#told) this.#events.emit({ type: 'runs', runs });
      this.#told = told;
    }, jobsEveryMs);
  }

  /** Faces came, were grouped, or were decided about. */
  peopleChanged(): void {
    if (this.#closed) return;
    this.#peopleTimer ??= setTimeout(() => {
      this.#peopleTimer = null;
      this.#events.emit({ type: 'people' });
    }, peopleEveryMs);
  }

  /** Duplicates were found, or decided about. */
  duplicatesChanged(): void {
    if (this.#closed) return;
    this.#duplicatesTimer ??= setTimeout(() => {
      this.#duplicatesTimer = null;
      this.#events.emit({ type: 'duplicates' });
    }, peopleEveryMs);
  }

  foldersChanged(): void {
    if (this.#closed) return;
    this.#events.emit({ type: 'folders', folders: this.#store.folders.list() });
    this.photosChanged();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#photosTimer ?? undefined);
    clearTimeout(this.#jobsTimer ?? undefined);
    clearTimeout(this.#peopleTimer ?? undefined);
    clearTimeout(this.#duplicatesTimer ?? undefined);
  }
}
