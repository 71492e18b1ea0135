import { add, div, mul, sqrt, square, sub, where } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { mean, sum, variance } from '../graph/ops/reduce.ts';
import type { Tensor } from '../graph/tensor.ts';
import { diagonal } from './cross-entropy.ts';
import { sameRows } from './refuse.ts';

export interface BarlowTwinsOptions {
  /** Weight of the off-diagonal terms; 0.0051 as in the code, for the paper's 0.005. */
  readonly offDiagonal?: number;
  readonly epsilon?: number;
}

/**
 * Barlow Twins: over the batch, each dimension of view 1 is to agree with itself in view 2 and with no other.
 * @param first  [B, D], as the projector gives them. @param second  [B, D].
 * @returns `loss`: Σ (1 - C_ii)² + weight · Σ C_ij²; `correlation` [D, D]. D at collapse, and for a batch of one.
 * @throws ShapeError when the shapes differ. Cost: one [D, D] matrix, 256 MiB at D = 8192.
 * Source: Zbontar et al. 2021 (Barlow Twins), equations 1-2, arXiv 2103.03230; normalised as its code does, by batch norm
 * with the biased variance.
 */
export function barlowTwins(
  first: Tensor,
  second: Tensor,
  { offDiagonal = 0.0051, epsilon = 1e-5 }: BarlowTwinsOptions = {},
) {
  sameRows('barlowTwins', first, second);
  const [count, dim] = first.shape as readonly [number, number];
  const standard = (z: Tensor) => div(sub(z, mean(z, 0)), sqrt(add(variance(z, 0), epsilon)));
  const correlation = mul(matmul(standard(first), standard(second), { transposeA: true }), 1 / count);
  const own = diagonal(dim);
  const onDiagonalTerm = sum(where(own, square(sub(correlation, 1)), 0));
  const offDiagonalTerm = sum(where(own, 0, square(correlation)));
  return {
    loss: add(onDiagonalTerm, mul(offDiagonalTerm, offDiagonal)),
    onDiagonal: onDiagonalTerm,
    offDiagonal: offDiagonalTerm,
    correlation,
  };
}
