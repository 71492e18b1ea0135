/** Which of some words each photo shows: the encoder's likeness of word and photo, read against the library itself. */
import type { Calibration } from '../../models/card.ts';
import { relevance } from '../../models/relevance.ts';

/** From here on a photo is likelier to show it than not. */
const shows = 0.5;
/**
 * How far a word may be moved. Some words are near every photo, whatever it shows, and others near none; but a library of one dog is
 * near «dog» by right.
 */
const mostMoved = 0.12;

/** Things that most libraries show somewhere: how near they are on average is how near a word is that says nothing. */
export const everydayThings: readonly string[] = (
  'dog,cat,person,beach,mountain,food,car,house,tree,flower,street,water,sky,snow,night,party,child,boat,bird,bicycle,horse,sports,' +
  'computer,book,sign,toy,garden,sunset'
).split(',');

/** Photos by their vectors: row i is one photo's. */
export interface SeenPhotos {
  /** [N, D], unit. */
  readonly rows: Float32Array;
  readonly dim: number;
}

export interface Tag {
  /** Place of the label. */
  readonly label: number;
  /** 0.5 to 1. */
  readonly score: number;
}

/**
 * @param labels  one unit vector [D] each. @param everyday  the same of everydayThings.
 * @returns for each photo what it shows, the likeliest first; none is an answer.
 * Cost: N × D for each word: half a second for 100,000 photos and ten words at D = 256.
 */
export function tagsOf(
  photos: SeenPhotos,
  labels: readonly Float32Array[],
  everyday: readonly Float32Array[],
  calibration: Calibration,
): Tag[][] {
  const count = photos.rows.length / photos.dim;
  const typical = everyday.reduce((sum, word) => sum + mean(cosinesOf(photos, word)), 0) / everyday.length;
  const tags: Tag[][] = Array.from({ length: count }, () => []);
  for (const [label, word] of labels.entries()) {
    const cosines = cosinesOf(photos, word);
    const moved = Math.max(-mostMoved, Math.min(mostMoved, mean(cosines) - typical));
    for (let at = 0; at < count; at++) {
      const score = relevance(calibration, cosines[at]! - moved);
      if (score >= shows) tags[at]!.push({ label, score });
    }
  }
  for (const own of tags) own.sort((a, b) => b.score - a.score || a.label - b.label);
  return tags;
}

function cosinesOf({ rows, dim }: SeenPhotos, word: Float32Array): Float32Array {
  const cosines = new Float32Array(rows.length / dim);
  for (let at = 0; at < cosines.length; at++) {
    let sum = 0;
    for (let d = 0, from = at * dim; d < dim; d++) sum += rows[from + d]! * word[d]!;
    cosines[at] = sum;
  }
  return cosines;
}

function mean(cosines: Float32Array): number {
  return cosines.length === 0 ? 0 : cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
}
