/** What the person has set: read once, kept in step with every other window, written at once when changed. */
import { keeperRules } from '../../src-main/contract/duplicate-kinds.ts';
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
  learnOnBattery: false,
  encoderOffer: true,
  people: false,
  keeperRules: [...keeperRules],
  keeperFolders: [],
  pace: 'normal',
};

export class SettingsState {
  #client: Client;
  #now: Settings = $state.raw(untilLoaded);
  #loaded: boolean = $state(false);
  /** How often settings were taken over: an answer that was asked for before the latest is older than it. */
  #taken = 0;

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
    this.#taken++;
  }

  async load(): Promise<void> {
    const before = this.#taken;
    const settings = await this.#client.call('settings.get');
    // An event may have told of a change while the answer was on its way.
    if (this.#taken === before) this.take(settings);
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
