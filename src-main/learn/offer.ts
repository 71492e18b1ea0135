/** What the Learn screen offers: photos to learn from, engines to learn with, and what cannot be had now. */
import { dirname } from 'node:path';
import type { LearnOffer } from '../contract/learn.ts';
import { openLibraryReader } from '../store/open.ts';

const listedFolders = 200;
/** Photos counted between two pauses: some 5 ms. */
const countedAtOnce = 1000;

export type OfferedPhotos = Pick<LearnOffer, 'photos' | 'described' | 'folders' | 'taken'>;

/** Counts the photos of a library, which may be written to meanwhile. Cost: 5 µs a photo, in pieces. */
export async function offeredPhotos(library: string, watched: readonly string[]): Promise<OfferedPhotos> {
  const reader = openLibraryReader(library);
  const roots = new Set(watched);
  const folders = new Map<string, number>();
  let [photos, described] = [0, 0];
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  try {
    for (const photo of reader.photos.learnable()) {
      photos++;
      if (photo.caption?.trim() || photo.keywords.length > 0) described++;
      fromMs = Math.min(fromMs, photo.shownAtMs);
      toMs = Math.max(toMs, photo.shownAtMs);
      for (const folder of foldersOf(photo.path, roots)) folders.set(folder, (folders.get(folder) ?? 0) + 1);
      if (photos % countedAtOnce === 0) await new Promise(setImmediate);
    }
  } finally {
    reader.close();
  }
  // With one folder watched, it and «all photos» are the same.
  if (roots.size < 2) for (const root of roots) folders.delete(root);
  const most = [...folders].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).slice(0, listedFolders);
  return {
    photos,
    described,
    folders: most.map(([path, count]) => ({ path, photos: count })),
    taken: photos === 0 ? null : { fromMs, toMs },
  };
}

/** The folder that a photo lies in, and those around it, up to the watched one. */
function* foldersOf(path: string, roots: ReadonlySet<string>): Generator<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    yield folder;
    if (roots.has(folder) || dirname(folder) === folder) return;
  }
}

/** Starts and goals that cannot be had, each with its reason. */
export function refusals({ described }: Pick<LearnOffer, 'described'>): LearnOffer['refused'] {
  const noWords =
    described === 0 ? 'No photo has a caption or keywords, and words are learned from these.' : null;
  return {
    people: 'Who people are is learned by itself, in seconds: in the settings, under People.',
    ...(noWords && { words: noWords, everything: noWords }),
  };
}
