/**
 * Views and what the teacher says of them, in files that only grow: made once, read by every epoch. One process may
 * write while another learns from what is there. A view is whole when its photo's place is written, which comes last.
 */
import { mkdir, open, readFile, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** px of a stored view. */
export const viewSide = 128;
const viewBytes = 3 * viewSide * viewSide;

export interface StoredView {
  /** [3, side, side] planes. */
  readonly planes: Uint8Array;
  /** Place of its photo, or `mixture`. */
  readonly photo: number;
  /** What the teacher says: its features, then its embedding. */
  readonly target: Float32Array;
}

/** Stands for the photo of a view that is made of several. */
export const mixture = -1;

const files = { planes: 'views.u8', targets: 'targets.f16', photos: 'photos.i32' } as const;

/** Bytes of one view in each file. @param width  numbers that the teacher says of a view. */
const sizesOf = (width: number) => ({ planes: viewBytes, targets: 2 * width, photos: 4 });

/** Opens the files for writing behind the last whole view. */
export async function openViewWriter(dir: string, width: number) {
  await mkdir(dir, { recursive: true });
  const sizes = sizesOf(width);
  const photosThere = await readPhotos(dir);
  const count = photosThere.length;
  const handles: FileHandle[] = [];
  for (const [key, name] of Object.entries(files)) {
    const path = join(dir, name);
    await (await open(path, 'a')).close();
    await truncate(path, count * sizes[key as keyof typeof files]);
    handles.push(await open(path, 'a'));
  }
  const [planes, targets, photos] = handles as [FileHandle, FileHandle, FileHandle];
  return {
    /** Place of the photo of each view that is there already. */
    photos: photosThere,
    async add(views: readonly StoredView[]): Promise<void> {
      await planes.appendFile(Buffer.concat(views.map((view) => view.planes)));
      const halves = Float16Array.from(views.flatMap(({ target }) => [...target]));
      await targets.appendFile(new Uint8Array(halves.buffer));
      await photos.appendFile(new Uint8Array(Int32Array.from(views, ({ photo }) => photo).buffer));
    },
    async close(): Promise<void> {
      for (const handle of handles) await handle.close();
    },
  };
}

/** Whole views only; none where nothing was written yet. */
async function readPhotos(dir: string): Promise<Int32Array<ArrayBuffer>> {
  const bytes = await readFile(join(dir, files.photos)).catch(() => Buffer.alloc(0));
  const count = Math.floor(bytes.length / 4);
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 4 * count));
}

export interface ViewReader {
  /** Place of the photo of each view that was there when it was last looked. */
  readonly photos: Int32Array;
  /** Looks for views that were added since. */
  refresh(): Promise<void>;
  /** Reads views. @param into  [B, 3, side, side]. @param targets  [B, width]. */
  read(views: readonly number[], into: Uint8Array, targets: Float32Array): Promise<void>;
  /** What the teacher said of one view. @param into  [width]. */
  readTarget(view: number, into: Float32Array): Promise<void>;
  close(): Promise<void>;
}

/** @param width  numbers that the teacher says of a view. @throws the file system's error where nothing was written yet. */
export async function openViewReader(dir: string, width: number): Promise<ViewReader> {
  const planes = await open(join(dir, files.planes), 'r');
  const targetFile = await open(join(dir, files.targets), 'r');
  let photos = new Int32Array(0);
  const refresh = async () => {
    photos = await readPhotos(dir);
  };
  await refresh();
  const readTarget = async (view: number, into: Float32Array) => {
    const half = new Float16Array(width);
    await targetFile.read(new Uint8Array(half.buffer), 0, 2 * width, view * 2 * width);
    into.set(half);
  };
  return {
    get photos() {
      return photos;
    },
    refresh,
    async read(views, into, targets) {
      for (const [at, view] of views.entries()) {
        await planes.read(into, at * viewBytes, viewBytes, view * viewBytes);
        await readTarget(view, targets.subarray(at * width, (at + 1) * width));
      }
    },
    readTarget,
    async close() {
      await planes.close();
      await targetFile.close();
    },
  };
}
