/** Folders that hold no photos of anybody's: the system's own, and the inside of other programs' libraries. */
import { basename, dirname, join } from 'node:path';

/** Lower case, since Windows and Synology write them as they please. */
const systemFolders = new Set([
  '$recycle.bin',
  'system volume information',
  'lost+found',
  '@eadir', // Synology's thumbnails
  '#recycle',
  '#snapshot',
]);

/** A package that looks like one file in macOS: its originals are photos, the rest is made from them. */
const photosPackage = /\.(photoslibrary|migratedphotolibrary|aplibrary)$/i;
const packageOriginals = new Set(['originals', 'masters']);
/** Lightroom's and Capture One's previews. */
const previews = /\.(lrdata|lrcat-data|cocatalogdb|cosessiondb)$/i;

/** Where each system keeps its programs' data, below the home folder. */
const dataFolders: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  win32: 'AppData',
  darwin: 'Library',
};

/**
 * Whether a scan goes past the folder `name` in `dir`. Names with a leading dot are hidden and not asked for here.
 * @param home  the person's home folder.
 */
export function passedOver(
  dir: string,
  name: string,
  home: string,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (systemFolders.has(name.toLowerCase()) || previews.test(name)) return true;
  if (photosPackage.test(basename(dir))) return !packageOriginals.has(name.toLowerCase());
  const data = dataFolders[platform];
  return data !== undefined && join(dir, name) === join(home, data) && dirname(join(dir, name)) === home;
}
