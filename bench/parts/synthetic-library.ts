/** Libraries of any size without a picture: random unit vectors, names and dates as cameras give them. */
import type { EncoderCard } from '../../models/card.ts';
import type { FolderId, PhotoMetadata } from '../../src-main/contract/photo.ts';
import type { Timeline } from '../../src-main/contract/timeline.ts';
import type { Store } from '../../src-main/store/store.ts';

/** A fifth of the photos lie in each. */
const folderNames = ['Rome 2019', 'Paris', 'Birthday Anna', 'Oslo', 'Lake'];
const photosPerWrite = 1000;
const hourMs = 3_600_000;

const unstated: PhotoMetadata = {
  takenAtMs: null,
  takenFrom: 'exif',
  zoneMinutes: null,
  camera: 'Bench',
  lens: null,
  gps: null,
  rating: null,
  keywords: [],
  caption: null,
  exposureSeconds: null,
  fNumber: null,
  iso: null,
  focalLengthMm: null,
};

/** Unit vectors in random directions, the same for the same seed. Source: Marsaglia 2003 (xorshift), 13/17/5. */
export function randomUnit(dim: number, seed: number): () => Float32Array {
  let state = seed | 0;
  return () => {
    const vector = new Float32Array(dim);
    let squares = 0;
    for (let place = 0; place < dim; place += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const value = state / 2 ** 31;
      vector[place] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares);
    for (let place = 0; place < dim; place += 1) vector[place]! /= length;
    return vector;
  };
}

/** `photos` photos with contents 1, 2, 3…, one an hour. */
export function syntheticTimeline(photos: number): Timeline {
  const numbers = (from: (index: number) => number) =>
    Uint32Array.from({ length: photos }, (_, n) => from(n));
  return {
    version: 1,
    generation: 1,
    length: photos,
    takenAtMs: Float64Array.from({ length: photos }, (_, n) => n * hourMs),
    id: numbers((n) => n + 1),
    contentId: numbers((n) => n + 1),
    folderId: numbers(() => 1),
    aspect: new Float32Array(photos).fill(1.5),
    colour: numbers(() => 0),
    removed: new Uint32Array(),
  };
}

export interface FillOptions {
  readonly photos: number;
  readonly card: Pick<EncoderCard, 'id' | 'dim'>;
  /** Number of the first photo, so that a library can be added to. */
  readonly from?: number;
}

/** Adds photos the way indexing does, through the store. */
export function fillLibrary(store: Store, folder: string, { photos, card, from = 0 }: FillOptions): void {
  const folderId = store.folders.add(folder).id as FolderId;
  const embedding = randomUnit(card.dim.embedding, from + 1);
  const features = randomUnit(card.dim.features, from + 2);
  for (let start = from; start < from + photos; start += photosPerWrite) {
    const numbers = Array.from(
      { length: Math.min(photosPerWrite, from + photos - start) },
      (_, index) => start + index,
    );
    store.transaction(() => {
      const files = numbers.map((number) => ({
        path: `${folder}/${folderNames[number % folderNames.length]}/IMG_${number}.jpg`,
        sizeBytes: 4_000_000,
        modifiedMs: number * hourMs,
        unsupported: null,
      }));
      store.photos.seen(folderId, files, 1);
      for (const [index, number] of numbers.entries()) {
        store.photos.savePrepared(
          store.photos.idOf(files[index]!.path)!,
          number.toString(16).padStart(64, '0'),
          4_000_000,
          {
            format: 'jpeg',
            width: 4000,
            height: 3000,
            colour: 0x808080,
            metadata: { ...unstated, takenAtMs: number * hourMs },
            vectors: { embedding: embedding(), features: features() },
          },
          card.id,
        );
      }
    });
  }
}
