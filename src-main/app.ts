/**
 * Puts the services together: one application, whatever the host. A request goes in, a response comes out;
 * nothing here knows Electron or a socket. Main holds the store and answers at once; decoding, inference and
 * search run in the engine children.
 */
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listCatalog, type CatalogEntry } from '../models/catalog.ts';
import { listFaceCatalog, type FaceCatalogEntry } from '../models/face-catalog.ts';
import type { AppEvent, CommandName, CommandOutput, CommandRequest } from './contract/api.ts';
import type { EngineCalls, EngineRole, EngineStart } from './contract/engine.ts';
import { toErrorData } from './contract/errors.ts';
import type { IndexReport, Job } from './contract/jobs.ts';
import { Commands } from './commands.ts';
import type { Bin } from './duplicates/bin-photos.ts';
import { moveToBin, takeFromBin } from './duplicates/system-bin.ts';
import { installableEncoder } from './encode/installable-encoder.ts';
import { ModelInstalls } from './encode/model-installs.ts';
import { builtInEncoder, Encoders, type InstalledEncoder } from './encoders.ts';
import { EventStream } from './event-stream.ts';
import { jobWorks, lookForNewFaces, restLater } from './job-works.ts';
import { EngineProcess } from './jobs/engine-process.ts';
import type { StartChild } from './jobs/child-link.ts';
import { JobList } from './jobs/job-list.ts';
import { Runs } from './learn/runs.ts';
import { FaceLearner } from './face-learning.ts';
import { FolderWatch } from './folder-watch.ts';
import { Announcer } from './announcer.ts';
import { followPower, heldByBattery, type Power } from './power.ts';
import { installedFaces, type FaceModel } from './people/face-model.ts';
import { People } from './people/people.ts';
import { prepareCards } from './people/prepare-cards.ts';
import { Regrouping } from './people/regrouping.ts';
import { checkRoom } from './prepare-encoder.ts';
import { FaceModels, tryFaceModel } from './face-models.ts';
import { listModels } from './model-commands.ts';
import { handleRequest } from './routes.ts';
import { libraryPaths, openLibrary } from './store/open.ts';
import type { Store } from './store/store.ts';
import { photosAcross, tryEncoder } from './try-encoder.ts';
import { Uploads } from './uploads.ts';

/** Where a host opens the library when none was named. */
export { defaultLibraryDir } from './store/open.ts';

/** What only the host can do. */
export interface Native {
  readonly host: 'electron' | 'web' | 'cli';
  /** The system's folder dialog; null where the host has none. */
  pickFolders(): Promise<readonly string[] | null>;
  /** Shows a file in the system's file manager; false where it cannot. */
  reveal(path: string): Promise<boolean>;
  /** Whether the computer runs on battery, where the host can tell. */
  readonly power?: Power;
}

/** Where the model that finds faces lies in the source, and in the built program. */
const builtInFaces = fileURLToPath(new URL('../models/faces', import.meta.url));

export interface AppOptions {
  /** The library's folder. */
  readonly library: string;
  readonly native: Native;
  readonly startChild: StartChild;
  /** Folder of the built window (index.html). */
  readonly built: string;
  /** The engine's program; the source beside this file when left out. */
  readonly engineEntry?: string;
  /** The trainer's program; the source when left out. */
  readonly trainerEntry?: string;
  /** Folder of the built-in encoder; outside any archive, since ONNX Runtime reads it by path. */
  readonly builtInEncoder?: string;
  /** Folder of the built-in model that finds faces; outside any archive, too. */
  readonly builtInFaces?: string;
  /** The model that comes with the program and finds faces; that of `builtInFaces` when left out. */
  readonly faceModel?: FaceModel;
  /** Models for faces on offer; models/face-catalog.json when left out. */
  readonly faceCatalog?: readonly FaceCatalogEntry[];
  /** Address of the Hub that encoders come from, or of a mirror; the environment's HF_ENDPOINT, or huggingface.co, when left out. */
  readonly hub?: string;
  /** Encoders on offer; models/catalog.json when left out. */
  readonly catalog?: readonly CatalogEntry[];
  /** Where photos go that a person throws away; the system's bin when left out. */
  readonly bin?: Bin;
  /** False for the short-lived command line: folders are not watched, nothing is loaded ahead. */
  readonly longLived?: boolean;
}

