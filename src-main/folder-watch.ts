/** Looks again at a folder when something in it changes, while the program runs. */
import { watchFolder, type FolderWatcher } from './library/watch.ts';
import type { JobList } from './jobs/job-list.ts';
import type { Store } from './store/store.ts';

export class FolderWatch {
  readonly #store: Store;
  readonly #jobs: JobList;
  readonly #watchers = new Map<string, FolderWatcher>();
  #closed = false;

  constructor(options: { store: Store; jobs: JobList }) {
    this.#store = options.store;
    this.#jobs = options.jobs;
  }

  /** Begins and ends watching until exactly the library's folders are watched. Called after each change of folders. */
  async start(): Promise<void> {
    const wanted = new Set(this.#store.folders.list().map(({ path }) => path));
    for (const [path, watcher] of this.#watchers) {
      if (wanted.has(path)) continue;
      this.#watchers.delete(path);
      await watcher.close();
    }
    for (const path of wanted) {
      if (this.#closed || this.#watchers.has(path)) continue;
      const watcher = await watchFolder(path, () => {
        // What a person has paused stays paused; resuming it looks at the folder again anyway.
        const paused = this.#jobs.list().some(({ state }) => state === 'paused');
        if (!this.#closed && !paused) this.#jobs.add('index', [path]);
      });
      this.#watchers.set(path, watcher);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const watcher of this.#watchers.values()) await watcher.close();
    this.#watchers.clear();
  }
}
