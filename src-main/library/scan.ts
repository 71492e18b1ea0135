/** Finds the pictures below a folder: names and dates only, no file is opened. */
import { opendir, readdir, realpath, stat } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { LikenessError, systemError } from '../contract/errors.ts';
import { limits } from '../contract/limits.ts';
import { readableKinds, unsupportedKinds } from '../contract/photo.ts';
import { passedOver } from './passed-over.ts';

export interface FoundPicture {
  /** Absolute, as the walk came upon it: through a link, the link's path. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Name of a kind that is not read yet; null for one that is. */
  readonly unsupported: string | null;
}

export interface ScanOptions {
  readonly signal?: AbortSignal;
  /** Told of folders and files that could not be looked at, the scanned folder itself among them; the walk goes on. */
  readonly onUnreadable?: (path: string, error: unknown) => void;
}

/** Pictures an answer: enough to make a transaction worth it, few enough that main stays prompt. */
const batchSize = 500;
/** The first answer comes early, so that photos appear at once. */
const firstBatchSize = 32;
/** Files asked for their date at once; more gains nothing on the four threads that Node has for it. */
const statsAtOnce = 32;

/**
 * The folder as the system knows it, links resolved, when it can be watched.
 * @throws LikenessError `not-found`, `not-a-folder`, `no-permission`, `path-too-long`, `bad-input`.
 */
export async function checkFolder(path: string): Promise<string> {
  if (path.includes('\0'))
    throw new LikenessError(
      'bad-input',
      'A path cannot hold a null character.',
      'Check the path and try again.',
    );
  try {
    const real = await realpath(resolve(path));
    // Opening it is the question: whether it is a folder, and one that may be read.
    await (await opendir(real)).close();
    return real;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ELOOP')
      throw new LikenessError(
        'not-found',
        `“${path}” is a link that leads nowhere.`,
        'Choose the folder itself.',
      );
    throw systemError(thrown) ?? thrown;
  }
}

/**
 * Walks a folder and yields its pictures, at most 500 an answer. Hidden and system folders are passed over; links are followed,
 * but no folder is walked twice and no file found twice.
 * @param root  absolute, from checkFolder.
 * @throws the signal's reason when it is aborted; nothing else.
 * Cost: one stat a picture and a folder; memory for one folder's names.
 */
export async function* scanFolder(root: string, options: ScanOptions = {}): AsyncGenerator<FoundPicture[]> {
  const walk = new Walk(root, options);
  let batch: FoundPicture[] = [];
  let size = firstBatchSize;
  for await (const picture of walk.pictures()) {
    batch.push(picture);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
    size = batchSize;
  }
  if (batch.length > 0) yield batch;
}

/** The kind of a file by its name: null when it is no picture. */
export function kindOf(name: string): { readonly unsupported: string | null } | null {
  const extension = extname(name).slice(1).toLowerCase();
  if (Object.hasOwn(readableKinds, extension)) return { unsupported: null };
  if (Object.hasOwn(unsupportedKinds, extension)) return { unsupported: unsupportedKinds[extension]! };
  return null;
}

interface Level {
  readonly dir: string;
  readonly depth: number;
}

class Walk {
  readonly #root: string;
  readonly #signal: AbortSignal | undefined;
  readonly #onUnreadable: (path: string, error: unknown) => void;
  /** Folders walked, by device and inode: a link back up, or two links to one place, end here. */
  readonly #walked = new Set<string>();
  /** Files found through links, by their real path. */
  readonly #linked = new Set<string>();

  constructor(root: string, { signal, onUnreadable }: ScanOptions) {
    this.#root = root;
    this.#signal = signal;
    this.#onUnreadable = onUnreadable ?? (() => {});
  }

