/**
 * Sums, largest values and broadcasting. A reduced axis stays with size 1, so that the result can be broadcast back:
 * sum and broadcast are each other's gradient. `squeeze` in shape.ts drops such axes.
 */
import { type Shape, ShapeError, type Tensor, constant, node, sameShape } from '../tensor.ts';
import { broadcastShape, cast, div, equal, floating, mul, square, sub } from './elementwise.ts';
import type { Gradients } from './table.ts';

/** Axes count from 0, or from the end with -1. Left out, everything is reduced to a single number of shape []. */
type Axes = number | readonly number[];

function reduction(op: 'sum' | 'sumOfSquares' | 'max', x: Tensor, given: Axes | undefined): Tensor {
  const axes = axesOf(op, floating(op, x), given);
  if (axes.length === 0) return op === 'sumOfSquares' ? square(x) : x;
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const reduced = node(op, [x], { axes }, shape, 'f32');
  return given === undefined ? node('reshape', [reduced], {}, [], 'f32') : reduced;
}

function axesOf(op: string, x: Tensor, given: Axes | undefined): readonly number[] {
  const list =
    given === undefined ? x.shape.map((_, axis) => axis) : typeof given === 'number' ? [given] : given;
  const axes = list.map((axis) => (axis < 0 ? axis + x.rank : axis)).sort((a, b) => a - b);
  if (axes.some((axis, i) => !(axis >= 0 && axis < x.rank) || axis === axes[i - 1]))
    throw new ShapeError(op, [x], `axes ${list.join(', ')} are not distinct axes of rank ${x.rank}`);
  return axes;
}

export const sum = (x: Tensor, axes?: Axes) => reduction('sum', x, axes);
/** Sum of x², in one pass. */
export const sumOfSquares = (x: Tensor, axes?: Axes) => reduction('sumOfSquares', x, axes);
/** The largest value; equal ones share the gradient in equal parts. */
export const max = (x: Tensor, axes?: Axes) => reduction('max', x, axes);

export function mean(x: Tensor, axes?: Axes): Tensor {
  const total = sum(x, axes);
  return div(total, x.size / total.size);
}

/** Mean of the squared distances from the mean (divided by the count, not by one less), from centred values. */
export function variance(x: Tensor, axes?: Axes): Tensor {
  const squares = sumOfSquares(sub(x, mean(x, axes)), axes);
  return div(squares, x.size / squares.size);
}

/** Repeats axes of size 1, and puts new ones in front, until the shape is reached. */
export function broadcast(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShape('broadcast', [x], [x.shape, shape]), shape))
    throw new ShapeError('broadcast', [x], `cannot become [${shape.join(', ')}]`);
  return node('broadcast', [x], {}, shape, 'f32');
}

/** A tensor of one value. */
export const filled = (value: number, shape: Shape) => broadcast(constant(value), shape);

/** The inverse of broadcasting: sums over every axis that broadcasting to x's shape had repeated or put in front. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const added = x.rank - shape.length;
  const repeated = x.shape.flatMap((size, axis) =>
    axis < added || (size > 1 && shape[axis - added] === 1) ? [axis] : [],
  );
  const total = sum(x, repeated);
  return sameShape(total.shape, shape) ? total : node('reshape', [total], {}, shape, 'f32');
}

export const reduceGradients = {
  sum: (g, { inputs: [x] }) => [broadcast(g, x.shape)],
  sumOfSquares: (g, { inputs: [x] }) => [mul(x, mul(g, 2))],
  max: (g, y) => {
    const [x] = y.inputs;
    const largest = cast(equal(x, y), 'f32');
    return [mul(largest, div(g, sum(largest, y.attributes.axes)))];
  },
  broadcast: (g, { inputs: [x] }) => [sumTo(g, x.shape)],
} satisfies Partial<Gradients>;
