import { mul, stopGradient, sub } from '../graph/ops/elementwise.ts';
import { mean, sum } from '../graph/ops/reduce.ts';
import { squeeze } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { TwoViews } from './byol.ts';
import { sameRows } from './refuse.ts';
import { unit } from '../graph/ops/length.ts';

/**
 * SimSiam: each view's prediction is to point where the other view's projection points; the projection is held still.
 * @returns `loss`, mean over B, -1 to 1: -(cos(p1, z2) + cos(p2, z1))/2; `perPhoto` [B].
 * @throws ShapeError when the shapes differ. Source: Chen, He 2021 (SimSiam), equations 1-4, arXiv 2011.10566.
 */
export function simsiam([p1, p2]: TwoViews, [z1, z2]: TwoViews) {
  sameRows('simsiam', p1, p2, z1, z2);
  const perPhoto = sub(mul(towards(p1, z2), -0.5), mul(towards(p2, z1), 0.5));
  return { loss: mean(perPhoto), perPhoto };
}

const towards = (p: Tensor, z: Tensor) => squeeze(sum(mul(unit(p), stopGradient(unit(z))), -1), -1);
