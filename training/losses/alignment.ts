import { add, exp, log, mul, relu, sub, where } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { mean, sum, sumOfSquares } from '../graph/ops/reduce.ts';
import { transpose } from '../graph/ops/shape.ts';
import { ShapeError, type Tensor } from '../graph/tensor.ts';
import { diagonal } from './cross-entropy.ts';
import { sameRows } from './refuse.ts';
import { squaredDistance, unit } from '../graph/ops/length.ts';

/**
 * How near the views of one photo lie: mean squared distance of unit vectors, 0 (the same) to 4 (opposite).
 * @param first  [B, D]. @param second  [B, D].
 * Source: Wang, Isola 2020, §4.1 with alpha 2, arXiv 2005.10242.
 */
export function alignment(first: Tensor, second: Tensor) {
  sameRows('alignment', first, second);
  return { loss: mean(squaredDistance(unit(first), unit(second))) };
}

/**
 * How evenly different photos cover the sphere: log of the mean of exp(-2 d²) over distinct pairs; 0 when collapsed,
 * about -3.5 to -4 when spread out in many dimensions.
 * @param x  [B, D], B of 2 or more, one embedding a photo. Cost: two [B, B] matrices.
 * Source: Wang, Isola 2020, §4.1 with t 2, arXiv 2005.10242; distinct pairs, as in its code.
 */
export function uniformity(x: Tensor) {
  const count = x.shape[0]!;
  if (x.rank !== 2 || count < 2)
    throw new ShapeError('uniformity', [x], 'takes two or more embeddings, [B, D]');
  const z = unit(x);
  const lengths = sumOfSquares(z, -1);
  const squares = relu(sub(add(lengths, transpose(lengths)), mul(matmul(z, z, { transposeB: true }), 2)));
  const total = sum(where(diagonal(count), 0, exp(mul(squares, -2))));
  return { loss: log(mul(total, 1 / (count * (count - 1)))) };
}
