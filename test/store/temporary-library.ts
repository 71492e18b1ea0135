/** A real library in a temporary folder, and photos to put into it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { PreparedPhoto } from '../../src-main/contract/engine.ts';
import type { FolderId, PhotoId, PhotoMetadata } from '../../src-main/contract/photo.ts';
import { openLibrary } from '../../src-main/store/open.ts';
import type { Store } from '../../src-main/store/store.ts';

export const encoderId = 'test-encoder';

export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'likeness-test-'));
  after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Opened in a folder of its own; closed and removed when the test file ends. */
export function temporaryLibrary(dir: string = temporaryFolder()): Store {
  const store = openLibrary(dir);
  after(() => store.close());
  return store;
}

export function hashOf(name: string | number): string {
  return Buffer.from(String(name)).toString('hex').padStart(64, '0').slice(-64);
}

export const blankMetadata: PhotoMetadata = {
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

export function prepared(
  metadata: Partial<PhotoMetadata> = {},
  vectors: PreparedPhoto['vectors'] = null,
): PreparedPhoto {
  return {
    format: 'jpeg',
    width: 40,
    height: 30,
    colour: 0x123456,
    metadata: { ...blankMetadata, ...metadata },
    vectors,
  };
}

/** A vector of length 1 that points along one axis. */
export function axis(index: number, dim = 4): Float32Array {
  const vector = new Float32Array(dim);
  vector[index] = 1;
  return vector;
}

export function found(
  path: string,
  change: { sizeBytes?: number; modifiedMs?: number; unsupported?: string } = {},
) {
  return { path, sizeBytes: 1000, modifiedMs: 1_700_000_000_000, unsupported: null, ...change };
}

/** Folder, scan and everything looked at: the photos' ids by path. */
export function addPhotos(
  store: Store,
  folder: string,
  photos: Readonly<Record<string, { hash?: string; metadata?: Partial<PhotoMetadata>; modifiedMs?: number }>>,
): { folderId: FolderId; ids: Record<string, PhotoId> } {
  const folderId = store.folders.add(folder).id as FolderId;
  const paths = Object.keys(photos);
  store.photos.seen(
    folderId,
    paths.map((path) => found(path, { modifiedMs: photos[path]!.modifiedMs ?? 1_700_000_000_000 })),
    1,
  );
  store.photos.endScan(folderId, 1);
  const ids: Record<string, PhotoId> = {};
  for (const path of paths) {
    const id = store.photos.idOf(path)!;
    ids[path] = id;
    const { hash = hashOf(path), metadata } = photos[path]!;
    store.photos.savePrepared(
      id,
      hash,
      1000,
      prepared(metadata, { features: axis(0), embedding: axis(1) }),
      encoderId,
    );
  }
  return { folderId, ids };
}
