/** Thumbnails, made from the working copy. Also the viewer's JPEG of a photo. Where they lie: thumbnail-files.ts. */
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Pixels } from '../../models/pixels.ts';
import { readPixels } from '../../models/pixels.ts';
import { thumbnailSides } from '../contract/engine.ts';
import { systemError } from '../contract/errors.ts';
import { thumbnailPath } from './thumbnail-files.ts';

/** JPEG at 4:2:0: a third of WebP's time at these sizes, and each browser draws it fastest. */
const thumbnailQuality = 80;
const viewerQuality = 88;

/**
 * Writes both thumbnails of a content.
 * @param pixels  the working copy, its longer side thumbnailSides.large px (or less: nothing is enlarged).
 * @throws LikenessError `disk-full`, `no-permission`. A thumbnail cut short never stands under its name.
 */
export async function writeThumbnails(dir: string, hash: string, pixels: Pixels): Promise<void> {
  try {
    await mkdir(join(dir, hash.slice(0, 2)), { recursive: true });
    const { small, large } = thumbnailSides;
    const largeBytes = await toJpeg(pixels, large, thumbnailQuality);
    await writeWhole(thumbnailPath(dir, hash, large), largeBytes);
    // A photo that fits the small one looks the same in both: encoding it twice would be a seventh of all its work.
    const fits = Math.max(pixels.width, pixels.height) <= small;
    const smallBytes = fits ? largeBytes : await toJpeg(pixels, small, thumbnailQuality);
    await writeWhole(thumbnailPath(dir, hash, small), smallBytes);
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
