/** Folders of photos: adding, looking again, removing. The list itself stands in LibraryStatus. */
import type { CommandOutput, Folder } from '../../src-main/contract/api.ts';
import { sentences } from '../client.ts';
import { words } from '../words.ts';
import type { AppState } from './app.svelte.ts';
import { FolderBrowser } from './folder-browser.svelte.ts';

export type Suggestion = CommandOutput<'folders.suggest'>['folders'][number];
type Failure = ReturnType<typeof sentences>;

export class Folders {
  #app: AppState;
  #suggested: readonly Suggestion[] | null = $state.raw(null);
  #browser: FolderBrowser | null = $state.raw(null);
  #browserReason: string | null = $state(null);
  #adding: boolean = $state(false);
  #failure: Failure | null = $state.raw(null);

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Likely folders that are not watched yet; null until they were looked for. */
  get suggestions(): readonly Suggestion[] | null {
    const watched = new Set(this.#app.status.folders.map(({ path }) => path));
    return this.#suggested?.filter(({ path }) => !watched.has(path)) ?? null;
  }
  /** There while a folder is chosen in the window itself. */
  get browser(): FolderBrowser | null {
    return this.#browser;
  }
  /** Why the browser opened by itself. */
  get browserReason(): string | null {
    return this.#browserReason;
  }
  get adding(): boolean {
    return this.#adding;
  }
  /** Why the last folder could not be added. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Suggestions are a help: where they cannot be had, there are none. */
  async suggest(): Promise<void> {
    try {
      this.#suggested = (await this.#app.client.call('folders.suggest')).folders;
    } catch {
      this.#suggested = [];
    }
  }

  /** Asks by the system's dialog, or opens the browser where there is none. @returns true when folders were added. */
  async choose(): Promise<boolean> {
    this.#failure = null;
    try {
      const { paths, available } = await this.#app.client.call('folders.pick');
      if (!available) this.browse(null);
      return paths.length > 0 && (await this.add(paths));
    } catch (thrown) {
      this.#failure = sentences(thrown);
      return false;
    }
  }

  /** @param reason  one sentence above the list, or null. */
  browse(reason: string | null): void {
    this.#browserReason = reason;
    if (this.#browser) return;
    this.#browser = new FolderBrowser(this.#app.client);
    void this.#browser.open();
  }

  closeBrowser(): void {
    this.#browser?.close();
    this.#browser = null;
    this.#browserReason = null;
  }

  /** @returns true when they were added; photos then come by themselves. */
  async add(paths: readonly string[]): Promise<boolean> {
    this.#adding = true;
    this.#failure = null;
    try {
      const { folders } = await this.#app.client.call('folders.add', { paths: [...paths] });
      this.closeBrowser();
      await this.#app.status.load();
      const outer = folders.find(
        ({ path }, index) => paths[index]?.startsWith(path) && paths[index] !== path,
      );
      if (outer) this.#app.toasts.show({ kind: 'info', title: words.folders.inside(outer.path) });
      return true;
    } catch (thrown) {
      this.#failure = sentences(thrown);
      return false;
    } finally {
      this.#adding = false;
    }
  }

  /** Looks for changes in one folder, or in all. */
  async rescan(folder?: Folder): Promise<void> {
    await this.#app.attempt(() =>
      this.#app.client.call('folders.rescan', folder ? { ids: [folder.id] } : {}),
    );
  }

  /** Forgets a folder; the files stay. The toast takes it back by adding it again. */
  async remove(folder: Folder): Promise<void> {
    const { client, status, toasts } = this.#app;
    await this.#app.attempt(async () => {
      await client.call('folders.remove', { id: folder.id });
      await status.load();
      toasts.show({
        kind: 'done',
        title: words.folders.removed(folder.path),
        text: words.folders.removedText,
        action: { label: words.folders.addAgain, run: () => void this.#addAgain(folder.path) },
      });
    });
  }

  async #addAgain(path: string): Promise<void> {
    await this.#app.attempt(() => this.#app.client.call('folders.add', { paths: [path] }));
    await this.#app.status.load();
  }
}
