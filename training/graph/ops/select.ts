/** Choosing by index: rows of a table, the best of a row. Choices carry no gradient, what is chosen does. */
import { type Shape, ShapeError, type Tensor, constant, integers, node, sameShape } from '../tensor.ts';
import { cast, equal, floating, neg, where } from './elementwise.ts';
import { filled, max, sum } from './reduce.ts';
import { concat, reshape, squeeze, unsqueeze } from './shape.ts';
import { masked } from './softmax.ts';
import type { Gradients } from './table.ts';

/** Rows of x [R, ...] by index: [...indices, ...]. An index outside 0..R-1 is undefined. */
export function gather(x: Tensor, indices: Tensor<'i32'>): Tensor {
  if (x.rank === 0) throw new ShapeError('gather', [x, indices], 'a scalar has no rows');
  return node('gather', [floating('gather', x), indices], {}, [...indices.shape, ...x.shape.slice(1)], 'f32');
}

/**
 * x [R, ...] with `rows` [N, ...] put at `indices` [N], or added there.
 * @param duplicates  `replace` needs distinct indices; `add` sums rows that meet.
 */
export function scatter(
  x: Tensor,
  indices: Tensor<'i32'>,
  rows: Tensor,
  duplicates: 'add' | 'replace',
): Tensor {
  if (indices.rank !== 1 || !sameShape(rows.shape, [indices.size, ...x.shape.slice(1)]))
    throw new ShapeError('scatter', [x, indices, rows], 'takes N indices and N rows of x');
  return node(
    'scatter',
    [floating('scatter', x), indices, floating('scatter', rows)],
    { duplicates },
    x.shape,
    'f32',
  );
}

/**
 * Index of the largest value along the last axis, which is dropped; equal ones by lowest index.
 * Spelled with max, because ONNX's ArgMax and TopK give 64-bit indices, which WebGPU has none of.
 */
export function argMax(x: Tensor): Tensor<'i32'> {
  const size = x.shape.at(-1);
  if (!size) throw new ShapeError('argMax', [x], 'has no last axis');
  const places = constant(Float64Array.from({ length: size }, (_, i) => -i));
  return cast(neg(squeeze(max(where(equal(x, max(x, -1)), places, -size), -1), -1)), 'i32');
}

/** Indices of the `count` largest values along the last axis, best first. Costs a few passes over x for each. */
export function topK(x: Tensor, count: number): Tensor<'i32'> {
  const size = x.shape.at(-1);
  if (size === undefined || !(count >= 1 && count <= size))
    throw new ShapeError('topK', [x], `has no ${count} values along its last axis`);
  const found: Tensor<'i32'>[] = [];
  for (let rest = x; found.length < count; rest = where(at(found.at(-1)!, size), masked, rest))
    found.push(argMax(rest));
  return concat(
    found.map((index) => unsqueeze(index, -1)),
    -1,
  );
}

/** 0, 1, 2, … as indices. */
export const range = (count: number, shape: Shape = [count]) =>
  integers(
    Array.from({ length: count }, (_, i) => i),
    shape,
  );

/** True at the index: [...] → [..., size]. */
export function at(indices: Tensor<'i32'>, size: number): Tensor<'bool'> {
  return equal(unsqueeze(indices, -1), range(size));
}

/** 1 at the index, 0 elsewhere: [...] → [..., size]. */
export const oneHot = (indices: Tensor<'i32'>, size: number) => cast(at(indices, size), 'f32');

/** One value of each row: x [..., K] at `indices` [...]. Costs a pass over x, and needs no scatter for its gradient. */
export function pick(x: Tensor, indices: Tensor<'i32'>): Tensor {
  return squeeze(sum(where(at(indices, x.shape.at(-1)!), x, 0), -1), -1);
}

export const selectGradients = {
  gather: (g, { inputs: [x, indices] }) => {
    const flat = reshape(indices as unknown as Tensor<'i32'>, [-1]);
    const rows = reshape(g, [flat.size, ...x.shape.slice(1)]);
    return [scatter(filled(0, x.shape), flat, rows, 'add'), null];
  },
  scatter: (g, { inputs: [, indices, rows], attributes: { duplicates } }) => {
    const index = indices as unknown as Tensor<'i32'>;
    return [
      duplicates === 'add' ? g : scatter(g, index, filled(0, rows.shape), 'replace'),
      null,
      gather(g, index),
    ];
  },
} satisfies Partial<Gradients>;