export interface App {
  fetch(request: Request): Promise<Response>;
  /** A command in-process. @throws LikenessError */
  call<Name extends CommandName>(name: Name, input: CommandRequest<Name>): Promise<CommandOutput<Name>>;
  /** The report of an index job when it ends. @throws LikenessError when it did not end well. */
  indexed(job: number): Promise<IndexReport>;
  /** Waits for any job's end. @throws LikenessError when it did not end well. */
  ended(job: number): Promise<void>;
  /** Vectors of files or texts by an encoder, without the library. */
  embed(
    input: Omit<EngineCalls['embed'][0], 'encoder'> & { encoder?: string },
  ): Promise<{ encoder: string; dim: number; rows: EngineCalls['embed'][1] }>;
  /** Resolves when a model that is being installed is in its place. @throws LikenessError when it did not get there. */
  installed(name: string): Promise<void>;
  /** Checks every file of every installed encoder and face model against its card. */
  verifyModels(): Promise<readonly { id: string; ok: boolean; details: readonly string[] }[]>;
  onEvent(listener: (event: AppEvent) => void): () => void;
  close(): Promise<void>;
}

/** What the parts of the application share. */
export interface Services {
  readonly store: Store;
  readonly native: Native;
  readonly looking: EngineProcess;
  readonly answering: EngineProcess;
  readonly jobs: JobList;
  readonly encoders: Encoders;
  readonly installs: ModelInstalls<CatalogEntry>;
  readonly faceModels: FaceModels;
  activeEncoder(): InstalledEncoder;
  /**
   * Prepares the use of an installed encoder in the background: every photo gets its vectors, then one transaction switches.
   * @param run  the run that made it; the newest one that did when left out.
   * @returns the job; null when it is in use already. @throws LikenessError not-found, disk-full.
   */
  useEncoder(id: string, run?: number): Promise<Job | null>;
  /** Call it when another encoder is in use. */
  switched(): void;
  /** Call it when an encoder came, went, or is in use now. */
  modelsChanged(): void;
  readonly runs: Runs;
  /** null while none is installed. */
  readonly faceModel: FaceModel | null;
  readonly people: People;
  readonly regrouping: Regrouping;
  readonly faceLearner: FaceLearner;
  /** Call it when faces belong elsewhere than before. */
  peopleGrouped(): void;
  /** Where photos go that a person throws away. */
  readonly bin: Bin;
  /** How the trainer is started. */
  readonly trainer: { readonly startChild: StartChild; readonly entry: string };
  /** Aborted when the application closes. */
  readonly closing: AbortSignal;
  readonly events: EventStream;
  readonly announcer: Announcer;
  readonly uploads: Uploads;
  readonly watch: FolderWatch | null;
  /** A throw-away engine, for what may crash. The caller closes it. */
  throwAwayEngine(): EngineProcess;
}

/** Where encoders of the catalog are downloaded from, once a person asks for one. */
const hub = 'https://huggingface.co';

