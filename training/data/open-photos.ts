/** Opens what a run learns from: finds the photos, their classes and captions; decodes nothing. */
import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { LikenessError, systemError } from '../../src-main/contract/errors.ts';
import { readCaptions } from './caption-file.ts';
import { folderPhotos } from './folder-photos.ts';
import type { FoundPhotos } from './found-photos.ts';
import { listedPhotos } from './photo-list.ts';
import type { PhotoSet } from './photo-set.ts';
import { tarPhotos } from './tar-photos.ts';

/**
 * @param path  a folder, a .tar, or a .jsonl list that a library wrote.
 * @param captions  path of a file of captions, or null; they come after those that a list knows.
 * @throws LikenessError in the words of the person's slip: no such path, no photo in it, no archive or half of one,
 *   captions of other photos. The signal's reason.
 */
export async function openPhotos(
  path: string,
  { captions, signal }: { readonly captions: string | null; readonly signal?: AbortSignal },
): Promise<PhotoSet> {
  const found = await find(resolve(path), signal);
  try {
    if (found.photos.length === 0)
      throw new LikenessError(
        'bad-input',
        `There is no photo in “${basename(resolve(path))}”.`,
        'Choose a folder, a .tar or a library that holds photos.',
      );
    return await describe(found, captions);
  } catch (thrown) {
    await found.close();
    throw thrown;
  }
}

async function find(path: string, signal?: AbortSignal): Promise<FoundPhotos> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    (thrown: unknown) => Promise.reject(systemError(thrown) ?? thrown),
  );
  if (isFolder) return folderPhotos(path, signal);
  return extname(path).toLowerCase() === '.jsonl' ? listedPhotos(path) : tarPhotos(path, signal);
}

async function describe(found: FoundPhotos, captions: string | null): Promise<PhotoSet> {
  const notes = [...found.notes];
  const labels = new Set(found.photos.map(({ label }) => label));
  labels.delete(null);
  // A single class tells nothing from nothing.
  const classes = labels.size >= 2 ? [...labels].map(String).sort() : [];
  const places = new Map<string | null, number>(classes.map((name, i) => [name, i]));
  const names = found.photos.map(({ name }) => name);
  const told = captions === null ? null : await readCaptions(captions, names);
  if (told && told.unmatched > 0)
    notes.push(`Captions that belong to no photo of this set: ${told.unmatched.toLocaleString('en')}.`);
  return {
    photos: found.photos.map((photo, i) => ({
      path: photo.path,
      label: places.get(photo.label) ?? null,
      captions: told ? [...photo.captions, ...told.captions[i]!] : photo.captions,
      takenAtMs: photo.takenAtMs,
      part: photo.part,
    })),
    classes,
    notes,
    read: (index, options) => found.read(found.photos[index]!, options),
    close: () => found.close(),
  };
}
