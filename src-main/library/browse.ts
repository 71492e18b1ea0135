/** The folders within a folder, for hosts that have no dialog of the system. */
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { passedOver } from './passed-over.ts';
import { checkFolder, kindOf } from './scan.ts';

export interface BrowsedFolder {
  readonly path: string;
  /** Null at the top of a disk. */
  readonly parent: string | null;
  readonly folders: readonly { readonly path: string; readonly name: string }[];
  /** Pictures that lie directly in it. */
  readonly pictures: number;
}

/**
 * Looks into one folder; the home folder when no path is given. Hidden and system folders are left out.
 * @throws LikenessError `not-found`, `not-a-folder`, `no-permission`, `path-too-long`.
 */
export async function browse(path: string = homedir()): Promise<BrowsedFolder> {
  const dir = await checkFolder(path);
  const folders: { path: string; name: string }[] = [];
  let pictures = 0;
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const { name } = entry;
    if (name.startsWith('.')) continue;
    const inside = join(dir, name);
    const isFolder =
      entry.isDirectory() ||
      (entry.isSymbolicLink() && (await stat(inside).catch(() => null))?.isDirectory());
    if (!isFolder) pictures += kindOf(name) ? 1 : 0;
    else if (!passedOver(dir, name, homedir())) folders.push({ path: inside, name });
  }
  folders.sort((a, b) => byName.compare(a.name, b.name));
  const parent = dirname(dir);
  return { path: dir, parent: parent === dir ? null : parent, folders, pictures };
}

/** As people count: 2 before 10. */
const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