/** @throws LikenessError when the library cannot be opened: in use, damaged, newer, no permission, disk full; `no-encoder`. */
export function createApp(options: AppOptions): App {
  const encoders = new Encoders({
    ...libraryPaths(options.library),
    builtIn: options.builtInEncoder ?? builtInEncoder,
  });
  const store = openLibrary(options.library);
  const activeEncoder = () => encoders.inUse(store.settings.encoder());
  store.settings.setEncoder(activeEncoder().id);
  const engine = (role: EngineRole) =>
    new EngineProcess({
      entry: options.engineEntry ?? fileURLToPath(new URL('./engine.ts', import.meta.url)),
      startChild: options.startChild,
      start: () => engineStart(role, store),
    });
  const looking = engine('looking');
  const answering = engine('answering');
  const events = new EventStream();
  const trainer = {
    startChild: options.startChild,
    entry:
      options.trainerEntry ??
      fileURLToPath(new URL(`../training/trainer${extname(import.meta.filename)}`, import.meta.url)),
  };
  const { power } = options.native;
  const works = jobWorks(() => services);
  const jobs: JobList = new JobList({
    store,
    work: (job, control) => works[job.kind](job, control),
    onChange: () => announcer.jobsChanged(),
    hold: (kind) => heldByBattery(kind, power, store),
  });
  power?.onChange(() => followPower(jobs, power, store));
  const runs: Runs = new Runs({
    store,
    jobs,
    base: activeEncoder,
    onEncoders: () => encoders.refresh(),
    onChange: () => announcer.jobsChanged(),
  });
  runs.mend();
  const announcer: Announcer = new Announcer({ store, jobs, runs, events });
  const switched = () => {
    announcer.photosChanged();
    announcer.jobsChanged();
    modelsChanged();
    const { id: encoderId, dir: encoder } = activeEncoder();
    if (store.vectors.missingCount(encoderId) > 0) jobs.add('index', []);
    // Failing to load ahead costs nothing: the first query loads, and reports what is wrong.
    if (options.longLived) answering.call('warm', { encoder, encoderId }).catch(() => {});
  };
  const useEncoder = async (id: string, run?: number) => {
    const encoder = encoders.named(id);
    const madeBy = run ?? store.runs.list().find(({ result }) => result?.encoder === id)?.id ?? null;
    if (id === store.settings.encoder()) {
      store.encoderChoice.switchTo(id, madeBy);
      return null;
    }
    await checkRoom(store, encoder);
    for (const job of jobs.list()) if (job.kind === 'apply' && job.encoder !== id) jobs.cancelOpen(job.id);
    return jobs.add('apply', [], { run: madeBy, encoder: id });
  };
  const closing = new AbortController();
  const watch = options.longLived ? new FolderWatch({ store, jobs }) : null;
  const uploads = new Uploads(store.paths.uploads);
  const modelsChanged = () => events.emit({ type: 'models', ...listModels(services) });
  const from = (options.hub ?? process.env['HF_ENDPOINT'] ?? hub).replace(/\/+$/, '');
  const installs = new ModelInstalls<CatalogEntry>({
    folder: store.paths.encoders,
    hub: from,
    installable: installableEncoder,
    catalog: options.catalog ?? listCatalog(),
    tryOut: (dir, { entry, signal }) =>
      tryEncoder(dir, { name: entry.name, engine: engine('answering'), photos: photosAcross(store), signal }),
    onInstalled: () => encoders.refresh(),
    onChange: modelsChanged,
  });
  const faceModels: FaceModels = new FaceModels({
    store,
    builtIn: options.faceModel ?? installedFaces(options.builtInFaces ?? builtInFaces),
    folder: store.paths.faceModels,
    installs: {
      catalog: options.faceCatalog ?? listFaceCatalog(),
      hub: from,
      tryOut: (dir, { entry: { name }, signal }) =>
        tryFaceModel(dir, { name, engine: engine('answering'), photos: photosAcross(store, 4), signal }),
      onChange: modelsChanged,
    },
  });
  const faceModel = () => faceModels.inUse;
  const peopleGrouped = () => {
    announcer.peopleChanged();
    if (options.longLived) prepareCards(store.people.cards, closing.signal);
  };
  const regrouping = new Regrouping({
    people: store.people,
    // Grouping holds its engine's thread for seconds, and the other one answers searches.
    engine: looking,
    model: faceModel,
    onGrouped: () => {
      peopleGrouped();
      restLater(looking);
    },
    onError: (thrown) => console.error(toErrorData(thrown).message),
  });
  const people = new People(store.people, () => {
    announcer.peopleChanged();
    regrouping.soon();
  });
  const faceLearner = new FaceLearner({
    store,
    model: faceModel,
    trainer,
    regrouping,
    closing: closing.signal,
    onChange: () => announcer.peopleChanged(),
  });
  const services: Services = {
    store,
    native: options.native,
    looking,
    answering,
    jobs,
    encoders,
    installs,
    faceModels,
    activeEncoder,
    useEncoder,
    switched,
    modelsChanged,
    runs,
    get faceModel() {
      return faceModels.inUse;
    },
    people,
    regrouping,
    faceLearner,
    peopleGrouped,
    bin: options.bin ?? { moveTo: moveToBin, takeFrom: takeFromBin },
    trainer,
    closing: closing.signal,
    events,
    announcer,
    uploads,
    watch,
    throwAwayEngine: () => engine('answering'),
  };
  const commands = new Commands(services);
  if (options.longLived) resumeWork(services);

  return {
    fetch: (request) => handleRequest(request, { services, commands, built: options.built }),
    call: (name, input) => commands.call(name, input),
    indexed: async (job) => {
      const report = await jobs.ended(job);
      if (report) return report;
      throw new RangeError(`Job ${job} is not one that looks at photos.`);
    },
    ended: async (job) => void (await jobs.ended(job)),
    embed: async ({ encoder: wanted, ...input }) => {
      const encoder = wanted ? encoders.named(wanted) : activeEncoder();
      const rows = await answering.call('embed', { ...input, encoder: encoder.dir });
      return { encoder: encoder.id, dim: encoder.card.dim[input.output], rows };
    },
    installed: (name) => (faceModels.installs.find(name) ? faceModels.installs : installs).ended(name),
    verifyModels: async () => [
      ...(await Promise.all(encoders.all.map((encoder) => encoder.verify()))),
      ...(await faceModels.verify()),
    ],
    onEvent: (listener) => events.listen(listener),
    close: async () => {
      closing.abort();
      await watch?.close();
      await installs.close();
      await faceModels.installs.close();
      await jobs.close();
      regrouping.close();
      announcer.close();
      events.close();
      looking.close();
      answering.close();
      await uploads.close();
      store.close();
    },
  };
}

