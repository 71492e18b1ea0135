import { mul, stopGradient, sub } from '../graph/ops/elementwise.ts';
import { mean, sum } from '../graph/ops/reduce.ts';
import type { Tensor } from '../graph/tensor.ts';
import { sameRows } from './refuse.ts';
import { unit } from '../graph/ops/length.ts';

/**
 * Feature distillation: holds a network's features near those of another, so that what was learnt before is kept.
 * @param features  [B, D], of the trained network. @param kept  [B, D], of the one it began as; no gradient reaches them.
 * @returns `loss`, mean over B of 1 - cosine: 0 for the same directions, 2 for opposite ones.
 * @throws ShapeError when the shapes differ. Source: the cosine form of Romero et al. 2015 (FitNets), arXiv 1412.6550.
 */
export function distillation(features: Tensor, kept: Tensor) {
  sameRows('distillation', features, kept);
  return { loss: mean(sub(1, sum(mul(unit(features), stopGradient(unit(kept))), -1))) };
}
