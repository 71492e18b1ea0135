/** The commands of duplicates: finding them, what is shown, and every decision about them. */
import type { Services } from './app.ts';
import type { CommandInput, CommandName, CommandOutput } from './contract/api.ts';
import type { DuplicateClass } from './contract/duplicate-kinds.ts';
import type { DuplicateGroup } from './contract/duplicates.ts';
import type { EngineCalls } from './contract/engine.ts';
import { LikenessError } from './contract/errors.ts';
import type { PhotoId } from './contract/photo.ts';
import { binPhotos, restorePhotos } from './duplicates/bin-photos.ts';

export type DuplicatesCommand = Extract<CommandName, `duplicates.${string}`>;

type Handlers = {
  readonly [Name in DuplicatesCommand]: (input: CommandInput<Name>) => Promise<CommandOutput<Name>>;
};

/** All groups of a library: more than there are photos to hold them. */
const everything = 10_000_000;

export function duplicatesCommands(services: Services): Handlers {
  const { store, jobs, answering, announcer, bin } = services;
  const { duplicates } = store;
  const groupsOf = (
    page: Pick<EngineCalls['duplicateGroups'][0], 'class' | 'limit' | 'offset'>,
  ): Promise<EngineCalls['duplicateGroups'][1]> => {
    const { generation, version } = store.photos.versions();
    const { keeperRules: rules, keeperFolders: folders } = store.settings.get();
    return answering.call('duplicateGroups', {
      ...page,
      version: `${generation} ${version} ${duplicates.version}`,
      rules,
      folders,
    });
  };
  const openJob = () =>
    jobs
      .list()
      .find(({ kind, state }) => kind === 'duplicates' && ['waiting', 'running', 'paused'].includes(state)) ??
    null;
  const file = (photo: number) => {
    const found = duplicates.file(photo as PhotoId);
    if (found) return found;
    throw new LikenessError(
      'photo-gone',
      'This photo is no longer in the library.',
      'Look at the duplicates again.',
    );
  };
  const hashOf = async (path: string) => {
    const [identity] = await answering.call('identify', { paths: [path] });
    if (identity!.ok) return identity!.hash;
    const { code, message, hint } = identity!.error;
    throw new LikenessError(code, message, hint);
  };
  const toBin = async (photos: readonly PhotoId[], keepers: ReadonlyMap<PhotoId, PhotoId>) => {
    const onGone = (photo: PhotoId) => {
      store.photos.binned(photo);
      announcer.photosChanged();
    };
    try {
      return await binPhotos(photos, keepers, { duplicates, bin, hashOf, onGone });
    } finally {
      announcer.duplicatesChanged();
    }
  };
  return {
    'duplicates.state': async () => {
      const { atMs, fresh } = duplicates.lastSearch();
      const job = openJob();
      // Before the first search there is nothing to group.
      const none = atMs === null && job === null;
      const { counts } = none ? { counts: [] } : await groupsOf({ class: null, limit: 0, offset: 0 });
      return { searchedAtMs: atMs, fresh, job, counts };
    },
    'duplicates.find': async () => ({ job: jobs.add('duplicates', []) }),
    'duplicates.list': async ({ class: wanted, limit, offset }) => {
      const { groups, total } = await groupsOf({ class: wanted, limit, offset });
      return { groups, total };
    },
    'duplicates.report': async ({ class: wanted }) => {
      const startedMs = performance.now();
      await jobs.ended(jobs.add('duplicates', []).id);
      const { groups } = await groupsOf({ class: wanted ?? null, limit: everything, offset: 0 });
      return { groups: groups.map(reported), seconds: (performance.now() - startedMs) / 1000 };
    },
    'duplicates.keep': async ({ photo }) => {
      const { path, hash } = file(photo);
      duplicates.keep(path, hash);
      announcer.duplicatesChanged();
      return { kept: true };
    },
    'duplicates.dismiss': async ({ photos }) => {
      const id = duplicates.dismiss(photos.map((photo) => file(photo).hash));
      announcer.duplicatesChanged();
      return { id };
    },
    'duplicates.undismiss': async ({ id }) => {
      const undone = duplicates.undismiss(id);
      announcer.duplicatesChanged();
      return { undone };
    },
    'duplicates.bin': async ({ photos }) => {
      const { groups } = await groupsOf({ class: null, limit: everything, offset: 0 });
      return toBin(photos as PhotoId[], stayingOf(groups, new Set(photos as PhotoId[])));
    },
    'duplicates.accept': async ({ class: wanted, except, preview }) => {
      const { groups } = await groupsOf({ class: wanted, limit: everything, offset: 0 });
      const accepted = groups.filter(({ id }) => !except.includes(id));
      const keepers = keepersOf(accepted, wanted);
      const bytes = accepted
        .flatMap(({ members }) => members)
        .reduce((sum, member) => sum + (keepers.has(member.photo) ? member.bytes : 0), 0);
      const told = { groups: accepted.length, photos: keepers.size, bytes };
      if (preview || keepers.size === 0) return { ...told, binned: null };
      return { ...told, binned: await toBin([...keepers.keys()], keepers) };
    },
    'duplicates.binned': async () => ({ binned: duplicates.binned() }),
    'duplicates.restore': async ({ id }) => {
      const restored = await restorePhotos(id, { duplicates, bin });
      // The folders' own look finds them where they were.
      jobs.add('index', []);
      announcer.duplicatesChanged();
      return restored;
    },
  };
}

/** Photo that goes → photo that stays. A photo that is no copy of the keeper in this class's own sense is left alone. */
function keepersOf(groups: readonly DuplicateGroup[], wanted: DuplicateClass): ReadonlyMap<PhotoId, PhotoId> {
  const allowed: readonly DuplicateClass[] =
    wanted === 'identical' ? ['identical'] : ['identical', 're-encoded'];
  const kept = new Set(groups.map(({ keeper }) => keeper));
  return new Map(
    groups.flatMap(({ keeper, members }) =>
      members
        .filter((member) => !kept.has(member.photo) && allowed.includes(member.class))
        .map((member) => [member.photo, keeper] as const),
    ),
  );
}

/** Photo that goes → the keeper of a group that holds it, where that one stays: it must be there, unchanged. */
function stayingOf(groups: readonly DuplicateGroup[], going: ReadonlySet<PhotoId>): Map<PhotoId, PhotoId> {
  const staying = new Map<PhotoId, PhotoId>();
  for (const { keeper, members } of groups)
    for (const { photo } of members)
      if (going.has(photo) && !going.has(keeper) && !staying.has(photo)) staying.set(photo, keeper);
  return staying;
}

function reported({ class: name, keeper, reason, members, bytesToGain }: DuplicateGroup) {
  return {
    class: name,
    keeper: members.find(({ photo }) => photo === keeper)!.path,
    reason,
    members: members.map(({ path, distance }) => ({ path, distance })),
    bytesToGain,
  };
}
