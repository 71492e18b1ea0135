/** The index job: walk the folders, and look at every photo that waits while the walk still goes on. */
import type { IndexReport, Job } from './contract/jobs.ts';
import type { FolderId } from './contract/photo.ts';
import { systemError, toErrorData } from './contract/errors.ts';
import { encodePhotos } from './encode/encode-photos.ts';
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
  added: number;
  updated: number;
  unchanged: number;
  /** Parts of the folders that could not be read. */
  unreadable: { path: string; reason: string }[];
}

/**
 * Works off one index job. Run again after a pause or a crash it goes on where the database stands: files
 * already seen count as unchanged, photos already looked at are not looked at again.
 */
export async function indexPhotos(options: IndexPhotosOptions): Promise<IndexReport> {
  const { store, engine, encoder, job, control, onPhotos } = options;
  const startedMs = performance.now();
  const folders = store.folders
    .list()
    .filter(({ path }) => job.folders.length === 0 || job.folders.includes(path));
  const folderIds = folders.map(({ id }) => id as FolderId);
  const before = {
    version: store.photos.versions().version,
    failed: store.photos.failures(folderIds).length,
    unsupported: total(store.photos.unsupportedCounts(folderIds)),
  };
  const walked: Walked = { added: 0, updated: 0, unchanged: 0, unreadable: [] };
  let done = 0;
  let failed = 0;
  let walking = true;
  let wake: () => void = () => {};
  const tell = () =>
    control.report({
      phase: walking ? 'finding' : 'looking',
      done,
      failed,
      total: done + store.photos.waitingCount(folderIds),
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
      done += settled.done;
      failed += settled.failed;
      walked.added -= settled.moved;
      walked.updated += settled.moved;
      tell();
      onPhotos();
    },
  });
  await walk;
  if (done > 0) await trimThumbnails(store.paths.thumbnails, limits.thumbnailCacheBytes);
  const seconds = (performance.now() - startedMs) / 1000;
  const failures = store.photos.failures(folderIds);
  const unsupported = store.photos.unsupportedCounts(folderIds);
  // The walk counts every picture file; a report counts each once: as added, updated or unchanged only if it can be shown.
  const newlyFailed = Math.max(0, failures.length - before.failed);
  const newlyUnsupported = Math.max(0, total(unsupported) - before.unsupported);
  return {
    added: Math.max(0, walked.added - newlyFailed - newlyUnsupported),
    updated: walked.updated,
    unchanged: Math.max(
      0,
      walked.unchanged - (failures.length - newlyFailed) - (total(unsupported) - newlyUnsupported),
    ),
    missing: store.photos.missingSince(before.version, folderIds),
    failed: [...walked.unreadable, ...failures],
    unsupported,
    photos: store.counts().photos,
    seconds: Math.round(seconds * 1000) / 1000,
    photosPerSecond: seconds > 0 ? Math.round((done / seconds) * 10) / 10 : 0,
  };
}

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
      const counts = store.photos.seen(id, batch, scan);
      walked.added += counts.added;
      walked.updated += counts.updated;
      walked.unchanged += counts.unchanged;
      onBatch();
    }
    store.folders.setPresent(id, present);
    store.photos.endScan(id, scan);
    store.folders.scanned(id, Date.now());
    onPhotos();
    onBatch();
  }
}
