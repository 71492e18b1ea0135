/**
 * From a catalog's entry to a model's folder: files are downloaded into `.downloads/ID` beside the installed models, the
 * card is written when all are there, the model is tried once, and one rename puts the folder in its place. Killed at any
 * moment, nothing stands among the models that cannot be used, and the next start goes on.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogFile, fileAddress } from '../../models/catalog.ts';
import { LikenessError, systemError } from '../contract/errors.ts';
import { downloadFile, isWhole, type DownloadOptions } from './download.ts';

/** What can be installed, of whatever kind. */
export interface Installable {
  /** Name of its folder: the installed model's id. */
  readonly id: string;
  readonly name: string;
  readonly files: readonly InstallableFile[];
  /** Writes the card of a folder whose files are all there; the card last, since a folder without one is no model. */
  writeCard(dir: string, hub: string): Promise<void>;
  /** Rejects where a folder holds no whole model. */
  verify(dir: string): Promise<unknown>;
}

export interface InstallableFile extends Pick<CatalogFile, 'repository' | 'revision' | 'path'> {
  /** Its name in the folder. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Kept free on the disk beside the model: the library goes on growing meanwhile. */
const spareBytes = 100_000_000;

export interface InstallOptions extends Pick<DownloadOptions, 'signal' | 'waitsMs' | 'stallMs'> {
  /** The folder of models' folders. */
  readonly folder: string;
  /** Address of the Hub or a mirror, without a slash at its end. */
  readonly hub: string;
  /** Called with the bytes that are there, of all its files. */
  readonly onBytes?: (bytes: number) => void;
  /** Runs the model of a folder, and may better its card; throws where it cannot run on this computer. */
  readonly tryOut: (dir: string) => Promise<void>;
  /** Bytes that may still be written to the disk of a folder; asked of the system when left out. */
  readonly freeBytes?: (dir: string) => Promise<number>;
}

/**
 * Installs a model; one that is there and whole is left as it is, one that is damaged is replaced.
 * @returns its folder.
 * @throws LikenessError no-network, download-failed, disk-full, encoder-broken; signal.reason.
 */
export async function installModel(model: Installable, options: InstallOptions): Promise<string> {
  const { folder, hub, signal, onBytes = () => {}, tryOut } = options;
  const target = join(folder, model.id);
  if (await isInstalled(model, target)) return target;
  const staged = stagingFolder(model, folder);
  try {
    await mkdir(staged, { recursive: true });
    await assertRoom(model, options);
    let before = 0;
    for (const file of model.files) {
      const to = join(staged, file.name);
      await takeOver(join(target, file.name), to, file);
      await downloadFile({
        ...options,
        ...file,
        address: fileAddress(file, hub),
        to,
        onBytes: (bytes) => onBytes(before + bytes),
      });
      before += file.bytes;
    }
    await model.writeCard(staged, hub);
    signal.throwIfAborted();
    await tryOut(staged);
    signal.throwIfAborted();
    await replaceFolder(staged, target);
  } catch (thrown) {
    signal.throwIfAborted();
    throw systemError(thrown)?.code === 'disk-full' ? diskFull(model, null) : thrown;
  }
  return target;
}

/** Bytes of a model that an earlier, unfinished installation has left. */
export function keptBytes(model: Installable, folder: string): number {
  const staged = stagingFolder(model, folder);
  if (!existsSync(staged)) return 0;
  const names = new Set(model.files.flatMap(({ name }) => [name, `${name}.part`]));
  return readdirSync(staged)
    .filter((name) => names.has(name))
    .reduce((sum, name) => sum + (statSync(join(staged, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Removes what an unfinished installation has left. */
export async function discardDownload(model: Installable, folder: string): Promise<void> {
  await rm(stagingFolder(model, folder), { recursive: true, force: true });
}

/** Begins with a dot, so that nothing takes it for a model; on the same disk, so that one rename is enough. */
function stagingFolder({ id }: Installable, folder: string): string {
  return join(folder, '.downloads', id);
}

async function isInstalled(model: Installable, dir: string): Promise<boolean> {
  if (!existsSync(dir)) return false;
  return model.verify(dir).then(
    () => true,
    () => false,
  );
}

async function assertRoom(model: Installable, { folder, freeBytes = freeOnDisk }: InstallOptions) {
  const free = await freeBytes(folder);
  const wanted = wholeBytes(model) - keptBytes(model, folder);
  if (free < wanted + spareBytes) throw diskFull(model, { free, wanted: wanted + spareBytes });
}

/** Bytes of all files together. */
export const wholeBytes = ({ files }: Installable): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

async function freeOnDisk(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

/** A file of a damaged model that is itself whole need not come again. */
async function takeOver(from: string, to: string, file: InstallableFile): Promise<void> {
  if (!existsSync(to) && (await isWhole(from, file))) await copyFile(from, to);
}

/** A folder is not renamed onto another, so a damaged one steps aside first. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const old = `${from}.old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(to)) await rename(to, old);
  await rename(from, to);
  await rm(old, { recursive: true, force: true });
}

function diskFull({ name }: Installable, room: { readonly free: number; readonly wanted: number } | null) {
  return new LikenessError(
    'disk-full',
    room
      ? `${name} needs ${megabytes(room.wanted)} MB, and the disk that holds the library has ${megabytes(room.free)} MB left.`
      : `The disk that holds the library became full while ${name} was downloaded.`,
    'Free some space, then try again; what has come is kept.',
  );
}

const megabytes = (bytes: number) => new Intl.NumberFormat().format(Math.ceil(bytes / 1e6));
