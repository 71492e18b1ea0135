/** Every photo of a run, decoded once to a small square, with what is known of it; as many as fit stay in memory. */
import { availableParallelism } from 'node:os';
import PQueue from 'p-queue';
import { squash } from '../../models/pixels.ts';
import { LikenessError, toErrorData } from '../../src-main/contract/errors.ts';
import { differenceHash } from './difference-hash.ts';
import type { PhotoSet, TrainingPhoto } from './photo-set.ts';

export interface PreparedPhoto {
  /** Its place in the set. */
  readonly index: number;
  /** Pixels of the photo as shown. */
  readonly width: number;
  readonly height: number;
  /** 64 bits: differenceHash. */
  readonly hash: bigint;
  readonly photo: TrainingPhoto;
}

export interface SkippedPhoto {
  readonly path: string;
  /** In a sentence. */
  readonly reason: string;
}

export interface CacheOptions {
  /** C, px: side of the squares, 9 or more. */
  readonly side: number;
  /** For decoded photos; 1 GiB when left out, which is 5,461 photos at 256 px. */
  readonly bytes?: number;
  /** Photos decoded at once. */
  readonly decodes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Names of skipped photos kept; the others are only counted. */
const mostNamed = 1000;
/** Photos handed to the decoders together, for each of them. */
const photosADecoder = 32;

/**
 * The first photos that fit are kept for good. In an epoch every photo is asked for once, in an order drawn anew, so no
 * photo is likelier to be next than another, and to replace any by a later one would gain nothing.
 */
export class PhotoCache {
  /** Those that can be read, in the order of the set. */
  readonly photos: readonly PreparedPhoto[];
  /** The first 1,000 of those that cannot. */
  readonly skipped: readonly SkippedPhoto[];
  readonly skippedCount: number;
  readonly side: number;
  readonly #set: PhotoSet;
  readonly #decoding: PQueue;
  /** [K, 3, C, C]: the first K of `photos`. */
  readonly #kept: Uint8Array;
  #lost = 0;

  private constructor(set: PhotoSet, decoding: PQueue, prepared: Prepared) {
    this.#set = set;
    this.#decoding = decoding;
    this.#kept = prepared.kept;
    this.side = prepared.side;
    this.photos = prepared.photos;
    this.skipped = prepared.skipped;
    this.skippedCount = prepared.skippedCount;
  }

  /**
   * Decodes all photos of a set. One that cannot be read is skipped and stops nothing.
   * @param set  stays open as long as the cache is used; the caller closes it.
   * @throws LikenessError `unreadable-photo` when no photo at all can be read; the signal's reason.
   * Memory: `bytes`, `decodes` photos in work, 200 bytes a photo.
   */
  static async prepare(set: PhotoSet, options: CacheOptions): Promise<PhotoCache> {
    const decoding = new PQueue({ concurrency: options.decodes ?? availableParallelism() + 1 });
    return new PhotoCache(set, decoding, await prepareAll(set, decoding, options));
  }

