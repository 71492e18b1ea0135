import type { Feeds } from '../engines/engine.ts';
import { Random } from '../random.ts';
import { adapterInputs } from './adapter-step.ts';
import type { LibraryWords } from './library-words.ts';
import type { ViewFeatures } from './view-features.ts';
import { viewPlaces } from './view-pixels.ts';

export interface TextSource {
  readonly embedding: ViewFeatures;
  readonly words: LibraryWords;
  /** [N]: photos of one group are never each other's negatives. */
  readonly groups: Int32Array;
}

/** How often the photo is seen as it is: words are compared with whole photos. */
const wholeShare = 0.5;

/**
 * A view and a text for each photo of a batch. What is drawn depends on seed, epoch and photo alone.
 * @param photos  rows, 0..N-1, each with a text.
 */
export function drawTexts(
  { embedding, words, groups }: TextSource,
  photos: Int32Array,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): Feeds {
  const { views, dim, values } = embedding;
  const [first, text] = [new Float32Array(photos.length * dim), new Float32Array(photos.length * dim)];
  const chosen: number[] = [];
  for (const [i, photo] of photos.entries()) {
    const random = new Random(seed, 'text', epoch, photo);
    const view = random.uniform() < wholeShare ? viewPlaces.whole : random.integer(views);
    const own = words.ofPhoto[photo]!;
    const drawn = own[random.integer(own.length)]!;
    chosen.push(drawn);
    first.set(values.subarray((photo * views + view) * dim).subarray(0, dim), i * dim);
    text.set(words.vectors.values.subarray(drawn * dim, (drawn + 1) * dim), i * dim);
  }
  return {
    [adapterInputs.first]: first,
    [adapterInputs.text]: text,
    [adapterInputs.ids]: sharedIds(photos, chosen, words.ofPhoto, groups),
  };
}

/**
 * Equal numbers for photos that are no negatives of each other: of one group, or where the text drawn for one is written about
 * the other too.
 */
export function sharedIds(
  photos: Int32Array,
  chosen: readonly number[],
  ofPhoto: readonly (readonly number[])[],
  groups: Int32Array,
): Int32Array {
  const ids = Int32Array.from(photos.keys());
  const find = (i: number): number => (ids[i] === i ? i : (ids[i] = find(ids[i]!)));
  const join = (i: number, j: number) => {
    const [a, b] = [find(i), find(j)];
    ids[Math.max(a, b)] = Math.min(a, b);
  };
  const drawn = new Map<number, number>();
  for (const [i, text] of chosen.entries()) {
    const known = drawn.get(text);
    if (known === undefined) drawn.set(text, i);
    else join(known, i);
  }
  const firstOfGroup = new Map<number, number>();
  for (const [i, photo] of photos.entries()) {
    for (const text of ofPhoto[photo]!) {
      const known = drawn.get(text);
      if (known !== undefined) join(known, i);
    }
    const known = firstOfGroup.get(groups[photo]!);
    if (known === undefined) firstOfGroup.set(groups[photo]!, i);
    else join(known, i);
  }
  return ids.map((_, i) => find(i));
}
