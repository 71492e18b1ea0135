/** The models that find faces: the built-in one, those that were installed, and the one in use. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileAddress } from '../models/catalog.ts';
import type { FaceCatalogEntry } from '../models/face-catalog.ts';
import type { Encoder } from './contract/api.ts';
import { LikenessError, toErrorData } from './contract/errors.ts';
import type { Installable } from './encode/install-model.ts';
import { ModelInstalls, type ModelInstallsOptions } from './encode/model-installs.ts';
import type { EngineProcess } from './jobs/engine-process.ts';
import { type FaceModel, installedFaces } from './people/face-model.ts';
import { type FaceModelCard, readFaceModel } from './people/face-networks.ts';
import { verifyFaceModel } from './people/verify-face-model.ts';
import type { Store } from './store/store.ts';

export interface FaceModelsOptions {
  readonly store: Pick<Store, 'settings'>;
  /** The one that comes with the program; null where it cannot be read. */
  readonly builtIn: FaceModel | null;
  /** A folder of models' folders. */
  readonly folder: string;
  readonly installs: Pick<
    ModelInstallsOptions<FaceCatalogEntry>,
    'catalog' | 'hub' | 'tryOut' | 'onChange' | 'waitsMs'
  >;
}

export class FaceModels {
  readonly installs: ModelInstalls<FaceCatalogEntry>;
  readonly #store: FaceModelsOptions['store'];
  readonly #builtIn: FaceModel | null;
  readonly #folder: string;
  #all: readonly FaceModel[];

  constructor({ store, builtIn, folder, installs }: FaceModelsOptions) {
    this.#store = store;
    this.#builtIn = builtIn;
    this.#folder = folder;
    this.#all = this.#read();
    this.installs = new ModelInstalls({
      ...installs,
      folder,
      installable,
      onInstalled: () => {
        this.#all = this.#read();
      },
    });
  }

  /** Built-in first. */
  get all(): readonly FaceModel[] {
    return this.#all;
  }

  /** The chosen one, or the built-in one while none was chosen or the chosen one is gone; null where there is none at all. */
  get inUse(): FaceModel | null {
    const chosen = this.#store.settings.faceModel();
    return this.#all.find(({ id }) => id === chosen) ?? this.#all[0] ?? null;
  }

  /** An installed one by its id or its short name in the catalog; null for anything else. */
  find(name: string): FaceModel | null {
    const entry = this.installs.find(name);
    const wanted = entry ? this.installs.idOf(entry) : name;
    return this.#all.find(({ id }) => id === wanted) ?? null;
  }

  /**
   * Faces are found with it from now on. What persons decided stays: it is matched to what the new model finds.
   * @returns whether it is another one than before.
   */
  use(model: FaceModel): boolean {
    if (model.id === this.inUse?.id) return false;
    this.#store.settings.setFaceModel(model.id);
    return true;
  }

