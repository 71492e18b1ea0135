/** The models of a catalog that are being installed, were stopped, or failed: what windows show and persons decide. */
import type { EncoderDownload } from '../contract/api.ts';
import { LikenessError, toErrorData, type ErrorData } from '../contract/errors.ts';
import {
  discardDownload,
  installModel,
  keptBytes,
  wholeBytes,
  type Installable,
  type InstallOptions,
} from './install-model.ts';

/** A window is told this often. */
const tellEveryMs = 250;
/** The speed is that of the last seconds: of a whole hour it would hide that the line got slow. */
const speedOverMs = 5000;

/** What every catalog says of a model. */
interface Entry {
  /** Its short name. */
  readonly id: string;
  readonly name: string;
}

export interface ModelInstallsOptions<E extends Entry> extends Pick<
  InstallOptions,
  'folder' | 'hub' | 'waitsMs' | 'stallMs' | 'freeBytes'
> {
  readonly catalog: readonly E[];
  readonly installable: (entry: E) => Installable;
  /** Runs the model of a folder, and may better its card; throws where it cannot run on this computer. */
  readonly tryOut: (dir: string, options: TryOptions<E>) => Promise<void>;
  /** The state of a download changed. */
  readonly onChange: () => void;
  /** A model appeared among the installed ones. */
  readonly onInstalled: (id: string) => void;
}

export interface TryOptions<E extends Entry> {
  readonly entry: E;
  readonly signal: AbortSignal;
}

export class ModelInstalls<E extends Entry> {
  readonly #options: ModelInstallsOptions<E>;
  readonly #running = new Map<string, Install<E>>();
  readonly #failures = new Map<string, ErrorData>();

  constructor(options: ModelInstallsOptions<E>) {
    this.#options = options;
  }

  get catalog(): readonly E[] {
    return this.#options.catalog;
  }
  /** Host that files come from. */
  get host(): string {
    return new URL(this.#options.hub).host;
  }

  /** How far an entry's download is; null when none was begun. Looks at the disk for one that does not run. */
  stateOf(entry: E): EncoderDownload | null {
    const { installable, folder } = this.#options;
    const model = installable(entry);
    const { id } = model;
    const running = this.#running.get(id);
    if (running) return running.state;
    const failure = this.#failures.get(id) ?? null;
    const doneBytes = keptBytes(model, folder);
    if (!failure && doneBytes === 0) return null;
    return { ...still(model), state: failure ? 'failed' : 'stopped', doneBytes, failure };
  }

  /**
   * Begins or goes on; one that runs already is left alone.
   * @param name  the model's id, or the shorter one of the catalog.
   * @throws LikenessError not-found when the catalog has none of that name.
   */
  start(name: string): void {
    const entry = this.entry(name);
    const id = this.idOf(entry);
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

  /** Resolves when an installation that runs has put its model in place. @throws what it failed of; `cancelled`. */
  async ended(name: string): Promise<void> {
    await this.#running.get(this.idOf(this.entry(name)))?.ended;
  }

  /** Stops a download, or forgets that one failed. @param discard  removes what has come, too. */
  async cancel(name: string, { discard }: { readonly discard: boolean }): Promise<void> {
    const model = this.#options.installable(this.entry(name));
    const { id } = model;
    await this.#running.get(id)?.stop();
    this.#failures.delete(id);
    if (discard) await discardDownload(model, this.#options.folder);
    this.#options.onChange();
  }

  /** The id that it has once it is installed. */
  idOf(entry: E): string {
    return this.#options.installable(entry).id;
  }

  /** @returns null where the catalog has none of that name. */
  find(name: string): E | null {
    return this.#options.catalog.find((one) => one.id === name || this.idOf(one) === name) ?? null;
  }

  /** @throws LikenessError not-found */
  entry(name: string): E {
    const { catalog } = this.#options;
    const entry = this.find(name);
    if (entry) return entry;
    throw new LikenessError(
      'not-found',
      `There is no model “${name}” to install.`,
      `There are: ${catalog.map(({ id }) => id).join(', ')}.`,
    );
  }

  /** Stops what runs; it is gone on with when asked for again. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((install) => install.stop()));
  }
}

/** One installation from its start to its end. */
class Install<E extends Entry> {
  readonly ended: Promise<unknown>;
  readonly #model: Installable;
  readonly #control = new AbortController();
  readonly #onChange: () => void;
  readonly #readings: { readonly atMs: number; readonly bytes: number }[] = [];
  #state: EncoderDownload['state'] = 'downloading';
  #doneBytes = 0;
  #toldAtMs = 0;

  constructor(entry: E, { onChange, tryOut, installable, ...options }: ModelInstallsOptions<E>) {
    this.#model = installable(entry);
    this.#onChange = onChange;
    this.ended = installModel(this.#model, {
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
    const { totalBytes, ...base } = still(this.#model);
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
        `The download of ${this.#model.name} was stopped; what has come is kept.`,
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

function still(model: Installable): EncoderDownload {
  return {
    state: 'stopped',
    doneBytes: 0,
    totalBytes: wholeBytes(model),
    bytesPerSecond: 0,
    secondsLeft: null,
    failure: null,
  };
}
