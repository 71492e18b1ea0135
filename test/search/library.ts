/** A small library for the tests of search: the real store, with photos whose vectors the test chooses. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EncoderCard } from '../../models/card.ts';
import type { EncoderOutput } from '../../src-main/contract/engine.ts';
import type { FolderId, PhotoId } from '../../src-main/contract/photo.ts';
import { openLibrary, openLibraryReader } from '../../src-main/store/open.ts';
import type { Store, StoreReader } from '../../src-main/store/store.ts';

export interface TestPhoto {
  /** Of the watched folder, with subfolders: "Rome/IMG_1.jpg". */
  readonly name: string;
  /** Photos with the same text have the same bytes. By default the name. */
  readonly bytes?: string;
  readonly takenAtMs?: number;
  readonly keywords?: readonly string[];
  readonly caption?: string;
  readonly encoderId?: string;
  /** Null for a photo that has not been encoded. */
  readonly vectors: Partial<Record<EncoderOutput, Float32Array>> | null;
}

export const encoderId = 'test-00000000';

/** As much of an encoder's card as search reads. */
export const testCard = {
  dim: { features: 24, embedding: 16 },
  calibration: { text: { bias: -4, weight: 10 }, likeness: { bias: -5, weight: 9 } },
  image: {
    file: 'image.onnx',
    input: 'image',
    size: 32,
    resize: 'squash',
    interpolation: 'lanczos3',
    mean: [0, 0, 0],
    std: [1, 1, 1],
    outputs: { features: 'features', embedding: 'embedding' },
  },
} satisfies Pick<EncoderCard, 'dim' | 'calibration' | 'image'>;

export class TestLibrary {
  readonly root = mkdtempSync(join(tmpdir(), 'likeness-search-'));
  readonly store: Store = openLibrary(join(this.root, 'library'));
  readonly #readers: StoreReader[] = [];

  folder(name = 'Pictures'): { id: FolderId; path: string } {
    const path = join(this.root, name);
    mkdirSync(path, { recursive: true });
    return { id: this.store.folders.add(path).id as FolderId, path };
  }

  /** As indexing does it: found, then prepared. */
  add(photo: TestPhoto, folder = this.folder()): PhotoId {
    const path = join(folder.path, photo.name);
    mkdirSync(dirname(path), { recursive: true });
    // The store looks whether a copy's file is still there.
    writeFileSync(path, photo.bytes ?? photo.name);
    this.store.photos.seen(folder.id, [{ path, sizeBytes: 1, modifiedMs: 0, unsupported: null }], 1);
    const id = this.store.photos.idOf(path)!;
    const hash = createHash('sha256')
      .update(photo.bytes ?? photo.name)
      .digest('hex');
    this.store.photos.savePrepared(
      id,
      hash,
      1,
      {
        format: 'jpeg',
        width: 4,
        height: 3,
        colour: 0,
        metadata: { ...noMetadata, ...stated(photo) },
        vectors: photo.vectors,
      },
      photo.vectors ? (photo.encoderId ?? encoderId) : null,
    );
    return id;
  }

  reader(): StoreReader {
    const reader = openLibraryReader(this.store.paths.dir);
    this.#readers.push(reader);
    return reader;
  }

  close(): void {
    for (const reader of this.#readers) reader.close();
    this.store.close();
    rmSync(this.root, { recursive: true });
  }
}

const stated = ({ takenAtMs = 1_000_000, keywords = [], caption }: TestPhoto) => ({
  takenAtMs,
  takenFrom: 'exif' as const,
  keywords,
  caption: caption ?? null,
});

export const noMetadata = {
  takenAtMs: null,
  takenFrom: null,
  zoneMinutes: null,
  camera: null,
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
