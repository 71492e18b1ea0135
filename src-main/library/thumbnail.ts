/** Thumbnails on disk: made from the working copy, named by content, bounded in bytes. Also the viewer's JPEG of a photo. */
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Pixels } from '../../models/pixels.ts';
import { readPixels } from '../../models/pixels.ts';
import { thumbnailSides, type ThumbnailSide } from '../contract/engine.ts';
import { systemError } from '../contract/errors.ts';

/** JPEG at 4:2:0: a third of WebP's time at these sizes, and each browser draws it fastest. */
const thumbnailQuality = 80;
const viewerQuality = 88;

/** THUMBNAILS/ab/abcdef….256.jpg: 256 folders, so that none grows large. */
export function thumbnailPath(dir: string, hash: string, side: ThumbnailSide): string {
  return join(dir, hash.slice(0, 2), `${hash}.${side}.jpg`);
}

/**
 * Writes both thumbnails of a content.
 * @param pixels  the working copy, its longer side thumbnailSides.large px (or less: nothing is enlarged).
 * @throws LikenessError `disk-full`, `no-permission`. A thumbnail cut short never stands under its name.
 */
export async function writeThumbnails(dir: string, hash: string, pixels: Pixels): Promise<void> {
  try {
    await mkdir(join(dir, hash.slice(0, 2)), { recursive: true });
    for (const side of Object.values(thumbnailSides)) {
      await writeWhole(thumbnailPath(dir, hash, side), await toJpeg(pixels, side, thumbnailQuality));
    }
  } catch (thrown) {
    throw systemError(thrown) ?? thrown;
  }
}

/** The mean of all pixels, 0xRRGGBB: what stands in a tile before its picture has loaded. */
export function averageColour({ rgb, width, height }: Pixels): number {
  let red = 0;
  let green = 0;
  let blue = 0;
  const pixels = width * height;
  for (let at = 0; at < pixels * 3; at += 3) {
    red += rgb[at]!;
    green += rgb[at + 1]!;
    blue += rgb[at + 2]!;
  }
  return (Math.round(red / pixels) << 16) | (Math.round(green / pixels) << 8) | Math.round(blue / pixels);
}

/**
 * Writes a JPEG that any browser can show, made from any photo that Likeness reads.
 * @param side  px, its longer side at most.
 * @returns its bytes on disk.
 */
export async function renderJpeg(path: string, target: string, side: number): Promise<number> {
  const pixels = await readPixels(path, { longSide: side });
  try {
    await mkdir(dirname(target), { recursive: true });
    const bytes = await toJpeg(pixels, side, viewerQuality);
    await writeWhole(target, bytes);
    return bytes.length;
  } catch (thrown) {
    throw systemError(thrown) ?? thrown;
  }
}

function toJpeg({ rgb, width, height }: Pixels, side: number, quality: number): Promise<Buffer> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality, chromaSubsampling: '4:2:0' })
    .toBuffer();
}

/** Aside and renamed: a reader, or a kill at any moment, meets the whole file or none. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const aside = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(aside, bytes);
    await rename(aside, path);
  } catch (thrown) {
    await rm(aside, { force: true });
    // Windows replaces no file that is being read. One that stands there has the same name, and so the same picture.
    const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(thrown));
    if (!held || !(await stat(path).catch(() => null))) throw thrown;
  }
}

function codeOf(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException).code ?? '';
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
    const hash = /([0-9a-f]{64})\.(?:\d+\.)?jpg$/.exec(path)?.[1];
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
