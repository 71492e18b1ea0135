/** What each command does. Input is checked once, here at the border, by the contract's schemas. */
import { resolve } from 'node:path';
import * as v from 'valibot';
import packageJson from '../package.json' with { type: 'json' };
import {
  inputs,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  type CommandRequest,
  type Folder,
} from './contract/api.ts';
import { LikenessError, toErrorData } from './contract/errors.ts';
import type { FolderId, PhotoId, PhotoDetails } from './contract/photo.ts';
import type { Services } from './app.ts';
import { collectionsCommands, type CollectionsCommand } from './collections-commands.ts';
import { duplicatesCommands, type DuplicatesCommand } from './duplicates-commands.ts';
import { examine } from './doctor.ts';
import { describeFile } from './describe-file.ts';
import { learnCommands, type LearnCommand } from './learn-commands.ts';
import { modelCommands, type ModelCommand } from './model-commands.ts';
import { peopleCommands, type PeopleCommand } from './people-commands.ts';
import { browse } from './library/browse.ts';
import { checkFolder } from './library/scan.ts';
import { sweepThumbnails } from './library/thumbnail-files.ts';
import { suggestFolders } from './library/suggest-folders.ts';
import { LibrarySize } from './library-size.ts';
import { followPower } from './power.ts';

type Handlers = {
  readonly [Name in CommandName]: (input: CommandInput<Name>) => Promise<CommandOutput<Name>>;
};

export class Commands {
  readonly #handlers: Handlers;

  constructor(services: Services) {
    this.#handlers = {
      ...photoCommands(services),
      ...folderCommands(services),
      ...learnCommands(services),
      ...modelCommands(services),
      ...peopleCommands(services),
      ...duplicatesCommands(services),
      ...collectionsCommands(services),
      ...programCommands(services),
    };
  }

  has(name: string): name is CommandName {
    return Object.hasOwn(this.#handlers, name);
  }

  /** @throws LikenessError `bad-input` naming the field that is wrong; whatever the command throws. */
  async call<Name extends CommandName>(
    name: Name,
    input: CommandRequest<Name> | unknown,
  ): Promise<CommandOutput<Name>> {
    const parsed = v.safeParse(inputs[name], input ?? {});
    if (!parsed.success) throw badInput(name, parsed.issues);
    // The table's type ties each name to its own input; TypeScript cannot follow that through an index.
    const handler = this.#handlers[name] as (input: unknown) => Promise<CommandOutput<Name>>;
    return handler(parsed.output);
  }
}

function badInput(name: string, issues: readonly v.BaseIssue<unknown>[]): LikenessError {
  const [issue] = issues;
  const field = issue?.path?.map(({ key }) => String(key)).join('.') ?? 'input';
  return new LikenessError(
    'bad-input',
    `The ${field} of ${name} ${issue?.message ?? 'is wrong'}.`,
    'Correct it and try again.',
  );
}

type PhotoCommand = 'search' | 'similar' | 'photo' | 'problems' | 'problems.retry' | 'reveal';

function photoCommands(services: Services): Pick<Handlers, PhotoCommand> {
  const { store, answering, jobs, uploads, native } = services;
  const pathOf = (id: number) => {
    const path = store.photos.pathOf(id as PhotoId);
    if (path) return path;
    throw new LikenessError(
      'photo-gone',
      'This photo is no longer in the library.',
      'Look at the library again.',
    );
  };
  return {
    search: (input) => {
      const { dir, id } = services.activeEncoder();
      return answering.call('search', { ...input, encoder: dir, encoderId: id });
    },
    similar: async ({ upload, ...input }) => {
      const { dir, id } = services.activeEncoder();
      const given = [input.photoId, input.path, upload].filter((one) => one !== undefined);
      if (given.length !== 1)
        throw new LikenessError('bad-input', 'Similar wants exactly one photo.', 'Name one photo.');
      // A path that the library knows needs no decoding: its vector is there.
      const known = input.path === undefined ? null : store.photos.details({ path: resolve(input.path) });
      const source = upload
        ? { path: uploads.pathOf(upload) }
        : known?.id && known.state === 'ready'
          ? { photoId: known.id, path: undefined }
          : {};
      const { photoId, path, ...rest } = { ...input, ...source };
      return answering.call('similar', {
        ...rest,
        ...(photoId !== undefined && { photoId }),
        ...(path !== undefined && { path: resolve(path) }),
        encoder: dir,
        encoderId: id,
      });
    },
    photo: async ({ id, path }): Promise<PhotoDetails> => {
      if (id !== undefined) {
        const details = store.photos.details({ id: id as PhotoId });
        if (details) return details;
        pathOf(id);
      }
      if (path === undefined) throw new LikenessError('bad-input', 'No photo was named.', 'Give its path.');
      const absolute = resolve(path);
      const details = store.photos.details({ path: absolute });
      return details && details.state !== 'waiting' ? details : describeFile(absolute, answering);
    },
    problems: async ({ limit, offset }) => store.photos.problems(limit, offset),
    'problems.retry': async ({ ids }) => {
      store.photos.retry(ids as PhotoId[] | undefined);
      return { job: jobs.add('index', []) };
    },
    reveal: async ({ id }) => ({ revealed: await native.reveal(pathOf(id)) }),
  };
}

