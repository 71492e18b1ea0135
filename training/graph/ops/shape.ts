/** Operations that move numbers and change none. */
import {
  type AnyTensor,
  type ElementType,
  type Shape,
  ShapeError,
  type Tensor,
  node,
  sameShape,
  sizeOf,
} from '../tensor.ts';
import type { Gradients } from './table.ts';

/** The same numbers, row by row, in another shape; one size may be -1, which stands for whatever fits. */
export function reshape<T extends ElementType>(x: Tensor<T>, shape: Shape): Tensor<T> {
  const known = sizeOf(shape.filter((size) => size !== -1));
  const full = shape.map((size) => (size === -1 ? x.size / known : size));
  if (sizeOf(full) !== x.size || full.some((size) => !Number.isInteger(size)))
    throw new ShapeError('reshape', [x], `its ${x.size} numbers do not fill [${shape.join(', ')}]`);
  return sameShape(x.shape, full) ? x : node('reshape', [x], {}, full, x.type);
}

/** Drops axes of size 1: the given ones, which count from the end when negative, or all. */
export function squeeze<T extends ElementType>(x: Tensor<T>, ...axes: readonly number[]): Tensor<T> {
  const dropped = axes.map((axis) => (axis < 0 ? axis + x.rank : axis));
  for (const axis of dropped)
    if (x.shape[axis] !== 1) throw new ShapeError('squeeze', [x], `axis ${axis} does not have size 1`);
  return reshape(
    x,
    x.shape.filter((size, axis) => (axes.length === 0 ? size !== 1 : !dropped.includes(axis))),
  );
}

/** Puts an axis of size 1 before the given one; -1 puts it last. */
export function unsqueeze<T extends ElementType>(x: Tensor<T>, axis: number): Tensor<T> {
  return reshape(x, x.shape.toSpliced(axis < 0 ? axis + x.rank + 1 : axis, 0, 1));
}

/** Reorders axes: axis i of the result is axis permutation[i] of x. Left out, the last two change places. */
export function transpose<T extends ElementType>(x: Tensor<T>, permutation?: readonly number[]): Tensor<T> {
  const axes = x.shape.map((_, axis) => axis);
  const order = permutation ?? [...axes.slice(0, -2), ...axes.slice(-2).toReversed()];
  if (
    !sameShape(
      order.toSorted((a, b) => a - b),
      axes,
    )
  )
    throw new ShapeError('transpose', [x], `[${order.join(', ')}] is not a permutation of its axes`);
  if (sameShape(order, axes)) return x;
  return node(
    'transpose',
    [x],
    { permutation: order },
    order.map((axis) => x.shape[axis]!),
    x.type,
  );
}

/**
 * A part of x along one axis.
 * @param start  first index taken; counts from the end when negative.
 * @param stop  index after the last; left out, to the end; counts from the end when negative.
 * @param step  every step-th, 1 or more.
 */
export function slice<T extends ElementType>(
  x: Tensor<T>,
  axis: number,
  start: number,
  stop?: number,
  step = 1,
): Tensor<T> {
  const at = axis < 0 ? axis + x.rank : axis;
  const size = x.shape[at];
  if (size === undefined) throw new ShapeError('slice', [x], `has no axis ${axis}`);
  const from = start < 0 ? start + size : start;
  const to = stop === undefined ? size : stop < 0 ? stop + size : stop;
  if (!(from >= 0 && from < to && to <= size && step >= 1))
    throw new ShapeError(
      'slice',
      [x],
      `${start} to ${stop ?? 'the end'} by ${step} is no part of size ${size}`,
    );
  if (from === 0 && to === size && step === 1) return x;
  return sliceNode(
    x,
    x.shape.map((_, i) => (i === at ? from : 0)),
    x.shape.map((_, i) => (i === at ? step : 1)),
    x.shape.toSpliced(at, 1, Math.ceil((to - from) / step)),
  );
}

function sliceNode<T extends ElementType>(
  x: Tensor<T>,
  starts: readonly number[],
  steps: readonly number[],
  shape: Shape,
): Tensor<T> {
  return node('slice', [x], { starts, steps }, shape, x.type);
}

