/**
 * The system's bin: files go there by its own rules, and come back from it to where they were. A file is found again by its
 * bytes, so that neither the system's naming nor another program's tidying brings back a wrong one.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { pipeline } from 'node:stream/promises';
import trash from 'trash';
import { LikenessError, systemError } from '../contract/errors.ts';

/** A file in the bin, or about to be. */
export interface BinnedFile {
  /** Where it was. */
  readonly path: string;
  /** SHA-256. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** Moves a file to the bin. @throws LikenessError no-permission, not-found; bin-failed where the system has none. */
export async function moveToBin(path: string): Promise<void> {
  try {
    // The library passes over what is not there, and says nothing.
    await stat(path);
    await trash([path], { glob: false });
  } catch (thrown) {
    throw systemError(thrown) ?? noBin(path, thrown);
  }
  // A bin that took nothing and said nothing would cost the journal its truth.
  if (await exists(path)) throw noBin(path);
}

function noBin(path: string, cause?: unknown): LikenessError {
  return new LikenessError(
    'bin-failed',
    `${path} could not be moved to the bin.`,
    'Look whether its disk has a bin and the file may be deleted; it lies where it was.',
    { cause },
  );
}

/**
 * Brings a file back to where it was.
 * @throws LikenessError not-found when the bin does not have it any more; bin-failed when something else lies in its place.
 */
export async function takeFromBin(file: BinnedFile): Promise<void> {
  if (await exists(file.path)) {
    if ((await hashOf(file.path)) === file.hash) return;
    throw new LikenessError(
      'bin-failed',
      `Another file lies at ${file.path} now.`,
      'Move or rename that one, then bring this one back.',
    );
  }
  for (const place of await binsOf(file.path))
    for (const name of await readdir(place).catch(() => [] as string[])) {
      const found = join(place, name);
      const state = await stat(found).catch(() => null);
      if (!state?.isFile() || state.size !== file.sizeBytes) continue;
      if ((await hashOf(found).catch(() => '')) !== file.hash) continue;
      await moveBack(found, file.path);
      await forgetEntry(place, name);
      return;
    }
  throw new LikenessError(
    'not-found',
    `${file.path} is not in the bin any more.`,
    'It was emptied or brought back by another program; a backup may still have it.',
  );
}

/** Folders that may hold a binned file: the home's bin, and that of each disk the file may have lain on. */
async function binsOf(path: string): Promise<string[]> {
  if (process.platform === 'win32') {
    // One folder a user; those of others cannot be read, and are passed over.
    const root = join(parse(path).root, '$Recycle.Bin');
    return (await readdir(root).catch(() => [] as string[])).map((user) => join(root, user));
  }
  const uid = process.getuid?.() ?? 0;
  const above: string[] = [];
  for (let at = dirname(path); ; at = dirname(at)) {
    above.push(at);
    if (at === dirname(at)) break;
  }
  if (process.platform === 'darwin')
    return [join(homedir(), '.Trash'), ...above.map((at) => join(at, '.Trashes', String(uid)))];
  // The Trash specification 1.0 of freedesktop.org.
  const data = process.env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share');
  return [
    join(data, 'Trash', 'files'),
    ...above.flatMap((at) => [join(at, '.Trash', String(uid), 'files'), join(at, `.Trash-${uid}`, 'files')]),
  ];
}

/** The bin's own note of a file goes with it. */
async function forgetEntry(place: string, name: string): Promise<void> {
  if (process.platform === 'win32' && name.startsWith('$R'))
    await rm(join(place, `$I${name.slice(2)}`), { force: true }).catch(() => {});
  else if (process.platform === 'linux')
    await rm(join(dirname(place), 'info', `${name}.trashinfo`), { force: true }).catch(() => {});
}

/** Never over a file that has come meanwhile: a link fails where one is. */
async function moveBack(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    try {
      await link(from, to);
      await rm(from);
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      // Another disk, or a file system without links.
      if (code === 'EXDEV') {
        await copyFile(from, to, 1);
        await rm(from);
      } else if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') await rename(from, to);
      else throw thrown;
    }
  } catch (thrown) {
    throw systemError(thrown) ?? thrown;
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
