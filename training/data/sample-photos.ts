/** Which photos make which batch. A batch follows from seed and epoch alone, so that a run is taken up where it stopped. */
import { Random } from '../random.ts';

/** Where an epoch's draws come from. */
export interface Draw {
  readonly batch: number;
  readonly seed: number;
  /** From 0. */
  readonly epoch: number;
}

/**
 * The photos in an order drawn anew for every epoch, cut into batches; the last ones, too few for a batch, wait for
 * another epoch.
 * @param photos  their numbers, as they shall stand in the batches.
 * @returns [B] each; none when there are fewer photos than a batch takes.
 */
export function epochBatches({
  photos,
  batch,
  seed,
  epoch,
}: Draw & { readonly photos: Int32Array }): Int32Array[] {
  if (!(batch >= 1)) throw new RangeError(`epochBatches: a batch of 1 or more, got ${batch}`);
  const order = new Random(seed, 'photos', epoch).shuffle(photos.slice());
  return Array.from({ length: Math.floor(order.length / batch) }, (_, i) =>
    order.slice(i * batch, (i + 1) * batch),
  );
}

/**
 * Batches of P classes with K photos each, for losses that pull a class together: Hermans et al. 2017, §2, arXiv
 * 1703.07737. The classes with most photos left come first; only where there are fewer than P classes does one come
 * several times in a batch. A class of fewer than K photos repeats them; of one photo it is left out, since that has no partner.
 * @param labels  class of each photo, from 0; photos below 0 are left out.
 * @param batch  P x K. @param perClass  K, 2 or more.
 * @returns [P x K] each, places in `labels`, the photos of a class side by side; every batch has at least two classes.
 *   None when the photos do not fill one.
 */
export function classBatches({
  labels,
  batch,
  perClass,
  seed,
  epoch,
}: Draw & { readonly labels: Int32Array; readonly perClass: number }): Int32Array[] {
  if (!(perClass >= 2) || batch % perClass !== 0 || batch < 2 * perClass)
    throw new RangeError(
      `classBatches: a batch of at least two times perClass and a multiple of it, perClass 2 or more; got ${batch}, ${perClass}`,
    );
  const random = new Random(seed, 'classes', epoch);
  const classes = photosByClass(labels).map((photos) => hands(random.shuffle(photos), perClass));
  const batches: Int32Array[] = [];
  for (;;) {
    const dealt = deal(classes, batch / perClass, random);
    if (dealt === null) return batches;
    batches.push(Int32Array.from(dealt.flat()));
  }
}

function photosByClass(labels: Int32Array): number[][] {
  const classes = new Map<number, number[]>();
  for (const [i, label] of labels.entries()) {
    if (label < 0) continue;
    const known = classes.get(label);
    if (known) known.push(i);
    else classes.set(label, [i]);
  }
  return [...classes].sort(([a], [b]) => a - b).map(([, photos]) => photos);
}

/** Cuts a class into hands of K photos. */
function hands(photos: readonly number[], perClass: number): number[][] {
  if (photos.length < 2) return [];
  if (photos.length < perClass)
    return [Array.from({ length: perClass }, (_, i) => photos[i % photos.length]!)];
  return Array.from({ length: Math.floor(photos.length / perClass) }, (_, i) =>
    photos.slice(i * perClass, (i + 1) * perClass),
  );
}

/** Takes a batch's hands away from the classes; null when they are too few, or all of one class. */
function deal(classes: number[][][], count: number, random: Random): number[][] | null {
  const dealt: number[][] = [];
  while (dealt.length < count) {
    const left = random.shuffle(classes.filter((hands) => hands.length > 0));
    if (left.length === 0 || (dealt.length === 0 && left.length < 2)) return null;
    // Shuffled before: among classes with equally many left, chance decides.
    left.sort((a, b) => b.length - a.length);
    for (const hands of left.slice(0, count - dealt.length)) dealt.push(hands.pop()!);
  }
  return dealt;
}