/** Surrounds x with a value: `before` and `after` say how many places on each axis. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[], value = 0): Tensor {
  if (before.length !== x.rank || after.length !== x.rank || [...before, ...after].some((count) => count < 0))
    throw new ShapeError(
      'pad',
      [x],
      `cannot take [${before.join(', ')}] places before and [${after.join(', ')}] after`,
    );
  const shape = x.shape.map((size, axis) => before[axis]! + size + after[axis]!);
  return sameShape(shape, x.shape) ? x : node('pad', [x], { before, value }, shape, 'f32');
}

/** Joins tensors along an axis; all other sizes must agree. */
export function concat<T extends ElementType>(parts: readonly Tensor<T>[], axis: number): Tensor<T> {
  const [first] = parts;
  if (!first) throw new RangeError('concat: nothing to join');
  const at = axis < 0 ? axis + first.rank : axis;
  const fits = parts.every(
    (part) =>
      part.type === first.type &&
      part.rank === first.rank &&
      part.shape.every((size, i) => i === at || size === first.shape[i]),
  );
  if (!fits || !(at >= 0 && at < first.rank))
    throw new ShapeError('concat', parts, `sizes and types must agree on every axis but ${axis}`);
  if (parts.length === 1) return first;
  const total = parts.reduce((sum, part) => sum + part.shape[at]!, 0);
  return node('concat', parts, { axis: at }, first.shape.toSpliced(at, 1, total), first.type);
}

/** Puts equal shapes on top of each other along a new first axis. */
export const stack = <T extends ElementType>(parts: readonly Tensor<T>[]) =>
  concat(
    parts.map((part) => unsqueeze(part, 0)),
    0,
  );

/** Puts the numbers of a strided slice back in their places, zeros elsewhere. */
function unslice(g: Tensor, starts: readonly number[], steps: readonly number[], shape: Shape): Tensor {
  let spread = g;
  for (const [axis, step] of steps.entries()) {
    if (step === 1) continue;
    const joined = spreadOut(spread, axis, step);
    // The zeros behind the last number may reach over the end.
    const reach = Math.min(joined.shape[axis]!, shape[axis]! - starts[axis]!);
    spread = slice(joined, axis, 0, reach);
  }
  return pad(
    spread,
    starts,
    shape.map((size, axis) => size - starts[axis]! - spread.shape[axis]!),
  );
}

/**
 * Along an axis, every number followed by step - 1 zeros: as [n, 1] padded to [n, step], which needs no operation of its
 * own. Along the last axis the zeros come as rows, [1, n] padded to [step, n], and are turned in between: engines move
 * rows, but pad number by number (on the CPU, 4 million numbers: 75 ms, 15 ms).
 */
function spreadOut(x: Tensor, axis: number, step: number): Tensor {
  const last = axis === x.rank - 1;
  const split = reshape(x, x.shape.toSpliced(last ? axis : axis + 1, 0, 1));
  const zeros = split.shape.map(() => 0);
  const room = pad(split, zeros, zeros.with(last ? axis : axis + 1, step - 1));
  return reshape(last ? transpose(room) : room, x.shape.with(axis, x.shape[axis]! * step));
}

export const shapeGradients = {
  reshape: (g, { inputs: [x] }) => [reshape(g, x.shape)],
  transpose: (g, { attributes: { permutation } }) => [
    transpose(
      g,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  slice: (g, { inputs: [x], attributes: { starts, steps } }) => [unslice(g, starts, steps, x.shape)],
  pad: (g, { inputs: [x], attributes: { before } }) => [
    sliceNode(
      g,
      before,
      before.map(() => 1),
      x.shape,
    ),
  ],
  concat: (g, { inputs, attributes: { axis } }) => {
    let start = 0;
    return inputs.map((part: AnyTensor) => {
      const size = part.shape[axis]!;
      start += size;
      return slice(g, axis, start - size, start);
    });
  },
} satisfies Partial<Gradients>;
