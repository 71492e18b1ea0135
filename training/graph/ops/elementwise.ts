/**
 * Operations that treat every number alike. Operands of different shapes are broadcast as in NumPy: aligned at the
 * last axis, sizes equal or 1. The gradients here have the result's shape; `gradient.ts` undoes the broadcasting.
 */
import {
  type AnyTensor,
  type ElementType,
  type Shape,
  ShapeError,
  type Tensor,
  constant,
  node,
} from '../tensor.ts';
import type { Gradients } from './table.ts';

/** A float tensor, or a plain number. */
export type Operand = Tensor | number;

/** The shape that results when these are broadcast against each other; or when these shapes, belonging to them, are. */
export function broadcastShape(
  op: string,
  tensors: readonly AnyTensor[],
  shapes: readonly Shape[] = tensors.map(({ shape }) => shape),
): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((each) => each !== 1) ?? 1;
    if (sizes.some((each) => each !== 1 && each !== size))
      throw new ShapeError(
        op,
        tensors,
        `sizes ${sizes.join(' and ')} at axis ${axis - rank} are neither equal nor 1`,
      );
    return size;
  });
}

const tensorOf = (operand: Operand): Tensor => (typeof operand === 'number' ? constant(operand) : operand);

function binary(op: 'add' | 'sub' | 'mul' | 'div' | 'maximum', a: Operand, b: Operand): Tensor {
  const operands = [floating(op, tensorOf(a)), floating(op, tensorOf(b))] as const;
  return node(op, operands, {}, broadcastShape(op, operands), 'f32');
}

function unary(
  op: 'neg' | 'exp' | 'log' | 'sqrt' | 'erf' | 'tanh' | 'sigmoid' | 'softplus' | 'relu',
  x: Tensor,
): Tensor {
  return node(op, [floating(op, x)], {}, x.shape, 'f32');
}

/** A tensor of floats, or an error that names the operation. Types are checked by the compiler too; this is for casts. */
export function floating(op: string, x: AnyTensor): Tensor {
  if (x.type !== 'f32') throw new ShapeError(op, [x], 'only f32 is computed with; cast first');
  return x as Tensor;
}

export const add = (a: Operand, b: Operand) => binary('add', a, b);
export const sub = (a: Operand, b: Operand) => binary('sub', a, b);
export const mul = (a: Operand, b: Operand) => binary('mul', a, b);
export const div = (a: Operand, b: Operand) => binary('div', a, b);
/** The larger of two; where both are equal the gradient goes to the first. */
export const maximum = (a: Operand, b: Operand) => binary('maximum', a, b);
/** The smaller of two; where both are equal the gradient goes to the first. */
export const minimum = (a: Operand, b: Operand) => neg(maximum(neg(tensorOf(a)), neg(tensorOf(b))));

export const neg = (x: Tensor) => unary('neg', x);
export const exp = (x: Tensor) => unary('exp', x);
/** Natural logarithm. */
export const log = (x: Tensor) => unary('log', x);
export const sqrt = (x: Tensor) => unary('sqrt', x);
/** The error function, 2/√π ∫₀ˣ exp(-t²) dt. */
export const erf = (x: Tensor) => unary('erf', x);
export const tanh = (x: Tensor) => unary('tanh', x);
/** 1 / (1 + exp(-x)). */
export const sigmoid = (x: Tensor) => unary('sigmoid', x);
/** log(1 + exp(x)), finite for every finite x. */
export const softplus = (x: Tensor) => unary('softplus', x);
/** max(0, x); the gradient at 0 is 0. */
export const relu = (x: Tensor) => unary('relu', x);
export const square = (x: Tensor) => mul(x, x);

/** Held between two bounds; no gradient outside them nor on them. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  return node('clip', [floating('clip', x)], { low, high }, x.shape, 'f32');
}

/** The same numbers, which no gradient flows through. */
export function stopGradient(x: Tensor): Tensor {
  return node('stopGradient', [x], {}, x.shape, x.type);
}

/** The same numbers in another type; truth values become 0 and 1. Gradients flow between floats only. */
export function cast<T extends ElementType>(x: AnyTensor, type: T): Tensor<T> {
  return x.type === (type as ElementType) ? (x as Tensor<T>) : node('cast', [x], {}, x.shape, type);
}

/** Where a equals b. Both of one type. */
export function equal<T extends ElementType>(a: Tensor<T>, b: Tensor<T>): Tensor<'bool'> {
  if (a.type !== b.type) throw new ShapeError('equal', [a, b], 'both must be of one type');
  return node('equal', [a, b], {}, broadcastShape('equal', [a, b]), 'bool');
}

/** Where a > b. */
export function greater(a: Operand, b: Operand): Tensor<'bool'> {
  const operands = [floating('greater', tensorOf(a)), floating('greater', tensorOf(b))] as const;
  return node('greater', operands, {}, broadcastShape('greater', operands), 'bool');
}

export function and(a: Tensor<'bool'>, b: Tensor<'bool'>): Tensor<'bool'> {
  return node('and', [a, b], {}, broadcastShape('and', [a, b]), 'bool');
}

export const or = (a: Tensor<'bool'>, b: Tensor<'bool'>) => not(and(not(a), not(b)));

export function not(a: Tensor<'bool'>): Tensor<'bool'> {
  return node('not', [a], {}, a.shape, 'bool');
}

/** a where the condition holds, b elsewhere. What is not chosen gets no gradient, not even NaN. */
export function where(condition: Tensor<'bool'>, a: Operand, b: Operand): Tensor {
  const operands = [condition, floating('where', tensorOf(a)), floating('where', tensorOf(b))] as const;
  return node('where', operands, {}, broadcastShape('where', operands), 'f32');
}

export const elementwiseGradients = {
  add: (g) => [g, g],
  sub: (g) => [g, neg(g)],
  mul: (g, { inputs: [a, b] }) => [mul(g, b), mul(g, a)],
  div: (g, node) => {
    const [, b] = node.inputs;
    const da = div(g, b);
    return [da, neg(mul(da, node))];
  },
  maximum: (g, { inputs: [a, b] }) => {
    const second = greater(b, a);
    return [where(second, 0, g), where(second, g, 0)];
  },
  neg: (g) => [neg(g)],
  exp: (g, y) => [mul(g, y)],
  log: (g, { inputs: [x] }) => [div(g, x)],
  sqrt: (g, y) => [div(mul(g, 0.5), y)],
  erf: (g, { inputs: [x] }) => [mul(g, mul(2 / Math.sqrt(Math.PI), exp(neg(square(x)))))],
  tanh: (g, y) => [mul(g, sub(1, square(y)))],
  sigmoid: (g, y) => [mul(g, mul(y, sub(1, y)))],
  softplus: (g, { inputs: [x] }) => [mul(g, sigmoid(x))],
  relu: (g, y) => [where(greater(y, 0), g, 0)],
  clip: (g, { inputs: [x], attributes: { low, high } }) => [
    where(and(greater(x, low), greater(high, x)), g, 0),
  ],
  cast: (g, { inputs: [x] }) => [cast(g, x.type)],
  where: (g, { inputs: [condition] }) => [
    null,
    where(condition as AnyTensor as Tensor<'bool'>, g, 0),
    where(condition as AnyTensor as Tensor<'bool'>, 0, g),
  ],
  stopGradient: () => [null],
  equal: () => [null, null],
  greater: () => [null, null],
  and: () => [null, null],
  not: () => [null],
} satisfies Partial<Gradients>;