/** Work that was open when the program last ended, and photos whose vectors the active encoder has not made yet. */
function resumeWork(services: Services): void {
  const { store, jobs, answering, watch, activeEncoder } = services;
  const open = store.jobs
    .list()
    .some(({ kind, state }) => kind === 'index' && (state === 'waiting' || state === 'paused'));
  if (!open && store.folders.list().length > 0) jobs.add('index', []);
  lookForNewFaces(services);
  if (store.settings.get().people) services.faceLearner.resume();
  if (store.settings.get().people) prepareCards(store.people.cards, services.closing);
  jobs.start();
  void watch?.start();
  const encoder = activeEncoder();
  // Failing to load ahead costs nothing: the first query loads, and reports what is wrong.
  answering.call('warm', { encoder: encoder.dir, encoderId: encoder.id }).catch(() => {});
}

function engineStart(role: EngineRole, store: Store): EngineStart {
  const cores = availableParallelism();
  const pace = store.settings.get().pace;
  // Encoding holds the engine's own thread 17 ms a batch: fewer than three photos in hand, and the decoders stand still
  // meanwhile (1,000 small photos on two cores: one 0.20 of the encoder's bare rate, three 0.38).
  const normal = Math.max(3, cores - 1);
  const decodes = role === 'answering' || pace === 'gentle' ? 1 : pace === 'full' ? normal + 2 : normal;
  return {
    role,
    library: store.paths.dir,
    threads: role === 'answering' ? Math.min(4, cores) : 1,
    decodes,
  };
}
