/** Which photos an evaluation looks at: a bank to learn classes from, and others to be asked about. */
import type { TrainingPhoto } from '../data/photo-set.ts';
import { Random } from '../random.ts';

/** Enough for figures that are sure to about one point in a hundred; more only takes longer. */
export const mostPhotos = { bank: 5000, queries: 2000 } as const;

/** One photo in five of each class is asked about where the set does not say itself. */
const heldOutShare = 0.2;

export interface ChosenPhotos {
  /** Places in the set, rising; empty without classes. */
  readonly bank: readonly number[];
  /** Never in the bank. */
  readonly queries: readonly number[];
  /** Sentences for the person. */
  readonly notes: readonly string[];
}

export interface ChooseOptions {
  /** Only photos with a class, some of them for the bank. */
  readonly classes: boolean;
  /** Only photos with a caption; where there are classes, these decide alone. */
  readonly captions: boolean;
  readonly seed: number;
}

/**
 * Takes the set's own held-out photos where it has some; else splits each class by the seed, or asks about all photos
 * where there are no classes. Too many are sampled by the seed, and a note says so.
 */
export function choosePhotos(photos: readonly TrainingPhoto[], options: ChooseOptions): ChosenPhotos {
  const usable = [...photos.keys()].filter((at) =>
    options.classes ? photos[at]!.label !== null : !options.captions || photos[at]!.captions.length > 0,
  );
  const own = usable.filter((at) => photos[at]!.part === 'held-out');
  const heldOut = own.length > 0 ? own : options.classes ? drawHeldOut(photos, usable, options.seed) : usable;
  const asked = new Set(heldOut);
  const rest = options.classes ? usable.filter((at) => !asked.has(at)) : [];
  const notes: string[] = [];
  const few = (places: readonly number[], most: number, what: string) => {
    if (places.length <= most) return places;
    notes.push(`${count(most)} of ${count(places.length)} ${what} were drawn for this.`);
    return new Random(options.seed, what)
      .shuffle([...places])
      .slice(0, most)
      .sort((a, b) => a - b);
  };
  return {
    bank: few(rest, mostPhotos.bank, 'photos to learn classes from'),
    queries: few(heldOut, mostPhotos.queries, 'photos to be asked about'),
    notes,
  };
}

/** A fifth of each class, one at least; none of a class of one photo. */
function drawHeldOut(photos: readonly TrainingPhoto[], usable: readonly number[], seed: number): number[] {
  const classes = Map.groupBy(usable, (at) => photos[at]!.label);
  return [...classes]
    .flatMap(([label, places]) => {
      const wanted = places.length > 1 ? Math.max(1, Math.round(heldOutShare * places.length)) : 0;
      return new Random(seed, 'held out', label ?? '').shuffle([...places]).slice(0, wanted);
    })
    .sort((a, b) => a - b);
}

const count = (photos: number) => photos.toLocaleString('en');
