import { add, where } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { broadcast, mean } from '../graph/ops/reduce.ts';
import { concat, reshape, slice, squeeze, transpose, unsqueeze } from '../graph/ops/shape.ts';
import { ShapeError, type Tensor, constant } from '../graph/tensor.ts';
import type { Adapter } from './adapter.ts';
import type { PatchEncoder } from './encoder.ts';
import { linear } from './linear.ts';
import { resampleMatrix } from './resample.ts';
import { transformer } from './transformer.ts';
import { type Weights, truncatedNormal, zeros } from './weights.ts';

export interface VitOptions {
  /** Side of the square image that positions are learned for, a multiple of `patch`. */
  readonly side: number;
  readonly patch: number;
  readonly dim: number;
  readonly depth: number;
  readonly heads: number;
  /** What stands for the whole image: the class token, or the mean of the patches (then there is no class token). */
  readonly pool: 'class' | 'mean';
  /** Tokens that belong to no patch and are thrown away: Darcet et al. 2024, arXiv 2309.16588. None when left out. */
  readonly registers?: number;
  readonly adapter?: Adapter;
}

/** Sizes from Touvron et al. 2021 (DeiT), table 1, arXiv 2012.12877. */
export const vitSizes = {
  tiny: { dim: 192, depth: 12, heads: 3 },
  small: { dim: 384, depth: 12, heads: 6 },
} as const;

/** Vision transformer: Dosovitskiy et al. 2021, arXiv 2010.11929. */
export function vit(at: Weights, options: VitOptions): PatchEncoder {
  const { side, patch, dim, pool, registers = 0 } = options;
  const init = truncatedNormal(0.02);
  const grid = side / patch;
  const embed = linear(at.in('patch'), 3 * patch * patch, dim, { init });
  const extra = (pool === 'class' ? 1 : 0) + registers;
  const free = extra > 0 ? at.parameter('tokens', [1, extra, dim], init) : null;
  const position = at.parameter('position', [1, grid * grid, dim], init);
  const hidden = at.parameter('hidden', [1, 1, dim], zeros);
  const body = transformer(at, options);

  function tokens(images: Tensor, pass: Parameters<PatchEncoder['encode']>[1], mask?: Tensor<'bool'>) {
    const seen = embed(patches(images, patch), pass); // [B, P, dim]
    const shown = mask ? where(unsqueeze(mask, -1), hidden, seen) : seen;
    const placed = add(shown, positionsFor(position, grid, images.shape[2]! / patch));
    const batch = images.shape[0]!;
    const all = free ? concat([broadcast(free, [batch, extra, dim]), placed], 1) : placed;
    const done = body(all, pass);
    const own = extra > 0 ? slice(done, 1, extra) : done;
    return { whole: squeeze(pool === 'class' ? slice(done, 1, 0, 1) : mean(own, 1), 1), patches: own };
  }

  return { dim, tokens, encode: (images, pass) => tokens(images, pass).whole };
}

/**
 * Images [B, 3, S, S] → [B, (S/patch)², 3 · patch²]: each patch's pixels as a row, in the order in which a convolution of
 * that size and stride would read them. Reshaping and one product are faster than that convolution, forwards and back.
 */
export function patches(images: Tensor, patch: number): Tensor {
  const [batch, channels, height, width] = images.shape as readonly [number, number, number, number];
  if (images.rank !== 4 || height % patch !== 0 || width % patch !== 0)
    throw new ShapeError('patches', [images], `is no image whose sides ${patch} divides`);
  const [rows, columns] = [height / patch, width / patch];
  const tiles = transpose(
    reshape(images, [batch, channels, rows, patch, columns, patch]),
    [0, 2, 4, 1, 3, 5],
  );
  return reshape(tiles, [batch, rows * columns, channels * patch * patch]);
}

/** Positions learned on one grid, [1, from², dim], interpolated for another: smaller crops see the same places. */
function positionsFor(position: Tensor, from: number, to: number): Tensor {
  if (from === to) return position;
  const one = resampleMatrix(from, to);
  // Both axes at once: (row, column) of the new grid by (row, column) of the old one.
  const both = Float64Array.from({ length: to * to * from * from }, (_, at) => {
    const [target, source] = [Math.floor(at / (from * from)), at % (from * from)];
    const rows = one[Math.floor(target / to) * from + Math.floor(source / from)]!;
    return rows * one[(target % to) * from + (source % from)]!;
  });
  return unsqueeze(matmul(constant(both, [to * to, from * from]), squeeze(position, 0)), 0);
}
