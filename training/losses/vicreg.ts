import { add, div, mul, relu, sqrt, square, sub, where } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { mean, sum, sumOfSquares } from '../graph/ops/reduce.ts';
import type { Tensor } from '../graph/tensor.ts';
import { diagonal } from './cross-entropy.ts';
import { positiveNumber, sameRows } from './refuse.ts';

/** The weights of the three terms and the deviation asked for; the paper's are the defaults. */
export interface VicregOptions {
  readonly invariance?: number;
  readonly variance?: number;
  readonly covariance?: number;
  /** Deviation below which a dimension costs something. */
  readonly spread?: number;
  readonly epsilon?: number;
}

/**
 * VICReg: views agree (invariance), every dimension stays spread out (variance), no two say the same (covariance).
 * @param first  [B, D], as the expander gives them, not normalised. @param second  [B, D].
 * @returns `loss` and its terms before weighting. At exact collapse the variance term has no gradient: start from noise.
 * @throws ShapeError when the shapes differ; RangeError for a batch of one. Cost: two [D, D] matrices.
 * Source: Bardes, Ponce, LeCun 2022 (VICReg), equations 1-6, arXiv 2105.04906; the mean over D in the invariance and half
 * of the variance term as in main_vicreg.py, which its weights 25, 25, 1 belong to.
 */
export function vicreg(first: Tensor, second: Tensor, options: VicregOptions = {}) {
  const { invariance = 25, variance = 25, covariance = 1, spread = 1, epsilon = 1e-4 } = options;
  sameRows('vicreg', first, second);
  const [count, dim] = first.shape as readonly [number, number];
  positiveNumber('vicreg', 'the batch less one', count - 1);
  const terms = {
    invariance: mean(square(sub(first, second))),
    variance: mul(add(hinge(first), hinge(second)), 0.5),
    covariance: add(offDiagonal(first), offDiagonal(second)),
  };
  const loss = add(
    add(mul(terms.invariance, invariance), mul(terms.variance, variance)),
    mul(terms.covariance, covariance),
  );
  return { loss, ...terms };

  function hinge(z: Tensor): Tensor {
    const deviation = sqrt(add(div(sumOfSquares(centred(z), 0), count - 1), epsilon));
    return mean(relu(sub(spread, deviation)));
  }

  /** Squared covariances of different dimensions, over D. */
  function offDiagonal(z: Tensor): Tensor {
    const matrix = div(matmul(centred(z), centred(z), { transposeA: true }), count - 1);
    return div(sum(where(diagonal(dim), 0, square(matrix))), dim);
  }
}

const centred = (z: Tensor) => sub(z, mean(z, 0));
