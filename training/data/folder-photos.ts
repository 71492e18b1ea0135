/** Photos in a folder and all folders below it. */
import type { Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { signatureBytes } from '../../models/picture-kind.ts';
import { readPixels } from '../../models/pixels.ts';
import { systemError } from '../../src-main/contract/errors.ts';
import { placesOf } from './class-folders.ts';
import { type FoundPhotos, byName, isHidden, isPhoto } from './found-photos.ts';

/**
 * Finds them by their names; only files without an ending are opened. Hidden files and folders are left out. Links are followed, but
 * no folder is walked and no file found twice, so that a ring of links ends.
 * @param root  absolute.
 * @throws LikenessError when the folder itself cannot be read, the signal's reason; a folder below that cannot be read
 *   is passed over with a note.
 * Cost: one call to the system a folder; 200 bytes of memory a photo.
 */
export async function folderPhotos(root: string, signal?: AbortSignal): Promise<FoundPhotos> {
  const walk = new Walk(root);
  await walk.run(signal);
  const names = walk.names.toSorted();
  const places = placesOf(names);
  const photos = names.map((name, i) => ({
    name,
    path: join(root, name),
    captions: [],
    takenAtMs: null,
    ...places[i]!,
  }));
  return {
    photos,
    notes: walk.notes,
    read: ({ path }, options) => readPixels(path, options),
    close: async () => {},
  };
}

interface Step {
  /** Name within the set; '' for the root. */
  readonly name: string;
  /** With its links resolved. */
  readonly real: string;
}

class Walk {
  readonly names: string[] = [];
  readonly notes: string[] = [];
  readonly #root: string;
  /** Real paths of the folders and files found. */
  readonly #seen = new Set<string>();
  /** Links wait until all that lies in the folder itself is found: a photo goes by its own name, not by a link's. */
  readonly #links: string[] = [];
  #followed = 0;

  constructor(root: string) {
    this.#root = root;
  }

  async run(signal?: AbortSignal): Promise<void> {
    const ahead: Step[] = [{ name: '', real: await realpath(this.#root) }];
    for (;;) {
      signal?.throwIfAborted();
      const step = ahead.pop() ?? (await this.#follow());
      if (step === undefined) return;
      if (this.#seen.has(step.real)) continue;
      this.#seen.add(step.real);
      for (const entry of await this.#list(step)) {
        if (isHidden(entry.name)) continue;
        const inner = {
          name: step.name === '' ? entry.name : `${step.name}/${entry.name}`,
          real: join(step.real, entry.name),
        };
        if (entry.isDirectory()) ahead.push(inner);
        else if (entry.isSymbolicLink()) this.#links.push(inner.name);
        else if (entry.isFile()) await this.#take(inner);
      }
    }
  }

  async #list({ name, real }: Step): Promise<Dirent[]> {
    try {
      const entries = await readdir(real, { withFileTypes: true });
      return entries.sort(byName);
    } catch (thrown) {
      if (name === '') throw systemError(thrown) ?? thrown;
      this.notes.push(`The folder “${name}” could not be read and was passed over.`);
      return [];
    }
  }

  async #take({ name, real }: Step): Promise<void> {
    if (this.#seen.has(real) || !(await isPhoto(name, () => firstBytes(real)))) return;
    this.#seen.add(real);
    this.names.push(name);
  }

  /** The next link that leads to a folder; those that lead to files are taken on the way, those to nowhere left out. */
  async #follow(): Promise<Step | undefined> {
    while (this.#followed < this.#links.length) {
      const name = this.#links[this.#followed++]!;
      try {
        const real = await realpath(join(this.#root, name));
        const found = await stat(real);
        if (found.isDirectory()) return { name, real };
        if (found.isFile()) await this.#take({ name, real });
      } catch {
        continue;
      }
    }
    return undefined;
  }
}

/** Empty for a file that cannot be opened: it holds no picture that anybody could see. */
async function firstBytes(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(signatureBytes), 0, signatureBytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return new Uint8Array(0);
  }
}