type FolderCommand = Extract<CommandName, `folders.${string}`>;

function folderCommands(services: Services): Pick<Handlers, FolderCommand> {
  const { store, jobs, native, announcer, watch } = services;
  const changed = () => {
    announcer.foldersChanged();
    void watch?.start();
  };
  return {
    'folders.add': async ({ paths }) => {
      // All are checked before the first is added: a slip in one leaves nothing half done.
      const checked: string[] = [];
      for (const path of paths) checked.push(await checkFolder(path));
      const folders = checked.map((path) => store.folders.add(path));
      changed();
      return { folders, job: jobs.add('index', [...new Set(folders.map(({ path }) => path))]) };
    },
    'folders.remove': async ({ id }) => {
      const folder = folderOf(store.folders.list(), id);
      // A job that still writes photos of this folder would bring them back.
      for (const job of jobs.list()) {
        if ((job.state === 'running' || job.state === 'waiting') && job.folders.includes(folder.path))
          jobs.cancel(job.id);
      }
      const removed = store.folders.remove(id as FolderId);
      changed();
      // Their faces go with the photos: what is left of groups is grouped anew.
      if (store.settings.get().people) services.regrouping.soon();
      void forgetPictures(services);
      return { removed };
    },
    'folders.rescan': async ({ ids }) => {
      const all = store.folders.list();
      const chosen = ids ? ids.map((id) => folderOf(all, id).path) : [];
      return { job: jobs.add('index', chosen) };
    },
    'folders.pick': async () => {
      const paths = await native.pickFolders();
      return { paths: paths ?? [], available: paths !== null };
    },
    'folders.suggest': async () => ({ folders: await suggestFolders() }),
    'folders.browse': ({ path }) => browse(path),
  };
}

/** Nothing made from photos that left the library stays behind. */
async function forgetPictures({ store }: Services): Promise<void> {
  for (const dir of [store.paths.thumbnails, store.paths.previews, store.paths.faces]) {
    await sweepThumbnails(dir, (hash) => store.contents.hasPhoto(hash)).catch((thrown: unknown) => {
      // The library may close meanwhile; the next removal sweeps what is left.
      if (store.isOpen) console.error(toErrorData(thrown).message);
    });
  }
}

function folderOf(folders: readonly Folder[], id: number): Folder {
  const folder = folders.find((one) => one.id === id);
  if (folder) return folder;
  throw new LikenessError(
    'not-found',
    'That folder is not in the library.',
    'Look at the list of folders again.',
  );
}

type ProgramCommand = Exclude<
  CommandName,
  | PhotoCommand
  | FolderCommand
  | LearnCommand
  | ModelCommand
  | PeopleCommand
  | DuplicatesCommand
  | CollectionsCommand
>;

function programCommands(services: Services): Pick<Handlers, ProgramCommand> {
  const { store, jobs, native, events, looking } = services;
  const size = new LibrarySize(store.paths);
  return {
    status: async () => {
      const encoder = services.activeEncoder();
      const counts = store.counts();
      return {
        version: packageJson.version,
        host: native.host,
        platform: process.platform,
        library: store.paths.dir,
        libraryBytes: await size.bytes(),
        folders: store.folders.list(),
        ...counts,
        jobs: jobs.list(),
        encoder: { id: encoder.id, name: encoder.name },
      };
    },
    doctor: () => examine(services, packageJson.version),
    'jobs.list': async () => ({ jobs: jobs.list() }),
    'jobs.pause': async ({ id }) => ({ job: jobs.pause(id) }),
    'jobs.resume': async ({ id }) => ({ job: jobs.resume(id) }),
    'jobs.cancel': async ({ id }) => ({ job: jobs.cancel(id) }),
    'settings.get': async () => store.settings.get(),
    'settings.set': async (change) => {
      const before = store.settings.get();
      const settings = store.settings.set(change);
      // The engine reads its pace when it starts; the photos in flight are simply looked at again.
      if (settings.pace !== before.pace) looking.restart();
      events.emit({ type: 'settings', settings });
      if (settings.learnOnBattery !== before.learnOnBattery) followPower(jobs, native.power, store);
      return settings;
    },
  };
}
