import { add, cast, greater, relu, softplus, sub } from '../graph/ops/elementwise.ts';
import { mean } from '../graph/ops/reduce.ts';
import type { Tensor } from '../graph/tensor.ts';
import { sameRows } from './refuse.ts';
import { distance, squaredDistance, unit } from '../graph/ops/length.ts';

export interface TripletOptions {
  /** How much farther the negative must be than the positive; `soft` is softplus, which never quite lets go. */
  readonly margin: number | 'soft';
  /** Squared Euclidean distance, as in FaceNet, or plain, as Hermans et al. prefer. */
  readonly squared: boolean;
  /** Rows are made unit length first. */
  readonly normalize: boolean;
}

/**
 * Triplet loss: the positive is to be nearer to the anchor than the negative, by a margin.
 * @param anchor  [B, D]. @param positive  [B, D], of the same person as the anchor. @param negative  [B, D], of another.
 * @returns `loss`, mean over B; `perTriplet` [B]; `active`, the share of triplets that still cost something.
 * @throws ShapeError when the shapes differ.
 * Source: Schroff, Kalenichenko, Philbin 2015 (FaceNet), equations 1-3, arXiv 1503.03832.
 */
export function triplet(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  { margin, squared, normalize }: TripletOptions,
) {
  sameRows('triplet', anchor, positive, negative);
  const [a, p, n] = (
    normalize ? [unit(anchor), unit(positive), unit(negative)] : [anchor, positive, negative]
  ) as [Tensor, Tensor, Tensor];
  const between = squared ? squaredDistance : distance;
  return tripletOfDistances(between(a, p), between(a, n), margin);
}

/** The same when the distances to positive and negative are at hand, [B] each. */
export function tripletOfDistances(positive: Tensor, negative: Tensor, margin: TripletOptions['margin']) {
  const perTriplet = hinge(sub(positive, negative), margin);
  return { loss: mean(perTriplet), perTriplet, active: mean(cast(greater(perTriplet, 0), 'f32')) };
}

/** max(0, difference + margin), or softplus(difference). */
export function hinge(difference: Tensor, margin: TripletOptions['margin']): Tensor {
  return margin === 'soft' ? softplus(difference) : relu(add(difference, margin));
}
