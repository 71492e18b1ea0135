/**
 * The door to sharp for reading: any photo file → upright RGB, decoded once. Everything made from a photo
 * (thumbnails, colour, the encoder's input) starts from this one working copy.
 */
import { open, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import sharp from 'sharp';
import { LikenessError, systemError } from '../src-main/contract/errors.ts';
import { limits } from '../src-main/contract/limits.ts';
import { pictureKind, signatureBytes } from './picture-kind.ts';

// libvips keeps opened files by name and would answer with old pixels after a photo was edited in place.
sharp.cache(false);
// One thread a photo: several photos are decoded side by side, which uses the cores better.
sharp.concurrency(1);

/** Upright RGB, 8 bits, sRGB: row by row from the top left, 3 bytes a pixel. */
export interface Pixels {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A photo's working copy, and what the whole photo measures. */
export interface ReadPhoto extends Pixels {
  /** Pixels of the photo as shown, after orientation. */
  readonly fullWidth: number;
  readonly fullHeight: number;
  /** jpeg, png, webp, avif, gif or tiff. */
  readonly format: string;
}

/** A photo that is no file of its own: a member of an archive. */
export interface PhotoBytes {
  /** File name with its ending. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type Interpolation = 'lanczos3' | 'bicubic' | 'bilinear';

/** sharp's names; its `cubic` is Catmull-Rom, the one that Pillow calls bicubic. All widen when they shrink. */
const kernels = { lanczos3: 'lanczos3', bicubic: 'cubic', bilinear: 'linear' } as const;

/** Seconds before decoding gives up by itself, so that the photo fails and not the whole engine. */
const decodeSeconds = Math.floor((limits.photoTimeoutMs * 0.75) / 1000);

/**
 * Reads a photo by its content, whatever its name says: orientation applied, sRGB, transparency on white,
 * the first frame of an animation, the first page of a TIFF.
 * @param photo  path of its file, or its bytes.
 * @param longSide  px, 1 or more: the working copy's longer side at most; a smaller photo is never enlarged.
 *   Just under 500 a 4,000 px JPEG is decoded at an eighth of its size.
 * @throws LikenessError unsupported-format (a picture, but of a kind not read yet), unreadable-photo (broken,
 *   cut off, too large, no picture), not-found, no-permission.
 * Cost at 12 megapixels, CPU on a shared server core: JPEG 23 ms (progressive 0.1 s), WebP 0.08 s, PNG 0.1 s, AVIF
 *   1.1 s. Memory: a few rows of the photo; the whole of it for AVIF, WebP, progressive JPEG and interlaced PNG.
 */
export async function readPixels(
  photo: string | PhotoBytes,
  { longSide }: { longSide: number },
): Promise<ReadPhoto> {
  const fromFile = typeof photo === 'string';
  const name = fromFile ? basename(photo) : photo.name;
  try {
    if (fromFile) await checkFile(photo, name);
    else checkContent(name, photo.bytes.length, photo.bytes.subarray(0, signatureBytes));
    return await decode(fromFile ? photo : photo.bytes, longSide);
  } catch (thrown) {
    throw readError(name, thrown);
  }
}

/** The whole picture as a square of `side` px, its aspect given up. */
export async function squash(
  pixels: Pixels,
  side: number,
  interpolation: Interpolation = 'lanczos3',
): Promise<Uint8Array> {
  if (pixels.width === side && pixels.height === side) return pixels.rgb;
  return fromPixels(pixels)
    .resize(side, side, { fit: 'fill', kernel: kernels[interpolation] })
    .raw()
    .toBuffer();
}

/** The square in the middle: the shorter side becomes `side` px, what is longer is cut off at both ends. */
export async function crop(
  pixels: Pixels,
  side: number,
  interpolation: Interpolation = 'lanczos3',
): Promise<Uint8Array> {
  if (pixels.width === side && pixels.height === side) return pixels.rgb;
  return fromPixels(pixels)
    .resize(side, side, { fit: 'cover', position: 'centre', kernel: kernels[interpolation] })
    .raw()
    .toBuffer();
}

/** A part of a picture, px; it lies within it. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A part of a picture, brought to another size: `width` × `height` px, its aspect given up. */
export async function cutOut(
  pixels: Pixels,
  part: Part,
  { width, height }: Pick<Part, 'width' | 'height'>,
): Promise<Pixels> {
  const rgb = await fromPixels(pixels)
    .extract(part)
    .resize(width, height, { fit: 'fill', kernel: kernels.bilinear })
    .raw()
    .toBuffer();
  return { rgb, width, height };
}

/** A square of pixels as a JPEG for the window. */
export async function jpegOf(rgb: Uint8Array, side: number): Promise<Uint8Array> {
  return fromPixels({ rgb, width: side, height: side }).jpeg({ quality: 85 }).toBuffer();
}

function fromPixels({ rgb, width, height }: Pixels) {
  return sharp(rgb, { raw: { width, height, channels: 3 }, sequentialRead: true });
}

async function decode(photo: string | Uint8Array, longSide: number): Promise<ReadPhoto> {
  const image = sharp(photo, {
    // Stray bytes are only a warning: the picture is whole. Cut or damaged data is an error.
    failOn: 'error',
    limitInputPixels: limits.photoPixels,
    sequentialRead: true,
  });
  const { format, compression, autoOrient } = await image.metadata();
  const { data, info } = await image
    .timeout({ seconds: decodeSeconds })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize(longSide, longSide, { fit: 'inside', withoutEnlargement: true })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new RangeError(`expected 3 channels, got ${info.channels}`);
  return {
    rgb: data,
    width: info.width,
    height: info.height,
    fullWidth: autoOrient.width,
    fullHeight: autoOrient.height,
    format: format === 'heif' && compression === 'av1' ? 'avif' : format,
  };
}

async function checkFile(path: string, name: string): Promise<void> {
  // Before opening: opening a pipe would wait for ever.
  const found = await stat(path);
  if (!found.isFile()) throw unreadable(name, 'is not a file');
  checkContent(name, found.size, await firstBytes(path));
}

/** Looks at the first bytes: refuses what is no picture before a decoder sees it, and names what it is. */
function checkContent(name: string, sizeBytes: number, start: Uint8Array): void {
  if (sizeBytes === 0) throw unreadable(name, 'is empty');
  if (sizeBytes > limits.photoBytes) throw tooLarge(name);
  const kind = pictureKind(start, extname(name));
  if (!kind) throw unreadable(name, 'holds no picture that Likeness knows');
  if (!kind.readable) throw unsupported(name, `is ${kind.name}, which`);
}

/** Said of a photo file of more than `limits.photoBytes`. */
export function tooLarge(name: string): LikenessError {
  return unreadable(name, `is larger than ${limits.photoBytes / 1024 ** 3} GiB`);
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(signatureBytes), 0, signatureBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What libvips and its decoders say, in words. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/pixel limit/i, `has more than ${limits.photoPixels / 1e6} megapixels`],
  [/timeout/i, `took longer than ${decodeSeconds} seconds to read`],
  [/premature end|unexpected end|truncat|read error|end of file|not enough/i, 'is cut off or damaged'],
];

/** Whole files of rare varieties, most of them TIFF: 12 or 64 bits a sample, old JPEG inside, odd colours. */
const rareVariety = /whole number of bytes|samples out of range|not configured|not supported|bad labq/i;

function readError(name: string, thrown: unknown): unknown {
  if (thrown instanceof LikenessError || !(thrown instanceof Error)) return thrown;
  const system = systemError(thrown);
  if (system) return system;
  if (rareVariety.test(thrown.message)) return unsupported(name, 'is of a rare variety that', thrown);
  const reason = reasons.find(([pattern]) => pattern.test(thrown.message))?.[1];
  return unreadable(name, reason ?? 'is damaged, or needs more memory than it may take', thrown);
}

function unsupported(name: string, what: string, cause?: Error): LikenessError {
  return new LikenessError(
    'unsupported-format',
    `“${name}” ${what} Likeness does not read yet.`,
    'Save a copy as JPEG to have it in the library.',
    cause && { cause },
  );
}

function unreadable(name: string, what: string, cause?: Error): LikenessError {
  return new LikenessError(
    'unreadable-photo',
    `“${name}” ${what}.`,
    'Open it in another program; if it fails there too, bring it back from a backup.',
    cause && { cause },
  );
}
