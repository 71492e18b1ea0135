/**
 * Photos go to the system's bin and come back. The journal is written first: after a kill at any moment it knows every file that
 * may be in the bin. Nothing goes whose bytes are not those that were compared.
 */
import { LikenessError, toErrorData } from '../contract/errors.ts';
import type { Binned } from '../contract/duplicates.ts';
import type { PhotoId } from '../contract/photo.ts';
import type { Duplicates } from '../store/duplicates.ts';

/** The bin of the system, or a stand-in. */
export interface Bin {
  moveTo(path: string): Promise<void>;
  takeFrom(file: { readonly path: string; readonly hash: string; readonly sizeBytes: number }): Promise<void>;
}

export interface BinPhotosOptions {
  readonly duplicates: Duplicates;
  readonly bin: Bin;
  /** SHA-256 of a file as it is now. @throws LikenessError when it cannot be read. */
  readonly hashOf: (path: string) => Promise<string>;
  /** Called with each photo whose file has gone. */
  readonly onGone: (photo: PhotoId) => void;
}

/**
 * Moves photos to the bin. One that cannot go stays, with the reason; the others go.
 * @param keepers  for each photo, the one that stays in its place, where there is one: it must be there, unchanged.
 */
export async function binPhotos(
  photos: readonly PhotoId[],
  keepers: ReadonlyMap<PhotoId, PhotoId>,
  { duplicates, bin, hashOf, onGone }: BinPhotosOptions,
): Promise<Binned> {
  const files = [...new Set(photos)].flatMap((photo) => {
    const file = duplicates.file(photo);
    return file ? [{ photo, ...file }] : [];
  });
  if (files.length === 0)
    throw new LikenessError(
      'photo-gone',
      'None of these photos is in the library now.',
      'Look at the duplicates again.',
    );
  const id = duplicates.binBegins(files);
  const sound = new Map<PhotoId, Promise<string | null>>();
  /** Why a photo is not as it was; null when it is. */
  const changed = async (photo: PhotoId): Promise<string | null> => {
    const file = duplicates.file(photo);
    if (!file) return 'The photo that was to be kept is not in the library now.';
    try {
      const same = (await hashOf(file.path)) === file.hash;
      return same ? null : `${file.path} has changed since it was compared.`;
    } catch (thrown) {
      return toErrorData(thrown).message;
    }
  };
  for (const { photo, path } of files) {
    const keeper = keepers.get(photo);
    if (keeper !== undefined && !sound.has(keeper)) sound.set(keeper, changed(keeper));
    const reason = (await changed(photo)) ?? (keeper === undefined ? null : await sound.get(keeper)!);
    if (reason !== null) {
      duplicates.binSettles(id, path, 'stayed', reason);
      continue;
    }
    try {
      await bin.moveTo(path);
      duplicates.binSettles(id, path, 'gone');
      onGone(photo);
    } catch (thrown) {
      duplicates.binSettles(id, path, 'stayed', toErrorData(thrown).message);
    }
  }
  return duplicates.bin(id)!;
}

/** Brings back whatever of one going is not back yet. @throws LikenessError not-found for a going that there was not. */
export async function restorePhotos(
  id: number,
  { duplicates, bin }: Pick<BinPhotosOptions, 'duplicates' | 'bin'>,
): Promise<Binned> {
  if (!duplicates.bin(id))
    throw new LikenessError(
      'not-found',
      'This is not in the journal of the bin.',
      'Look at what was binned.',
    );
  for (const file of duplicates.binnedPhotos(id)) {
    // One that was going when the program was killed may be in either place: taking it back is right in both.
    if (file.state !== 'gone' && file.state !== 'going') continue;
    try {
      await bin.takeFrom(file);
      duplicates.binSettles(id, file.path, 'back');
    } catch (thrown) {
      duplicates.binSettles(id, file.path, 'gone', toErrorData(thrown).message);
    }
  }
  return duplicates.bin(id)!;
}
