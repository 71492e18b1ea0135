/** The photos of a run: opened, decoded once, grouped, parted. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ScoredPiece, SentencePieces } from '../models/sentence-pieces.ts';
import type { RunProgress } from '../src-main/contract/run.ts';
import { captionTokens, drawCaption } from './data/captions.ts';
import { groupPhotos } from './data/groups.ts';
import { PhotoCache } from './data/photo-cache.ts';
import type { PhotoSet } from './data/photo-set.ts';
import { splitHeldOut } from './data/split.ts';
import type { Random } from './random.ts';

export interface RunData {
  readonly cache: PhotoCache;
  /** Of every photo of the cache: its group, and its class, -1 without. */
  readonly groups: Int32Array;
  readonly labels: Int32Array;
  readonly classes: number;
  /** Places in the cache. */
  readonly train: Int32Array;
  readonly heldOut: Int32Array;
  /** A caption for each of these photos, one of its own drawn by the random given for it. */
  captionTokens(photos: Int32Array, randoms: readonly Random[]): { tokens: Int32Array; ends: Int32Array };
}

/** T: what is longer than 32 pieces is cut; captions are rarely longer. */
export const captionContext = 32;

/** The vocabulary that texts are read with, of the built-in encoder. */
export const piecesFile = fileURLToPath(new URL('../models/built-in/pieces.json', import.meta.url));

export interface OpenRunDataOptions {
  /** C, px. */
  readonly source: number;
  readonly seed: number;
  /** Only photos with captions are of use. */
  readonly captioned: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

/** Decodes all photos. @throws LikenessError when none can be read; the signal's reason. */
export async function openRunData(set: PhotoSet, options: OpenRunDataOptions): Promise<RunData> {
  const { source, seed, captioned, signal, onProgress } = options;
  const cache = await PhotoCache.prepare(set, {
    side: source,
    signal,
    onProgress: (done, total) => onProgress({ stage: 'reading', done, total, training: null }),
  });
  const facts = cache.photos.map(({ hash, photo }) => ({ hash, takenAtMs: photo.takenAtMs }));
  const groups = groupPhotos(facts);
  const hasCaption = (at: number) => cache.photos[at]!.photo.captions.length > 0;
  const every = Int32Array.from(cache.photos.keys());
  // Parted among themselves: of a few captions in a large set chance might hold out none, or most.
  const usable = captioned ? every.filter(hasCaption) : every;
  const { train, heldOut } = splitHeldOut(
    Array.from(usable, (at) => cache.photos[at]!.photo),
    usable.map((at) => groups[at]!),
    { seed },
  );
  const pieces = captioned ? readPieces() : null;
  return {
    cache,
    groups,
    labels: Int32Array.from(cache.photos, ({ photo }) => photo.label ?? -1),
    classes: set.classes.length,
    train: train.map((place) => usable[place]!),
    heldOut: heldOut.map((place) => usable[place]!),
    captionTokens(photos, randoms) {
      const tokens = new Int32Array(photos.length * captionContext);
      const ends = new Int32Array(photos.length);
      for (const [i, at] of photos.entries()) {
        const text = drawCaption(cache.photos[at]!.photo, randoms[i]!) ?? '';
        const read = captionTokens(text, pieces!, { context: captionContext });
        tokens.set(read.tokens, i * captionContext);
        ends[i] = read.end;
      }
      return { tokens, ends };
    },
  };
}

const readPieces = () => new SentencePieces(JSON.parse(readFileSync(piecesFile, 'utf8')) as ScoredPiece[]);

/** How many photos are opened to see how large they are. */
const peeked = 15;

/** px: the middle one of the longer sides of some photos taken evenly from the set; 0 when none can be read. */
export async function middleLongSide(set: PhotoSet): Promise<number> {
  const step = Math.max(1, Math.floor(set.photos.length / peeked));
  const sides: number[] = [];
  for (let at = 0; at < set.photos.length; at += step) {
    const read = await set.read(at, { longSide: 64 }).catch(() => null);
    if (read) sides.push(Math.max(read.fullWidth, read.fullHeight));
  }
  return sides.sort((a, b) => a - b)[Math.floor(sides.length / 2)] ?? 0;
}
