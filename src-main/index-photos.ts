/** The index job: walk the folders, and look at every photo that waits while the walk still goes on. */
import type { IndexReport, Job } from './contract/jobs.ts';
import type { FolderId } from './contract/photo.ts';
import { systemError, toErrorData } from './contract/errors.ts';
import { encodePhotos, type Settled } from './encode/encode-photos.ts';
import type { EngineProcess } from './jobs/engine-process.ts';
import type { JobControl } from './jobs/job-list.ts';
import { scanFolder } from './library/scan.ts';
import { trimThumbnails } from './library/thumbnail-files.ts';
import { limits } from './contract/limits.ts';
import type { Store } from './store/store.ts';

export interface IndexPhotosOptions {
  readonly store: Store;
  readonly engine: EngineProcess;
  readonly encoder: { readonly id: string; readonly dir: string } | null;
  readonly job: Job;
  readonly control: JobControl;
  /** Called whenever photos came, changed or left. */
  readonly onPhotos: () => void;
}

interface Walked {
  /** Picture files found, of kinds that are read and of others. */
  found: number;
  /** Parts of the folders that could not be read. */
  unreadable: { path: string; reason: string }[];
}

/**
 * Works off one index job. Run again after a pause or a crash it goes on where the database stands: what was
 * looked at before counts as unchanged and is not looked at again.
 */
export async function indexPhotos(options: IndexPhotosOptions): Promise<IndexReport> {
  const { store, engine, encoder, job, control, onPhotos } = options;
  const startedMs = performance.now();
  const folders = store.folders
    .list()
    .filter(({ path }) => job.folders.length === 0 || job.folders.includes(path));
  const folderIds = folders.map(({ id }) => id as FolderId);
  const versionBefore = store.photos.versions().version;
  /** What the job had done before it was paused or cut short: a resumed job goes on counting. */
  const before = { ...(job.report ?? nothing), done: job.done, failed: job.failed };
  const walked: Walked = { found: 0, unreadable: [] };
  const looked: Settled = { done: 0, failed: 0, added: 0, updated: 0 };
  let walking = true;
  let wake: () => void = () => {};
  const tell = () =>
    control.report({
      phase: walking ? 'finding' : 'looking',
      done: before.done + looked.done,
      failed: before.failed + looked.failed,
      total: before.done + looked.done + store.photos.waitingCount(folderIds),
    });

  const walk = walkFolders(options, folders, walked, () => {
    tell();
    wake();
  }).finally(() => {
    walking = false;
    wake();
  });
  // The walk's own failure is awaited below; until then it must not count as unhandled.
  walk.catch(() => {});

  const soFar = (): IndexReport => {
    const seconds = before.seconds + (performance.now() - startedMs) / 1000;
    return {
      ...nothing,
      added: before.added + looked.added,
      updated: before.updated + looked.updated,
      missing: before.missing + store.photos.missingSince(versionBefore, folderIds),
      seconds: Math.round(seconds * 1000) / 1000,
      photosPerSecond: seconds > 0 ? Math.round(((before.done + looked.done) / seconds) * 10) / 10 : 0,
    };
  };

  try {
    await encodePhotos({
      store,
      engine,
      encoder,
      folderIds,
      signal: control.signal,
      more: async () => {
        if (!walking) return false;
        await new Promise<void>((resolve) => {
          wake = resolve;
          // The walk may have ended between the question and this line.
          if (!walking) resolve();
        });
        return true;
      },
      onDone: (settled) => {
        looked.done += settled.done;
        looked.failed += settled.failed;
        looked.added += settled.added;
        looked.updated += settled.updated;
        tell();
        onPhotos();
      },
    });
    await walk;
  } catch (thrown) {
    control.soFar(soFar());
    throw thrown;
  }
  if (looked.done > 0) await trimThumbnails(store.paths.thumbnails, limits.thumbnailCacheBytes);
  const report = soFar();
  const failures = store.photos.failures(folderIds);
  const unsupported = store.photos.unsupportedCounts(folderIds);
  const others = report.added + report.updated + failures.length + total(unsupported);
  return {
    ...report,
    // Each picture file that was found is counted once: what is none of the others was as it had been.
    unchanged: Math.max(0, walked.found - others),
    failed: [...walked.unreadable, ...failures],
    unsupported,
    photos: store.counts().photos,
  };
}

const nothing: IndexReport = {
  added: 0,
  updated: 0,
  unchanged: 0,
  missing: 0,
  failed: [],
  unsupported: {},
  photos: 0,
  seconds: 0,
  photosPerSecond: 0,
};

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

async function walkFolders(
  { store, control, onPhotos }: IndexPhotosOptions,
  folders: readonly { id: number; path: string }[],
  walked: Walked,
  onBatch: () => void,
): Promise<void> {
  for (const folder of folders) {
    const id = folder.id as FolderId;
    const scan = Date.now();
    let present = true;
    const onUnreadable = (path: string, error: unknown) => {
      if (path === folder.path) present = false;
      walked.unreadable.push({ path, reason: (systemError(error) ?? toErrorData(error)).message });
    };
    for await (const batch of scanFolder(folder.path, { signal: control.signal, onUnreadable })) {
      store.photos.seen(id, batch, scan);
      walked.found += batch.length;
      onBatch();
    }
    store.folders.setPresent(id, present);
    store.photos.endScan(id, scan);
    store.folders.scanned(id, Date.now());
    onPhotos();
    onBatch();
  }
}