  /** How often a photo could not be read any more and another one stood in for it. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * Photos as the transforms take them. In place of one that can no longer be read stands the nearest readable one before
   * it in the batch, or after it where there is none before.
   * @param indices  places in `photos`. @param into  [B, 3, C, C].
   * @throws LikenessError `unreadable-photo` when none of the batch can be read any more.
   */
  async read(indices: Int32Array, into: Uint8Array): Promise<void> {
    const size = 3 * this.side ** 2;
    if (into.length !== indices.length * size)
      throw new RangeError(
        `read: ${indices.length * size} bytes for ${indices.length} photos, got ${into.length}`,
      );
    const readable = await Promise.all(
      Array.from(indices, (index, i) => this.#readOne(index, into.subarray(i * size, (i + 1) * size))),
    );
    const first = readable.indexOf(true);
    if (first < 0 && indices.length > 0)
      throw new LikenessError(
        'unreadable-photo',
        'No photo of a whole batch can be read any more.',
        'See whether the disk with the photos is still there, then resume.',
      );
    for (const [i, found] of readable.entries()) {
      if (found) continue;
      this.#lost++;
      const from = i < first ? first : i - 1;
      into.copyWithin(i * size, from * size, (from + 1) * size);
    }
  }

  async #readOne(index: number, into: Uint8Array): Promise<boolean> {
    const prepared = this.photos[index];
    if (prepared === undefined) throw new RangeError(`read: there is no photo ${index}`);
    const start = index * into.length;
    if (start < this.#kept.length) {
      into.set(this.#kept.subarray(start, start + into.length));
      return true;
    }
    const decoded = await this.#decoding.add(() => decode(this.#set, prepared.index, this.side));
    if (decoded.ok) into.set(decoded.planar);
    return decoded.ok;
  }
}

interface Prepared extends Pick<PhotoCache, 'side' | 'photos' | 'skipped' | 'skippedCount'> {
  readonly kept: Uint8Array;
}

async function prepareAll(set: PhotoSet, decoding: PQueue, options: CacheOptions): Promise<Prepared> {
  const { side, bytes = 1024 ** 3 } = options;
  const total = set.photos.length;
  const size = 3 * side ** 2;
  // Taken from the system only as it is filled.
  const memory = new Uint8Array(Math.min(total, Math.floor(bytes / size)) * size);
  const photos: PreparedPhoto[] = [];
  const skipped: SkippedPhoto[] = [];
  let skippedCount = 0;
  for await (const [index, decoded] of decodeAll(set, decoding, options)) {
    const photo = set.photos[index]!;
    if (decoded.ok) {
      const { planar, width, height } = decoded;
      if ((photos.length + 1) * size <= memory.length) memory.set(planar, photos.length * size);
      photos.push({ index, width, height, hash: differenceHash(planar, side), photo });
    } else if (++skippedCount <= mostNamed) skipped.push({ path: photo.path, reason: decoded.reason });
  }
  if (photos.length === 0)
    throw new LikenessError(
      'unreadable-photo',
      `None of the ${total.toLocaleString('en')} photos can be read. The first: ${skipped[0]?.reason ?? 'there is none.'}`,
      'Choose photos that other programs can open.',
    );
  return { side, photos, skipped, skippedCount, kept: memory.subarray(0, photos.length * size) };
}

/** In the order of the set, some at a time. When it ends, however it ends, nothing is being decoded any more. */
async function* decodeAll(
  set: PhotoSet,
  decoding: PQueue,
  { side, signal, onProgress }: CacheOptions,
): AsyncGenerator<readonly [index: number, decoded: Decoded]> {
  const total = set.photos.length;
  const chunk = decoding.concurrency * photosADecoder;
  let done = 0;
  const decodeOne = async (index: number) => {
    if (signal?.aborted) return null;
    const decoded = await decode(set, index, side);
    onProgress?.(++done, total);
    return [index, decoded] as const;
  };
  for (let start = 0; start < total; start += chunk) {
    const indices = Array.from({ length: Math.min(chunk, total - start) }, (_, i) => start + i);
    const decoded = await Promise.all(indices.map((index) => decoding.add(() => decodeOne(index))));
    signal?.throwIfAborted();
    yield* decoded.filter((one) => one !== null);
  }
}

type Decoded =
  | { readonly ok: true; readonly planar: Uint8Array; readonly width: number; readonly height: number }
  | { readonly ok: false; readonly reason: string };

/** [3, C, C]; its working copy is twice as long as the square, so that most photos are shrunk and not enlarged. */
async function decode(set: PhotoSet, index: number, side: number): Promise<Decoded> {
  try {
    const photo = await set.read(index, { longSide: 2 * side });
    const planar = toPlanar(await squash(photo, side), side);
    return { ok: true, planar, width: photo.fullWidth, height: photo.fullHeight };
  } catch (thrown) {
    return { ok: false, reason: toErrorData(thrown).message };
  }
}

function toPlanar(rgb: Uint8Array, side: number): Uint8Array {
  const area = side * side;
  const planar = new Uint8Array(3 * area);
  for (let i = 0; i < area; i++) {
    planar[i] = rgb[3 * i]!;
    planar[area + i] = rgb[3 * i + 1]!;
    planar[2 * area + i] = rgb[3 * i + 2]!;
  }
  return planar;
}
