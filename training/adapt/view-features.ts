/**
 * What a frozen encoder says of several views of each photo, worked out once and kept in the run's folder: everything that
 * comes after needs no photo any more. Taken up again, it goes on behind the last photo that is whole.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type FileHandle, open, rename, writeFile } from 'node:fs/promises';
import type { Pixels } from '../../models/pixels.ts';
import { inputLength } from '../../models/preprocess.ts';
import { thumbnailSides } from '../../src-main/contract/engine.ts';
import type { PhotoSet } from '../data/photo-set.ts';
import type { OpenedEncoder } from '../engines/encoder-session.ts';
import { type Rows, rowsOf } from '../evaluate/rows.ts';
import type { ViewRecipe } from '../transforms/view-recipe.ts';
import { writeView } from './view-pixels.ts';

/** Views that the encoder sees together: more cost memory and gain no time. */
const viewsAtOnce = 24;

export interface ViewFeaturesOptions {
  readonly set: PhotoSet;
  /** Places in the set, one row of views each. */
  readonly photos: Int32Array;
  readonly encoder: OpenedEncoder;
  /** V, 2 or more. */
  readonly views: number;
  /** Views whose vectors for words are kept too, the first ones: 0 to V. */
  readonly worded: number;
  readonly recipe: ViewRecipe;
  readonly seed: number;
  /** The file of numbers; facts about it lie beside it, in `PATH.json`. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Vectors of one output of the encoder. */
export interface ViewFeatures {
  /** N, V, D. */
  readonly count: number;
  readonly views: number;
  readonly dim: number;
  /** [N, V, D], unit rows; NaN throughout for a photo that cannot be read. */
  readonly values: Float32Array;
  /** One view of some photos, as a copy. @param rows  0..N-1. */
  rows(view: number, rows: ArrayLike<number>): Rows;
}

/** What the encoder says of the photos. */
export interface LookedAt {
  readonly features: ViewFeatures;
  /** null where no view's are kept. */
  readonly embedding: ViewFeatures | null;
  /** [N]: 1 for photos that could be read. */
  readonly readable: Uint8Array;
}

/** @throws the signal's reason; the file system's errors; LikenessError encoder-broken. What was done is kept. */
export async function viewFeatures(options: ViewFeaturesOptions): Promise<LookedAt> {
  const { photos, encoder, views, worded, path, signal, onProgress } = options;
  const { dim } = encoder.card;
  // On the disk, a photo's features of all views, then its vectors for words: one record a photo.
  const [forLikeness, forWords] = [views * dim.features, worded * dim.embedding];
  const record = forLikeness + forWords;
  const records = new Float32Array(photos.length * record);
  const file = await openFor(path, keyOf(options));
  try {
    let done = Math.min(photos.length, Math.floor((await file.stat()).size / (4 * record)));
    await file.truncate(done * record * 4); // half a photo at the end goes
    await readInto(file, records.subarray(0, done * record));
    const step = Math.max(1, Math.floor(viewsAtOnce / views));
    const batchAt = (at: number) => (at < photos.length ? prepare(options, at, step) : null);
    let coming = batchAt(done);
    try {
      while (coming) {
        const batch = await coming;
        coming = batchAt(done + batch.count);
        signal.throwIfAborted();
        const part = records.subarray(done * record, (done + batch.count) * record);
        const made = await encoder.encodePhotos(batch.pixels, batch.count * views);
        for (let slot = 0; slot < batch.count; slot++) {
          const own = part.subarray(slot * record, (slot + 1) * record);
          own.set(made.features.subarray(slot * forLikeness, (slot + 1) * forLikeness));
          const first = slot * views * dim.embedding;
          own.set(made.embedding.subarray(first, first + forWords), forLikeness);
        }
        for (const slot of batch.unread) part.fill(Number.NaN, slot * record, (slot + 1) * record);
        await file.write(bytesOf(part), 0, part.byteLength, done * record * 4);
        done += batch.count;
        onProgress(done, photos.length);
      }
    } finally {
      await coming?.catch(() => null); // the set is closed only when nobody reads in it
    }
  } finally {
    await file.close();
  }
  const count = photos.length;
  return {
    features: viewsOf(partOf(records, { count, record, from: 0, length: forLikeness }), views, dim.features),
    embedding:
      worded > 0
        ? viewsOf(
            partOf(records, { count, record, from: forLikeness, length: forWords }),
            worded,
            dim.embedding,
          )
        : null,
    readable: Uint8Array.from(photos, (_, row) => Number(Number.isFinite(records[row * record]!))),
  };
}

interface Part {
  readonly count: number;
  /** Numbers in a record, and which of them. */
  readonly record: number;
  readonly from: number;
  readonly length: number;
}

function partOf(records: Float32Array, { count, record, from, length }: Part): Float32Array {
  if (length === record) return records;
  const part = new Float32Array(count * length);
  for (let row = 0; row < count; row++)
    part.set(records.subarray(row * record + from, row * record + from + length), row * length);
  return part;
}

/** @param values  [N, V, D]. */
export function viewsOf(values: Float32Array, views: number, dim: number): ViewFeatures {
  return {
    count: values.length / (views * dim),
    views,
    dim,
    values,
    rows(view, rows) {
      const picked = new Float32Array(rows.length * dim);
      for (let i = 0; i < rows.length; i++) {
        const start = (rows[i]! * views + view) * dim;
        picked.set(values.subarray(start, start + dim), i * dim);
      }
      return rowsOf(picked, dim);
    },
  };
}

/** Decodes some photos and writes all their views. */
async function prepare(
  { set, photos, encoder, views, recipe, seed }: ViewFeaturesOptions,
  at: number,
  most: number,
) {
  const { image } = encoder.card;
  const chosen = photos.subarray(at, at + most);
  const pixels = new Float32Array(chosen.length * views * inputLength(image));
  const unread: number[] = [];
  await Promise.all(
    Array.from(chosen, async (photo, slot) => {
      const read = await readPhoto(set, photo);
      if (!read) return void unread.push(slot);
      for (let view = 0; view < views; view++)
        await writeView(read, image, view, { recipe, seed, photo }, pixels, slot * views + view);
    }),
  );
  return { count: chosen.length, pixels, unread };
}

/** As large as the app's own working copy, so that the encoder is fitted to what it will be given. */
const readPhoto = (set: PhotoSet, photo: number): Promise<Pixels | null> =>
  set.read(photo, { longSide: thumbnailSides.large }).catch(() => null);

/** What the numbers follow from: those that were made from anything else are not used. */
function keyOf({ set, photos, encoder: { card }, views, worded, recipe, seed }: ViewFeaturesOptions): string {
  const hash = createHash('sha256').update(
    JSON.stringify([card.id, card.sha256, views, worded, recipe, seed]),
  );
  for (const photo of photos) hash.update(`\n${photo} ${set.photos[photo]!.path}`);
  return hash.digest('hex');
}

async function openFor(path: string, key: string): Promise<FileHandle> {
  const facts = `${path}.json`;
  if (readKey(facts) === key) return open(path, 'r+');
  const file = await open(path, 'w+');
  await writeFile(`${facts}.partial`, JSON.stringify({ key }));
  await rename(`${facts}.partial`, facts);
  return file;
}

function readKey(path: string): unknown {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { readonly key?: unknown }).key;
  } catch {
    return null; // none yet, or torn: the numbers are made anew
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

async function readInto(file: FileHandle, values: Float32Array): Promise<void> {
  const bytes = bytesOf(values);
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
    if (bytesRead === 0) throw new Error('the features became shorter while they were read');
    at += bytesRead;
  }
}
