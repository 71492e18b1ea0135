/**
 * Thumbnails as files: named by content, bounded in bytes. Apart from their making, so that main, which only finds and sends
 * them, need not load the decoder (sharp: 60 modules and 19 MB, 0.1 s of every start).
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ThumbnailSide } from '../contract/engine.ts';

/** THUMBNAILS/ab/abcdef….256.jpg: 256 folders, so that none grows large. */
export function thumbnailPath(dir: string, hash: string, side: ThumbnailSide): string {
  return join(dir, hash.slice(0, 2), `${hash}.${side}.jpg`);
}

/** Parts older than this were left by a kill. */
const leftOverMs = 60 * 60 * 1000;

interface Kept {
  readonly path: string;
  readonly sizeBytes: number;
  readonly madeMs: number;
}

/**
 * Keeps a folder of made pictures under a bound: the least recently made are dropped first, and made again when they are asked for.
 * @returns bytes that remain.
 * Cost: one stat a file, a second or two for 200,000.
 */
export async function trimThumbnails(dir: string, maxBytes: number): Promise<number> {
  const kept: Kept[] = [];
  for await (const file of madeFiles(dir)) kept.push(file);
  let bytes = kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (bytes <= maxBytes) return bytes;
  kept.sort((a, b) => a.madeMs - b.madeMs);
  for (const { path, sizeBytes } of kept) {
    if (bytes <= maxBytes) break;
    await rm(path, { force: true });
    bytes -= sizeBytes;
  }
  return bytes;
}

/**
 * Drops what was made of photos that left the library.
 * @param wanted  whether the library still has a content of this hash.
 * @returns how many files went.
 */
export async function sweepThumbnails(dir: string, wanted: (hash: string) => boolean): Promise<number> {
  let dropped = 0;
  for await (const { path } of madeFiles(dir)) {
    const hash = /([0-9a-f]{64})(?:[.-]\d+)?\.jpg$/.exec(path)?.[1];
    if (hash === undefined || wanted(hash)) continue;
    await rm(path, { force: true });
    dropped += 1;
  }
  return dropped;
}

async function* madeFiles(dir: string): AsyncGenerator<Kept> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* madeFiles(path);
    else {
      const found = await stat(path).catch(() => null);
      if (!found) continue;
      if (entry.name.endsWith('.part')) {
        if (Date.now() - found.mtimeMs > leftOverMs) await rm(path, { force: true });
      } else yield { path, sizeBytes: found.size, madeMs: found.mtimeMs };
    }
  }
}
