import { Random } from '../random.ts';
import type { PhotoSet } from './photo-set.ts';

/** Some photos of a set, drawn by the seed, in their order; the set itself when it has no more. */
export function partOf(
  set: PhotoSet,
  { most, seed }: { readonly most: number; readonly seed: number },
): PhotoSet {
  if (set.photos.length <= most) return set;
  const places = new Random(seed, 'part').shuffle(Array.from(set.photos.keys())).slice(0, most);
  places.sort((a, b) => a - b);
  return {
    photos: places.map((at) => set.photos[at]!),
    classes: set.classes,
    notes: set.notes,
    read: (index, options) => set.read(places[index]!, options),
    close: () => set.close(),
  };
}
