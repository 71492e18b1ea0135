/** What the person has set: read once, kept in step with every other window, written at once when changed. */
import type { Settings } from '../../src-main/contract/settings.ts';
import type { Client } from '../client.ts';

/** Until the library's own have come. The same as the contract's defaults, which need its parser to make. */
const untilLoaded: Settings = {
  theme: 'system',
  darkViewer: false,
  density: 'comfortable',
  tiles: 'rows',
  rowHeight: 184,
  letterKeys: true,
  pace: 'normal',
};

export class SettingsState {
  #client: Client;
  #now: Settings = $state.raw(untilLoaded);
  #loaded: boolean = $state(false);

  constructor(client: Client) {
    this.#client = client;
  }

  get now(): Settings {
    return this.#now;
  }
  get loaded(): boolean {
    return this.#loaded;
  }

  take(settings: Settings): void {
    this.#now = settings;
    this.#loaded = true;
  }

  async load(): Promise<void> {
    this.take(await this.#client.call('settings.get'));
  }

  /**
   * Shows the change at once, then keeps it; goes back to what was when it cannot be kept.
   * @throws LikenessError
   */
  async set(change: Partial<Settings>): Promise<void> {
    const before = this.#now;
    this.#now = { ...before, ...change };
    try {
      this.take(await this.#client.call('settings.set', change));
    } catch (thrown) {
      this.#now = before;
      throw thrown;
    }
  }
}
