/** Photos of a set → rows, a batch at a time: while one is encoded, the next is decoded. */
import { inputLength, preprocess } from '../../models/preprocess.ts';
import { thumbnailSides } from '../../src-main/contract/engine.ts';
import { toErrorData } from '../../src-main/contract/errors.ts';
import type { PhotoSet } from '../data/photo-set.ts';
import type { OpenedEncoder } from '../engines/encoder-session.ts';
import { Random } from '../random.ts';
import { halfPhoto } from './half-photo.ts';
import { type Rows, rowsOf } from './rows.ts';

/** Photos decoded and encoded together; two such batches are in memory at once, with 10 MB for the built-in encoder. */
const batchSize = 16;

export interface EncodedPhotos {
  /** Places in the set of the photos that could be read, in the order asked for; the rows stand in the same order. */
  readonly places: readonly number[];
  readonly features: Rows;
  readonly embedding: Rows;
  /** Features of half of each photo; null when they were not asked for. */
  readonly halves: Rows | null;
  /** Why photos could not be read, each in a sentence. */
  readonly unread: readonly string[];
}

export interface EncodeOptions {
  readonly halves: boolean;
  /** Draws which half of a photo. */
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Called with the number of photos that were just done. */
  readonly progress: (photos: number) => void;
}

/** @throws the signal's reason; LikenessError encoder-broken. A photo that cannot be read is left out. */
export async function encodePhotos(
  set: PhotoSet,
  places: readonly number[],
  encoder: OpenedEncoder,
  { halves, seed, signal, progress }: EncodeOptions,
): Promise<EncodedPhotos> {
  const { dim } = encoder.card;
  const done: number[] = [];
  const unread: string[] = [];
  const features = new Float32Array(places.length * dim.features);
  const embedding = new Float32Array(places.length * dim.embedding);
  const half = new Float32Array(halves ? features.length : 0);

  const batches = Array.from({ length: Math.ceil(places.length / batchSize) }, (_, at) =>
    places.slice(at * batchSize, (at + 1) * batchSize),
  );
  const prepareAt = (at: number) => {
    const batch = batches[at];
    return batch && prepare(set, batch, encoder, { halves, seed });
  };
  let coming = prepareAt(0);
  try {
    for (const [at, batch] of batches.entries()) {
      const prepared = await coming!;
      coming = prepareAt(at + 1);
      signal.throwIfAborted();
      const count = prepared.places.length;
      if (count > 0) {
        const rows = await encoder.encodePhotos(prepared.whole, count);
        features.set(rows.features, done.length * dim.features);
        embedding.set(rows.embedding, done.length * dim.embedding);
        if (halves)
          half.set((await encoder.encodePhotos(prepared.half, count)).features, done.length * dim.features);
      }
      done.push(...prepared.places);
      unread.push(...prepared.unread);
      progress(batch.length);
    }
  } finally {
    await coming?.catch(() => null); // the set is closed only when nobody reads in it
  }
  const rows = (values: Float32Array, length: number) =>
    rowsOf(values.subarray(0, done.length * length), length);
  return {
    places: done,
    features: rows(features, dim.features),
    embedding: rows(embedding, dim.embedding),
    halves: halves ? rows(half, dim.features) : null,
    unread,
  };
}

/** Decodes a batch and writes what the encoder takes, those that can be read one after the other. */
async function prepare(
  set: PhotoSet,
  batch: readonly number[],
  { card: { image } }: OpenedEncoder,
  { halves, seed }: Pick<EncodeOptions, 'halves' | 'seed'>,
) {
  const read = await Promise.all(
    batch.map((place) =>
      // As large as the app's own working copy, so that an encoder is measured on what it will be given.
      set.read(place, { longSide: thumbnailSides.large }).then(
        (pixels) => ({ place, pixels }),
        (thrown: unknown) => ({ place, why: toErrorData(thrown).message }),
      ),
    ),
  );
  const good = read.filter((one) => 'pixels' in one);
  const whole = new Float32Array(good.length * inputLength(image));
  const half = new Float32Array(halves ? whole.length : 0);
  for (const [slot, { place, pixels }] of good.entries()) {
    await preprocess(pixels, image, whole, slot);
    if (halves) await preprocess(halfPhoto(pixels, new Random(seed, 'half', place)), image, half, slot);
  }
  return {
    places: good.map(({ place }) => place),
    whole,
    half,
    unread: read.flatMap((one) => ('why' in one ? [one.why] : [])),
  };
}
