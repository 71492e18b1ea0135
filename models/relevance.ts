/** Cosine similarity → how likely a person would call it a match. Fitted by scripts/calibrate-encoder.ts. */
import type { Calibration } from './card.ts';

/**
 * 1 / (1 + exp(-(bias + weight · similarity))), rising with the similarity, so it never changes an order.
 * @param calibration  `text` of a card for words → photo on `embedding`, `likeness` for photo → photo on `features`.
 * @param similarity  cosine, -1..1.
 * @returns 0..1. From 0.5 on a match is likelier than none, where one photo in twenty of the library shows what is
 *   asked for (the prior of the fit).
 *
 * How a similarity stands among the others of its query (mean, deviation) is left out on purpose: the best of a
 * library stands about 3 deviations above the mean whether or not the thing asked for is there at all.
 */
export function relevance({ bias, weight }: Calibration, similarity: number): number {
  return 1 / (1 + Math.exp(-(bias + weight * similarity)));
}

/** The similarity whose relevance it is. @param likely  a relevance, between 0 and 1. */
export function similarityAt({ bias, weight }: Calibration, likely: number): number {
  return (Math.log(likely / (1 - likely)) - bias) / weight;
}
