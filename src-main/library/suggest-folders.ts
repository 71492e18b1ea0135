/** Likely photo folders of this computer, for a person who has not chosen any yet. */
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { checkFolder, scanFolder } from './scan.ts';

export interface SuggestedFolder {
  readonly path: string;
  readonly name: string;
  /** Pictures in it; counting stops at `countLimit`. */
  readonly pictures: number;
}

/** Below the home folder. Names that systems and cameras use, in the languages that Linux names folders in most. */
const likely = [
  'Pictures',
  'Photos',
  'DCIM',
  'Images',
  'Bilder',
  'Fotos',
  'Imágenes',
  'Imagens',
  'Immagini',
  'Afbeeldingen',
  'Obrazy',
  'Изображения',
  'ピクチャ',
  '图片',
  'OneDrive/Pictures',
  'Dropbox/Camera Uploads',
  'Google Drive/Photos',
  'Nextcloud/Photos',
  'Desktop/Photos',
  'Documents/Photos',
];
const countLimit = 5_000;
/** The welcome screen waits no longer than this for all counts together. */
const countingMs = 800;

/** Folders that exist, the fullest first. One that a longer one leads to (a link, another spelling) comes once. */
export async function suggestFolders(home: string = homedir()): Promise<SuggestedFolder[]> {
  const until = AbortSignal.timeout(countingMs);
  const found = new Map<string, SuggestedFolder>();
  for (const name of likely) {
    const path = await checkFolder(join(home, name)).catch(() => null);
    if (path === null || found.has(path)) continue;
    found.set(path, { path, name: basename(path), pictures: await countPictures(path, until) });
  }
  return [...found.values()].sort((a, b) => b.pictures - a.pictures);
}

async function countPictures(path: string, until: AbortSignal): Promise<number> {
  let pictures = 0;
  try {
    for await (const batch of scanFolder(path, { signal: until })) {
      pictures += batch.length;
      if (pictures >= countLimit) break;
    }
  } catch (thrown) {
    // Out of time: what was counted so far says enough.
    if (!until.aborted) throw thrown;
  }
  return pictures;
}
