/** What the folders of a set say of its photos: their class, and whether they are for learning or held out. */
import type { TrainingPhoto } from './photo-set.ts';

export interface Place {
  /** Name of the folder that the photo lies in; null at the top. */
  readonly label: string | null;
  readonly part: TrainingPhoto['part'];
}

const heldOutNames = new Set(['test', 'val', 'valid', 'validation']);

/**
 * A photo's class is the folder that it lies in. Folders at the top named train and test (or val, valid, validation) part
 * the set and are no classes; one of them alone is a folder like any other.
 * @param names  of the photos within the set, parted by slashes.
 */
export function placesOf(names: readonly string[]): Place[] {
  const ways = names.map((name) => name.split('/').slice(0, -1));
  const tops = new Set(ways.map(([top]) => top?.toLowerCase()));
  const parted = tops.has('train') && [...heldOutNames].some((name) => tops.has(name));
  return ways.map((way) => {
    const part = parted ? partOf(way[0]) : null;
    return { part, label: (part === null ? way : way.slice(1)).at(-1) ?? null };
  });
}

function partOf(top: string | undefined): Place['part'] {
  const name = top?.toLowerCase();
  if (name === 'train') return 'train';
  return name !== undefined && heldOutNames.has(name) ? 'held-out' : null;
}