  /** What windows and the command line show: the installed ones, then those of the catalog. */
  list(): Encoder[] {
    const { catalog, host } = this.installs;
    const offers = new Map(catalog.map((entry) => [this.installs.idOf(entry), entry]));
    const inUse = this.inUse?.id;
    const installed = this.#all.flatMap(({ id, dir }): Encoder[] => {
      const card = this.#cardOf(dir);
      if (!card) return [];
      const { name, licence, networks } = card;
      const bytes = Object.values(networks).reduce((sum, { file }) => sum + sizeOf(join(dir, file)), 0);
      const from = offers.has(id) ? host : null;
      const state = { installed: true, active: id === inUse, recommended: offers.has(id) };
      return [{ id, name, licence, bytes, ...state, from, download: null }];
    });
    const others = [...offers]
      .filter(([id]) => !this.#all.some((one) => one.id === id))
      .map(([id, entry]) => ({
        id,
        name: entry.name,
        licence: entry.licence,
        bytes: entry.files.reduce((sum, { bytes }) => sum + bytes, 0),
        installed: false,
        active: false,
        recommended: true,
        from: host,
        download: this.installs.stateOf(entry),
      }));
    return [...installed, ...others];
  }

  /** Reads every file of every installed one. */
  verify(): Promise<{ id: string; ok: boolean; details: readonly string[] }[]> {
    return Promise.all(
      this.#all.map(({ id, dir }) =>
        verifyFaceModel(dir).then(
          () => ({ id, ok: true, details: [] }),
          (thrown: unknown) => ({ id, ok: false, details: [toErrorData(thrown).message] }),
        ),
      ),
    );
  }

  /** A model that tests hand in has no card. */
  #cardOf(dir: string): FaceModelCard | null {
    return existsSync(join(dir, 'faces.json')) ? readFaceModel(dir) : null;
  }

  #read(): FaceModel[] {
    const folders = existsSync(this.#folder)
      ? readdirSync(this.#folder)
          // Folders that begin with a dot are being filled or deleted.
          .filter((name) => !name.startsWith('.'))
          .sort()
      : [];
    const found = folders.map((name) => installedFaces(join(this.#folder, name)));
    return [this.#builtIn, ...found].filter((model) => model !== null);
  }
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const fileNames = { detector: 'detector.onnx', descriptor: 'descriptor.onnx' } as const;

/** Names the weights of the descriptor, so that descriptors of two are never compared. */
function idOf({ id, files }: FaceCatalogEntry): string {
  const { sha256 } = files.find(({ role }) => role === 'descriptor')!;
  return `${id}-${sha256.slice(0, 8)}`;
}

function installable(entry: FaceCatalogEntry): Installable {
  const id = idOf(entry);
  return {
    id,
    name: entry.name,
    files: entry.files.map((file) => ({ ...file, name: fileNames[file.role] })),
    verify: verifyFaceModel,
    async writeCard(dir, hub) {
      const { name, licence, source, family, dim, leastScore, samePerson, grouping, files } = entry;
      const networks = Object.fromEntries(
        files.map(({ role, sha256 }) => [role, { file: fileNames[role], sha256 }]),
      );
      const card = { id, name, licence, source, family, dim, networks, leastScore, samePerson, grouping };
      const lines = files.map(
        (file) => `- ${fileNames[file.role]}: ${fileAddress(file, hub)}, sha256 ${file.sha256}`,
      );
      const text = `# ${name}\n\nFinds faces and tells them apart. Licence: ${licence}. Source: ${source}\n\n${lines.join('\n')}\n`;
      await writeFile(join(dir, 'card.md'), text, { flush: true });
      await writeFile(join(dir, 'faces.json'), `${JSON.stringify(card, null, 2)}\n`, { flush: true });
    },
  };
}

/** Loading from a slow disk, and a first run. */
const timeoutMs = 60_000;

export interface TryFacesOptions {
  readonly name: string;
  /** Closed at the end. */
  readonly engine: Pick<EngineProcess, 'call' | 'close'>;
  /** Paths of some photos of the library. */
  readonly photos: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Looks for faces on some photos, in a process that may die of it.
 * @throws LikenessError encoder-broken where the networks do not load, or none of the photos can be looked at.
 */
export async function tryFaceModel(dir: string, options: TryFacesOptions): Promise<void> {
  const { name, engine, photos, signal } = options;
  const stop = () => engine.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const asked = photos.map((path) => ({ path, hash: '' }));
    const outcomes = await engine.call(
      'findFaces',
      { photos: asked, model: dir, crops: null },
      { timeoutMs },
    );
    const failed = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error]));
    if (failed.length > 0 && failed.length === outcomes.length) throw new RangeError(failed[0]!.message);
  } catch (thrown) {
    signal.throwIfAborted();
    throw new LikenessError(
      'encoder-broken',
      `${name} was downloaded, but does not run on this computer: ${toErrorData(thrown).message}`,
      'Use the built-in model for faces; it stays.',
      { cause: thrown },
    );
  } finally {
    signal.removeEventListener('abort', stop);
    engine.close();
  }
}