  async *pictures(): AsyncGenerator<FoundPicture> {
    const ahead: Level[] = [{ dir: this.#root, depth: 0 }];
    for (let level = ahead.pop(); level; level = ahead.pop()) {
      this.#signal?.throwIfAborted();
      const entries = await this.#open(level);
      const folders: string[] = [];
      const files: string[] = [];
      for (const entry of entries) await this.#sort(level, entry, { folders, files });
      for (let start = 0; start < files.length; start += statsAtOnce) {
        this.#signal?.throwIfAborted();
        const found = await Promise.all(
          files.slice(start, start + statsAtOnce).map((path) => this.#look(path)),
        );
        for (const picture of found) if (picture) yield picture;
      }
      // Last in, first out: pushed backwards they are walked in the order of their names.
      for (const dir of folders.toReversed()) ahead.push({ dir, depth: level.depth + 1 });
    }
  }

  /** A folder's entries by name; none when it cannot be read, was walked before, or lies too deep. */
  async #open({ dir, depth }: Level): Promise<Dirent<Buffer>[]> {
    try {
      if (depth > limits.folderDepth)
        throw new LikenessError(
          'path-too-long',
          `“${dir}” lies more than ${limits.folderDepth} folders deep and was passed over.`,
          'Add it as a folder of its own.',
        );
      const { dev, ino } = await stat(dir, { bigint: true });
      const identity = `${dev}:${ino}`;
      // Some network and Windows file systems give no inode: there the depth ends a loop.
      if (ino !== 0n && this.#walked.has(identity)) return [];
      this.#walked.add(identity);
      // As bytes: a name that is not UTF-8 would come back as one that cannot be opened.
      const entries = await readdir(dir, { withFileTypes: true, encoding: 'buffer' });
      if (isLibrary(entries)) return [];
      return entries.sort((a, b) => Buffer.compare(a.name, b.name));
    } catch (thrown) {
      if (depth === 0 || !isGone(thrown)) this.#onUnreadable(dir, thrown);
      return [];
    }
  }

  async #sort(
    level: Level,
    entry: Dirent<Buffer>,
    found: { folders: string[]; files: string[] },
  ): Promise<void> {
    const name = this.#nameOf(level.dir, entry);
    if (name === null || name.startsWith('.')) return;
    const path = join(level.dir, name);
    if (entry.isFile()) {
      if (kindOf(name)) found.files.push(path);
    } else if (entry.isDirectory()) {
      if (!passedOver(level.dir, name, homedir())) found.folders.push(path);
    } else if (entry.isSymbolicLink()) await this.#follow(path, name, found);
  }

  async #follow(path: string, name: string, found: { folders: string[]; files: string[] }): Promise<void> {
    try {
      const target = await realpath(path);
      // What lies in the folder anyway is found where it lies.
      if (
        target === this.#root ||
        target.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep)
      )
        return;
      const { isDirectory, isFile } = await kindOfTarget(target);
      if (isDirectory && !passedOver(dirname(path), name, homedir())) found.folders.push(path);
      else if (isFile && kindOf(name) && !this.#linked.has(target)) {
        this.#linked.add(target);
        found.files.push(path);
      }
    } catch (thrown) {
      // A link to nowhere, or in a ring, is no photo and no news.
      if (!isGone(thrown) && (thrown as NodeJS.ErrnoException).code !== 'ELOOP')
        this.#onUnreadable(path, thrown);
    }
  }

  async #look(path: string): Promise<FoundPicture | null> {
    try {
      const { size, mtimeMs } = await stat(path);
      const kind = kindOf(path);
      return kind && { path, sizeBytes: size, modifiedMs: Math.trunc(mtimeMs), ...kind };
    } catch (thrown) {
      if (!isGone(thrown)) this.#onUnreadable(path, thrown);
      return null;
    }
  }

  #nameOf(dir: string, entry: Dirent<Buffer>): string | null {
    try {
      return utf8.decode(entry.name);
    } catch {
      const shown = entry.name.toString('utf8');
      if (entry.isDirectory() || kindOf(shown))
        this.#onUnreadable(
          join(dir, shown),
          new LikenessError(
            'not-found',
            `“${shown}” has a name that is not valid Unicode, so it cannot be opened.`,
            'Rename it.',
          ),
        );
      return null;
    }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

async function kindOfTarget(path: string): Promise<{ isDirectory: boolean; isFile: boolean }> {
  const found = await stat(path);
  return { isDirectory: found.isDirectory(), isFile: found.isFile() };
}

/** A library of Likeness, whose thumbnails are no photos of anybody's. */
function isLibrary(entries: readonly Dirent<Buffer>[]): boolean {
  const names = new Set(entries.map(({ name }) => name.toString('latin1')));
  return names.has('library.db') && names.has('library.lock');
}

/** Deleted while the walk went on: the next scan tells. */
function isGone(thrown: unknown): boolean {
  const { code } = thrown as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
