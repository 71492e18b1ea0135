/** The encoders of the catalog that are being installed, were stopped, or failed: what windows show and persons decide. */
import { encoderId } from '../../models/catalog-card.ts';
import { downloadBytes, type CatalogEntry } from '../../models/catalog.ts';
import type { EncoderDownload } from '../contract/api.ts';
import { LikenessError, toErrorData, type ErrorData } from '../contract/errors.ts';
import { discardDownload, installEncoder, keptBytes, type InstallOptions } from './install-encoder.ts';

/** A window is told this often. */
const tellEveryMs = 250;
/** The speed is that of the last seconds: of a whole hour it would hide that the line got slow. */
const speedOverMs = 5000;

export interface EncoderInstallsOptions extends Pick<
  InstallOptions,
  'encoders' | 'hub' | 'waitsMs' | 'stallMs' | 'freeBytes'
> {
  readonly catalog: readonly CatalogEntry[];
  /** Runs the encoder of a folder, and may better its card; throws where it cannot run on this computer. */
  readonly tryOut: (dir: string, options: TryOptions) => Promise<void>;
  /** The state of a download changed. */
  readonly onChange: () => void;
  /** An encoder appeared among the installed ones. */
  readonly onInstalled: (id: string) => void;
}

export interface TryOptions {
  readonly entry: CatalogEntry;
  readonly signal: AbortSignal;
}

export class EncoderInstalls {
  readonly #options: EncoderInstallsOptions;
  readonly #running = new Map<string, Install>();
  readonly #failures = new Map<string, ErrorData>();

  constructor(options: EncoderInstallsOptions) {
    this.#options = options;
  }

  get catalog(): readonly CatalogEntry[] {
    return this.#options.catalog;
  }
  /** Host that files come from. */
  get host(): string {
    return new URL(this.#options.hub).host;
  }

  /** How far an entry's download is; null when none was begun. Looks at the disk for one that does not run. */
  stateOf(entry: CatalogEntry): EncoderDownload | null {
    const id = encoderId(entry);
    const running = this.#running.get(id);
    if (running) return running.state;
    const failure = this.#failures.get(id) ?? null;
    const doneBytes = keptBytes(entry, this.#options.encoders);
    if (!failure && doneBytes === 0) return null;
    return { ...still(entry), state: failure ? 'failed' : 'stopped', doneBytes, failure };
  }

  /**
   * Begins or goes on; one that runs already is left alone.
   * @param name  the encoder's id, or the shorter one of the catalog.
   * @throws LikenessError not-found when the catalog has none of that name.
   */
  start(name: string): void {
    const entry = this.entry(name);
    const id = encoderId(entry);
    if (this.#running.has(id)) return;
    this.#failures.delete(id);
    const install = new Install(entry, this.#options);
    this.#running.set(id, install);
    install.ended
      .then(
        () => this.#options.onInstalled(id),
        (thrown: unknown) => {
          if (!install.stopped) this.#failures.set(id, toErrorData(thrown));
        },
      )
      .finally(() => {
        this.#running.delete(id);
        this.#options.onChange();
      });
    this.#options.onChange();
  }

  /** Resolves when an installation that runs has put its encoder in place. @throws what it failed of; `cancelled`. */
  async ended(name: string): Promise<void> {
    await this.#running.get(encoderId(this.entry(name)))?.ended;
  }

  /** Stops a download, or forgets that one failed. @param discard  removes what has come, too. */
  async cancel(name: string, { discard }: { readonly discard: boolean }): Promise<void> {
    const entry = this.entry(name);
    const id = encoderId(entry);
    await this.#running.get(id)?.stop();
    this.#failures.delete(id);
    if (discard) await discardDownload(entry, this.#options.encoders);
    this.#options.onChange();
  }

  /** @throws LikenessError not-found */
  entry(name: string): CatalogEntry {
    const { catalog } = this.#options;
    const entry = catalog.find((one) => one.id === name || encoderId(one) === name);
    if (entry) return entry;
    throw new LikenessError(
      'not-found',
      `There is no encoder “${name}” to install.`,
      `There are: ${catalog.map(({ id }) => id).join(', ')}.`,
    );
  }

  /** Stops what runs; it is gone on with when asked for again. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((install) => install.stop()));
  }
}

/** One installation from its start to its end. */
class Install {
  readonly ended: Promise<unknown>;
  readonly #entry: CatalogEntry;
  readonly #control = new AbortController();
  readonly #onChange: () => void;
  readonly #readings: { readonly atMs: number; readonly bytes: number }[] = [];
  #state: EncoderDownload['state'] = 'downloading';
  #doneBytes = 0;
  #toldAtMs = 0;

  constructor(entry: CatalogEntry, { onChange, tryOut, ...options }: EncoderInstallsOptions) {
    this.#entry = entry;
    this.#onChange = onChange;
    this.ended = installEncoder(entry, {
      ...options,
      signal: this.#control.signal,
      onBytes: (bytes) => this.#came(bytes),
      tryOut: (dir) => {
        this.#state = 'trying';
        onChange();
        return tryOut(dir, { entry, signal: this.#control.signal });
      },
    });
    this.ended.catch(() => {});
  }

  get stopped(): boolean {
    return this.#control.signal.aborted;
  }

  get state(): EncoderDownload {
    const { totalBytes, ...base } = still(this.#entry);
    const [first, last] = [this.#readings[0], this.#readings.at(-1)];
    const seconds = first && last ? (last.atMs - first.atMs) / 1000 : 0;
    const bytesPerSecond = seconds > 0.5 ? Math.round((last!.bytes - first!.bytes) / seconds) : 0;
    return {
      ...base,
      totalBytes,
      state: this.#state,
      doneBytes: this.#doneBytes,
      bytesPerSecond,
      secondsLeft: bytesPerSecond > 0 ? (totalBytes - this.#doneBytes) / bytesPerSecond : null,
    };
  }

  async stop(): Promise<void> {
    this.#control.abort(
      new LikenessError(
        'cancelled',
        `The download of ${this.#entry.name} was stopped; what has come is kept.`,
        'Install it again to go on from there.',
      ),
    );
    await this.ended.catch(() => {});
  }

  #came(bytes: number): void {
    this.#doneBytes = bytes;
    const atMs = performance.now();
    if (atMs - this.#toldAtMs < tellEveryMs) return;
    this.#toldAtMs = atMs;
    this.#readings.push({ atMs, bytes });
    while (this.#readings.length > 2 && atMs - this.#readings[1]!.atMs > speedOverMs) this.#readings.shift();
    this.#onChange();
  }
}

function still(entry: CatalogEntry): EncoderDownload {
  return {
    state: 'stopped',
    doneBytes: 0,
    totalBytes: downloadBytes(entry),
    bytesPerSecond: 0,
    secondsLeft: null,
    failure: null,
  };
}
