/**
 * From a catalog entry to an encoder's folder: files are downloaded into `.downloads/ID` beside the installed encoders,
 * the card is written when all are there, the encoder is tried once, and one rename puts the folder in its place. Killed
 * at any moment, nothing stands among the encoders that cannot be used, and the next start goes on.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyEncoder } from '../../models/card.ts';
import { catalogCard, catalogCardText, encoderId, fileNames } from '../../models/catalog-card.ts';
import { downloadBytes, fileAddress, type CatalogEntry } from '../../models/catalog.ts';
import { readOnnxEnds } from '../../models/onnx-ends.ts';
import { LikenessError, systemError } from '../contract/errors.ts';
import { downloadFile, isWhole, type DownloadOptions } from './download.ts';

/** Kept free on the disk beside the encoder: the library goes on growing meanwhile. */
const spareBytes = 100_000_000;

export interface InstallOptions extends Pick<DownloadOptions, 'signal' | 'waitsMs' | 'stallMs'> {
  /** The folder of encoders' folders. */
  readonly encoders: string;
  /** Address of the Hub or a mirror, without a slash at its end. */
  readonly hub: string;
  /** Called with the bytes that are there, of downloadBytes(entry). */
  readonly onBytes?: (bytes: number) => void;
  /** Runs the encoder of a folder, and may better its card; throws where it cannot run on this computer. */
  readonly tryOut: (dir: string) => Promise<void>;
  /** Bytes that may still be written to the disk of a folder; asked of the system when left out. */
  readonly freeBytes?: (dir: string) => Promise<number>;
}

/**
 * Installs an encoder; one that is there and whole is left as it is, one that is damaged is replaced.
 * @returns its folder.
 * @throws LikenessError no-network, download-failed, disk-full, encoder-broken; signal.reason.
 */
export async function installEncoder(entry: CatalogEntry, options: InstallOptions): Promise<string> {
  const { encoders, hub, signal, onBytes = () => {}, tryOut } = options;
  const target = join(encoders, encoderId(entry));
  if (await isInstalled(target)) return target;
  const staged = stagingFolder(entry, encoders);
  try {
    await mkdir(staged, { recursive: true });
    await assertRoom(entry, options);
    let before = 0;
    for (const file of entry.files) {
      const to = join(staged, fileNames[file.role]);
      await takeOver(join(target, fileNames[file.role]), to, file);
      await downloadFile({
        ...options,
        ...file,
        address: fileAddress(file, hub),
        to,
        onBytes: (bytes) => onBytes(before + bytes),
      });
      before += file.bytes;
    }
    await writeCard(entry, staged, hub);
    signal.throwIfAborted();
    await tryOut(staged);
    signal.throwIfAborted();
    await replaceFolder(staged, target);
  } catch (thrown) {
    signal.throwIfAborted();
    throw systemError(thrown)?.code === 'disk-full' ? diskFull(entry, null) : thrown;
  }
  return target;
}

/** Bytes of an entry that an earlier, unfinished installation has left. */
export function keptBytes(entry: CatalogEntry, encoders: string): number {
  const staged = stagingFolder(entry, encoders);
  if (!existsSync(staged)) return 0;
  const names = new Set<string>(Object.values(fileNames).flatMap((name) => [name, `${name}.part`]));
  return readdirSync(staged)
    .filter((name) => names.has(name))
    .reduce((sum, name) => sum + (statSync(join(staged, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Removes what an unfinished installation has left. */
export async function discardDownload(entry: CatalogEntry, encoders: string): Promise<void> {
  await rm(stagingFolder(entry, encoders), { recursive: true, force: true });
}

/** Begins with a dot, so that nothing takes it for an encoder; on the same disk, so that one rename is enough. */
function stagingFolder(entry: CatalogEntry, encoders: string): string {
  return join(encoders, '.downloads', encoderId(entry));
}

async function isInstalled(dir: string): Promise<boolean> {
  if (!existsSync(dir)) return false;
  return verifyEncoder(dir).then(
    () => true,
    () => false,
  );
}

async function assertRoom(entry: CatalogEntry, { encoders, freeBytes = freeOnDisk }: InstallOptions) {
  const free = await freeBytes(encoders);
  const wanted = downloadBytes(entry) - keptBytes(entry, encoders);
  if (free < wanted + spareBytes) throw diskFull(entry, { free, wanted: wanted + spareBytes });
}

async function freeOnDisk(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

/** A file of a damaged encoder that is itself whole need not come again. */
async function takeOver(from: string, to: string, file: CatalogEntry['files'][number]): Promise<void> {
  if (!existsSync(to) && (await isWhole(from, file))) await copyFile(from, to);
}

async function writeCard(entry: CatalogEntry, dir: string, hub: string): Promise<void> {
  const [image, text] = await Promise.all(
    [fileNames.image, fileNames.text].map((name) =>
      readOnnxEnds(join(dir, name)).catch((cause: unknown) => {
        if (!(cause instanceof RangeError)) throw cause;
        throw new LikenessError(
          'encoder-broken',
          `The file “${name}” of ${entry.name} is not one that this version of Likeness can read.`,
          'Update Likeness, or choose another encoder.',
          { cause },
        );
      }),
    ),
  );
  const card = catalogCard(entry, { image: image!, text: text! });
  await writeFile(join(dir, 'card.md'), catalogCardText(entry, hub), { flush: true });
  // The card last: a folder without it is no encoder.
  await writeFile(join(dir, 'encoder.json'), `${JSON.stringify(card, null, 2)}\n`, { flush: true });
}

/** A folder is not renamed onto another, so a damaged one steps aside first. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const old = `${from}.old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(to)) await rename(to, old);
  await rename(from, to);
  await rm(old, { recursive: true, force: true });
}

function diskFull(entry: CatalogEntry, room: { readonly free: number; readonly wanted: number } | null) {
  return new LikenessError(
    'disk-full',
    room
      ? `${entry.name} needs ${megabytes(room.wanted)} MB, and the disk that holds the library has ${megabytes(room.free)} MB left.`
      : `The disk that holds the library became full while ${entry.name} was downloaded.`,
    'Free some space, then try again; what has come is kept.',
  );
}

const megabytes = (bytes: number) => new Intl.NumberFormat().format(Math.ceil(bytes / 1e6));
