/** What the readers of folders, archives and lists have in common: photos by name, and a way to their pixels. */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { pictureKind } from '../../models/picture-kind.ts';
import type { ReadPhoto } from '../../models/pixels.ts';
import { systemError } from '../../src-main/contract/errors.ts';
import { readableKinds, unsupportedKinds } from '../../src-main/contract/photo.ts';

export interface FoundPhoto {
  /** Name within the set, parted by slashes on every system: `train/cat/1.jpg`. */
  readonly name: string;
  /** Absolute, as in TrainingPhoto. */
  readonly path: string;
  /** Name of its class. */
  readonly label: string | null;
  readonly captions: readonly string[];
  readonly takenAtMs: number | null;
  readonly part: 'train' | 'held-out' | null;
}

export interface FoundPhotos {
  /** By name, no name twice. */
  readonly photos: readonly FoundPhoto[];
  readonly notes: readonly string[];
  read(photo: FoundPhoto, options: { readonly longSide: number }): Promise<ReadPhoto>;
  close(): Promise<void>;
}

/** By code units: the same order on every machine, whatever its language. */
export const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

/** Hidden, or put there by a system for itself. */
export const isHidden = (name: string): boolean => name.startsWith('.') || name === '__MACOSX';

/**
 * Whether a file is to be taken for a photo: by the ending of its name, or where it has none, by its first bytes. Kinds
 * that cannot be read yet count as well: the reader names them as skipped. Videos do not.
 */
export async function isPhoto(name: string, start: () => Promise<Uint8Array>): Promise<boolean> {
  const ending = extname(name).slice(1).toLowerCase();
  if (ending !== '') return Object.hasOwn(readableKinds, ending) || isPicture(unsupportedKinds[ending]);
  return isPicture(pictureKind(await start(), '')?.name);
}

function isPicture(kind: string | undefined): boolean {
  return kind !== undefined && kind !== 'Video';
}

/** A small file's text. @throws LikenessError not-found, no-permission. */
export async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (thrown) {
    throw systemError(thrown) ?? thrown;
  }
}
