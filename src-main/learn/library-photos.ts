/** A library's photos as a list that the trainer reads: training knows files, and nothing of the library. */
import { existsSync, openSync, writeSync, closeSync, renameSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { LikenessError } from '../contract/errors.ts';
import type { LearnFrom } from '../contract/learn.ts';
import type { LearnablePhoto } from '../store/photo-reader.ts';
import { libraryPaths, openLibraryReader } from '../store/open.ts';

/** A line of the list. */
export interface ListedPhoto {
  readonly path: string;
  /** Name of its class: the folder that it lies in. null right in a watched folder, where everything lies that nobody sorted. */
  readonly label: string | null;
  readonly captions: readonly string[];
  readonly takenAtMs: number | null;
}

export function isLibrary(dir: string): boolean {
  return existsSync(libraryPaths(dir).database);
}

/**
 * Writes the photos of a library that may be open meanwhile, one JSON object a line, by path.
 * @throws LikenessError as openLibraryReader; `bad-input` when the library holds no photo that can be read.
 */
export function writePhotoList(library: string, target: string): void {
  const reader = openLibraryReader(library);
  const file = openSync(target, 'w', 0o600);
  let photos = 0;
  try {
    for (const photo of reader.photos.learnable()) {
      writeSync(file, `${JSON.stringify(listed(photo))}\n`);
      photos++;
    }
  } finally {
    closeSync(file);
    reader.close();
  }
  if (photos > 0) return;
  throw new LikenessError(
    'bad-input',
    `The library in “${library}” holds no photos yet.`,
    '`likeness index FOLDER` takes some in.',
  );
}

/** Photos written between two pauses: some 5 ms, so that main stays prompt. */
const writtenAtOnce = 500;

/**
 * Writes the photos that a person chose, as above. The list is whole when it is there.
 * @returns how many.
 * @throws LikenessError `bad-input` when none is left.
 */
export async function writeChosenPhotos(library: string, target: string, from: LearnFrom): Promise<number> {
  const reader = openLibraryReader(library);
  const partial = `${target}.partial`;
  const file = openSync(partial, 'w', 0o600);
  let photos = 0;
  try {
    for (const photo of reader.photos.learnable(chosenBy(from))) {
      writeSync(file, `${JSON.stringify(listed(photo))}\n`);
      if (++photos % writtenAtOnce === 0) await new Promise(setImmediate);
    }
  } finally {
    closeSync(file);
    reader.close();
  }
  if (photos === 0) throw noneChosen(from);
  renameSync(partial, target);
  return photos;
}

function chosenBy(from: LearnFrom): (photo: LearnablePhoto) => boolean {
  if (from.kind === 'all') return () => true;
  if (from.kind === 'dates') return ({ shownAtMs }) => shownAtMs >= from.fromMs && shownAtMs <= from.toMs;
  const folders = from.folders.map((folder) => (folder.endsWith(sep) ? folder : folder + sep));
  return ({ path }) => folders.some((folder) => path.startsWith(folder));
}

function noneChosen({ kind }: LearnFrom): LikenessError {
  const where = { all: 'The library holds', folders: 'These folders hold', dates: 'That time holds' }[kind];
  return new LikenessError(
    'bad-input',
    `${where} no photos that can be learned from.`,
    'Choose others, or add some to the library.',
  );
}

/** What people wrote about a photo tells of it: its caption, and its keywords together. */
function listed({ path, folder, takenAtMs, caption, keywords }: LearnablePhoto): ListedPhoto {
  const within = dirname(path);
  const captions = [caption?.trim() ?? '', keywords.join(', ')].filter((text) => text !== '');
  return { path, label: within === folder ? null : within, captions, takenAtMs };
}
