/** How many bytes the library takes on disk. Walking 200,000 thumbnails takes a second or two: done at most once in a while. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LibraryPaths } from './store/open.ts';

const freshForMs = 5 * 60_000;

export class LibrarySize {
  readonly #paths: LibraryPaths;
  #measured: { bytes: number; atMs: number } | null = null;

  constructor(paths: LibraryPaths) {
    this.#paths = paths;
  }

  /** Database and thumbnails. The thumbnails' share may be five minutes old. */
  async bytes(): Promise<number> {
    if (!this.#measured || Date.now() - this.#measured.atMs > freshForMs) {
      const bytes = (await folderBytes(this.#paths.thumbnails)) + (await folderBytes(this.#paths.previews));
      this.#measured = { bytes, atMs: Date.now() };
    }
    const database = await Promise.all(['', '-wal'].map((end) => fileBytes(this.#paths.database + end)));
    return this.#measured.bytes + database.reduce((sum, bytes) => sum + bytes, 0);
  }
}

async function fileBytes(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function folderBytes(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    const path = join(dir, entry.name);
    bytes += entry.isDirectory() ? await folderBytes(path) : await fileBytes(path);
  }
  return bytes;
}
