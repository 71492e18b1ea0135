import { add, stopGradient } from '../graph/ops/elementwise.ts';
import { mean } from '../graph/ops/reduce.ts';
import type { Tensor } from '../graph/tensor.ts';
import { sameRows } from './refuse.ts';
import { squaredDistance, unit } from '../graph/ops/length.ts';

/** Two embeddings of each photo, one for either view, [B, P] each. */
export type TwoViews = readonly [Tensor, Tensor];

/**
 * BYOL: each view's prediction is to be what the target network makes of the other view. No negatives.
 * @param predictions  of the trained network. @param targets  projections of the target network; no gradient reaches them.
 * @returns `loss`, mean over B, 0 to 8: ||p1 - z2'||² + ||p2 - z1'||² of unit vectors. 0 is also what a collapsed network
 *   gets, so a low loss proves nothing; `perPhoto` [B].
 * @throws ShapeError when the shapes differ. Source: Grill et al. 2020 (BYOL), equation 2, arXiv 2006.07733.
 */
export function byol([p1, p2]: TwoViews, [z1, z2]: TwoViews) {
  sameRows('byol', p1, p2, z1, z2);
  const perPhoto = add(
    squaredDistance(unit(p1), stopGradient(unit(z2))),
    squaredDistance(unit(p2), stopGradient(unit(z1))),
  );
  return { loss: mean(perPhoto), perPhoto };
}
