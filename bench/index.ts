/**
 * How fast a folder is indexed, and which share of the bare encoder's rate that is. The bare encoder runs over the
 * same photos, already decoded, in the same run, before and after; what it does not do is find, hash, decode, write
 * thumbnails, read metadata or save.
 *
 * npm run bench -- index [FOLDER]     1,000 photos of Flickr8k from ../shared when no folder is given
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputLength, preprocess } from '../models/preprocess.ts';
import { readPixels } from '../models/pixels.ts';
import { createApp } from '../src-main/app.ts';
import { thumbnailSides } from '../src-main/contract/engine.ts';
import { PhotoEncoder } from '../src-main/encode/photo-encoder.ts';
import { forkChild } from '../src-main/jobs/child-link.ts';
import { scanFolder } from '../src-main/library/scan.ts';

const root = join(import.meta.dirname, '..');
const dir = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
/** Decoded photos in memory: 300 KB each. */
const sample = 500;
const batchSize = 4;

try {
  await measure(process.argv[2] ?? flickr());
} finally {
  rmSync(dir, { recursive: true, force: true });
}

function flickr(): string {
  const archive = join(root, '../shared/photos/flickr8k/dev/photos.tar');
  if (!existsSync(archive)) throw new Error('No ../shared here: name a folder of photos.');
  const folder = join(dir, 'photos');
  mkdirSync(folder);
  execFileSync('tar', ['xf', archive, '-C', folder]);
  return folder;
}

async function measure(folder: string): Promise<void> {
  const encoder = await PhotoEncoder.open(join(root, 'models/built-in'), { threads: 1 });
  const { tensors, count, decodeSeconds } = await decodedPhotos(folder, encoder);
  const before = await bareRate(encoder, tensors, count);
  const indexed = await indexOnce(folder);
  const after = await bareRate(encoder, tensors, count);
  await encoder.close();
  const bare = (before + after) / 2;
  const rows: readonly [string, number][] = [
    [`bare encoder, batch ${batchSize}, 1 thread, before`, before],
    ['the same, after', after],
    ['decoding and resizing alone, 1 thread', count / decodeSeconds],
    ['folder to searchable, end to end', indexed.rate],
    ['again, nothing changed', indexed.againRate],
  ];
  console.log(`${''.padEnd(44)}photos/s   of the bare encoder`);
  for (const [name, rate] of rows)
    console.log(`${name.padEnd(44)}${rate.toFixed(1).padStart(8)}   ${(rate / bare).toFixed(2).padStart(8)}`);
  console.log(
    JSON.stringify({
      bench: 'index',
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      photos: indexed.photos,
      barePhotosPerSecond: bare,
      photosPerSecond: indexed.rate,
      share: indexed.rate / bare,
      secondsToFirstPhotos: indexed.firstSeconds,
      secondsToScanAgain: indexed.photos / indexed.againRate,
      mainMiB: Math.round(process.memoryUsage.rss() / 1024 / 1024),
    }),
  );
}

async function decodedPhotos(folder: string, encoder: PhotoEncoder) {
  const { image } = encoder.card;
  const tensors = new Float32Array(sample * inputLength(image));
  let count = 0;
  const startedMs = performance.now();
  for await (const batch of scanFolder(folder)) {
    for (const { path, unsupported } of batch) {
      if (count === sample || unsupported !== null) continue;
      const pixels = await readPixels(path, { longSide: thumbnailSides.large }).catch(() => null);
      if (pixels) await preprocess(pixels, image, tensors, count++);
    }
  }
  return { tensors, count, decodeSeconds: (performance.now() - startedMs) / 1000 };
}

async function bareRate(encoder: PhotoEncoder, tensors: Float32Array, count: number): Promise<number> {
  const length = inputLength(encoder.card.image);
  const startedMs = performance.now();
  for (let at = 0; at < count; at += batchSize) {
    const photos = Math.min(batchSize, count - at);
    await encoder.encode(tensors.subarray(at * length, (at + photos) * length), photos);
  }
  return count / ((performance.now() - startedMs) / 1000);
}

async function indexOnce(folder: string) {
  const library = join(dir, 'library');
  const native = { host: 'cli', pickFolders: async () => null, reveal: async () => false } as const;
  const app = createApp({ library, native, startChild: forkChild, built: dir });
  const startedMs = performance.now();
  let firstSeconds: number | null = null;
  app.onEvent((event) => {
    if (event.type === 'library' && event.photos > 0) firstSeconds ??= (performance.now() - startedMs) / 1000;
  });
  try {
    const { job } = await app.call('folders.add', { paths: [folder] });
    const { photos, seconds } = await app.indexed(job.id);
    const again = await app.indexed((await app.call('folders.rescan', {})).job.id);
    return { photos, rate: photos / seconds, againRate: photos / again.seconds, firstSeconds };
  } finally {
    await app.close();
  }
}
