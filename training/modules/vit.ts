import { add } from '../graph/ops/elementwise.ts';
import { broadcast, mean } from '../graph/ops/reduce.ts';
import { concat, reshape, slice, squeeze, transpose } from '../graph/ops/shape.ts';
import { ShapeError, type Tensor } from '../graph/tensor.ts';
import { transformerBlock } from './attention.ts';
import { layerNorm } from './layer-norm.ts';
import { linear } from './linear.ts';
import { type Pass, type Weights, truncatedNormal } from './weights.ts';

export interface VitOptions {
  /** Side of the square image, a multiple of `patch`. */
  readonly side: number;
  readonly patch: number;
  readonly dim: number;
  readonly depth: number;
  readonly heads: number;
}

/** Images [B, 3, S, S] → [B, (S/patch)², 3 · patch²]: each patch's pixels as a row, as a convolution of that stride reads them. */
export function patches(images: Tensor, patch: number): Tensor {
  const [batch, channels, height, width] = images.shape as readonly [number, number, number, number];
  if (height % patch !== 0 || width % patch !== 0)
    throw new ShapeError('patches', [images], `${patch} does not divide its sides`);
  const [rows, columns] = [height / patch, width / patch];
  const tiles = transpose(
    reshape(images, [batch, channels, rows, patch, columns, patch]),
    [0, 2, 4, 1, 3, 5],
  );
  return reshape(tiles, [batch, rows * columns, channels * patch * patch]);
}

/** Vision transformer: Dosovitskiy et al. 2021, arXiv 2010.11929. Images [B, 3, S, S] → [B, dim], the mean of the tokens. */
export function vit(
  at: Weights,
  { side, patch, dim, depth, heads }: VitOptions,
): (x: Tensor, pass: Pass) => Tensor {
  const init = truncatedNormal(0.02);
  const count = (side / patch) ** 2;
  const embed = linear(at.in('patch'), 3 * patch * patch, dim, { init });
  const cls = at.parameter('class', [1, 1, dim], init);
  const position = at.parameter('position', [1, count + 1, dim], init);
  const blocks = Array.from({ length: depth }, (_, i) => transformerBlock(at.in(`block${i}`), dim, heads));
  const norm = layerNorm(at.in('norm'), dim);
  return (images, pass) => {
    const tokens = concat(
      [broadcast(cls, [images.shape[0]!, 1, dim]), embed(patches(images, patch), pass)],
      1,
    );
    const seen = blocks.reduce((x, block) => block(x, pass), add(tokens, position));
    const done = norm(seen, pass);
    return squeeze(mean(slice(done, 1, 1), 1), 1);
  };
}
