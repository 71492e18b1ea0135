/** What a library costs: bytes a photo, and milliseconds that main is busy with reading, scanning and removing it. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeTimeline } from '../src-main/contract/timeline.ts';
import type { FolderId } from '../src-main/contract/photo.ts';
import { openLibrary } from '../src-main/store/open.ts';
import { fillLibrary } from './parts/synthetic-library.ts';

const photos = Number(process.argv[2] ?? 100_000);
const card = { id: 'bench', dim: { features: 384, embedding: 256 } };
const dir = mkdtempSync(join(tmpdir(), 'likeness-bench-'));

/** Wall-clock and CPU: on a machine that others use, the second is the figure to compare. */
function report<T>(name: string, work: () => T): T {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  const wallMs = performance.now() - startedMs;
  console.log(
    `${name.padEnd(42)} ${wallMs.toFixed(1).padStart(9)} ms  ${((user + system) / 1000).toFixed(1).padStart(9)} ms CPU`,
  );
  return result;
}

const store = openLibrary(join(dir, 'library'));
try {
  store.settings.setEncoder(card.id);
  report(`${photos} photos found and saved`, () => fillLibrary(store, '/photos', { photos, card }));
  const [folder] = store.folders.list();
  const folderId = folder!.id as FolderId;
  const timeline = report('the whole grid', () => store.photos.timeline());
  report('the whole grid, as bytes', () => encodeTimeline(store.photos.timeline()));
  report('the last 100 changes', () => store.photos.timeline(timeline.version - 100));
  report('the status line after a change', () => store.counts());
  report('the status line', () => store.counts());
  const files = Array.from(timeline.id, (id) => store.photos.details({ id })!).map(({ path, sizeBytes }) => ({
    path,
    sizeBytes: sizeBytes!,
    modifiedMs: Number(/IMG_(\d+)/.exec(path)![1]) * 3_600_000,
    unsupported: null,
  }));
  report('a scan that finds nothing new', () => {
    for (let start = 0; start < files.length; start += 500)
      store.photos.seen(folderId, files.slice(start, start + 500), 2);
    console.log(
      `  ${store.photos.endScan(folderId, 2).missing} missing, ${store.photos.waitingCount()} waiting`,
    );
  });
  report('integrity', () => store.integrity());
  const bytes = ['', '-wal'].map((end) => statSync(store.paths.database + end).size);
  console.log(
    `database: ${Math.round(bytes[0]! / photos)} bytes a photo, log ${(bytes[1]! / 2 ** 20).toFixed(0)} MiB`,
  );
  report('its disk is away', () => store.folders.setPresent(folderId, false));
  report('the folder is removed', () => store.folders.remove(folderId));
  report('its contents are swept', () => store.contents.sweep());
} finally {
  store.close();
  rmSync(dir, { recursive: true, force: true });
}
