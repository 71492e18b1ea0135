/**
 * A tensor is a promise of numbers: an operation, the tensors it reads, and the shape and type of what it will give.
 * Nothing is computed here. A network is written by calling operations (`ops/`), differentiated by walking back over
 * them (`gradient.ts`), and run by an engine that translates them (`engines/`).
 *
 * The instruction set is small on purpose: everything else (layer norm, GELU, every loss) is composed of it, so that
 * shape rule, gradient and three translations are written once each for these operations and never again.
 */

/** u8 holds pixels, i32 indices and labels, bool masks, f16 the operands of fast matrix products. */
export type ElementType = 'f32' | 'f16' | 'i32' | 'u8' | 'bool';

/** Sizes from the outermost dimension to the innermost; a scalar has shape []. */
export type Shape = readonly number[];

/** Constants are kept in double precision, so that a graph means the same numbers to an engine of any precision. */
export type Values = Float32Array | Float64Array | Int32Array | Uint8Array;

/** One operation: how many tensors it reads, and what else determines it. */
interface Operation<Inputs extends readonly AnyTensor[], Attributes = Record<never, never>> {
  inputs: Inputs;
  attributes: Attributes;
}
type None = readonly [];
type One = readonly [AnyTensor];
type Two = readonly [AnyTensor, AnyTensor];
type Three = readonly [AnyTensor, AnyTensor, AnyTensor];

/** Where a two-dimensional convolution looks: the same stride and border on both axes, zeros outside the image. */
export interface Window {
  readonly stride: number;
  readonly padding: number;
  /** 1: every filter sees all channels. As many as channels: depthwise, each channel has one filter of its own. */
  readonly groups: number;
}

/** The whole instruction set. */
export interface Operations {
  // Sources
  /** Fed anew at every run. */
  input: Operation<None, { readonly name: string }>;
  /** Kept by the engine from run to run; `first` gives the values before the first run. */
  state: Operation<None, { readonly name: string; readonly first: () => Values }>;
  constant: Operation<None, { readonly values: Values }>;
  // Elementwise; two or three operands are broadcast against each other
  add: Operation<Two>;
  sub: Operation<Two>;
  mul: Operation<Two>;
  div: Operation<Two>;
  maximum: Operation<Two>;
  neg: Operation<One>;
  exp: Operation<One>;
  log: Operation<One>;
  sqrt: Operation<One>;
  erf: Operation<One>;
  tanh: Operation<One>;
  sigmoid: Operation<One>;
  softplus: Operation<One>;
  relu: Operation<One>;
  clip: Operation<One, { readonly low: number; readonly high: number }>;
  cast: Operation<One>;
  stopGradient: Operation<One>;
  equal: Operation<Two>;
  greater: Operation<Two>;
  and: Operation<Two>;
  not: Operation<One>;
  where: Operation<Three>;
  // Reductions keep the reduced axes with size 1; broadcast is the way back
  sum: Operation<One, { readonly axes: readonly number[] }>;
  sumOfSquares: Operation<One, { readonly axes: readonly number[] }>;
  max: Operation<One, { readonly axes: readonly number[] }>;
  broadcast: Operation<One>;
  // Shape
  reshape: Operation<One>;
  transpose: Operation<One, { readonly permutation: readonly number[] }>;
  slice: Operation<One, { readonly starts: readonly number[]; readonly steps: readonly number[] }>;
  pad: Operation<One, { readonly before: readonly number[]; readonly value: number }>;
  concat: Operation<readonly AnyTensor[], { readonly axis: number }>;
  // Products
  matmul: Operation<Two, { readonly transposeA: boolean; readonly transposeB: boolean }>;
  softmax: Operation<One>;
  conv: Operation<Two, Window>;
  convInput: Operation<Two, Window>;
  convFilter: Operation<Two, Window>;
  // Selection
  gather: Operation<Two>;
  scatter: Operation<Three, { readonly duplicates: 'add' | 'replace' }>;
}

export type OpName = keyof Operations;

/** A tensor of any element type; `Tensor` alone is one of floats. */
export type AnyTensor = Tensor<ElementType>;

/** A tensor known to come from one operation, with its inputs counted and its attributes typed. */
export type Node<K extends OpName> = Tensor & {
  readonly op: K;
  readonly inputs: Floats<Operations[K]['inputs']>;
  readonly attributes: Operations[K]['attributes'];
};
/** Gradients flow through floats only; rules see their inputs so, and give null for those that are not. */
type Floats<Inputs extends readonly AnyTensor[]> = { readonly [I in keyof Inputs]: Tensor };

export class Tensor<T extends ElementType = 'f32'> {
  readonly op: OpName;
  readonly inputs: readonly AnyTensor[];
  readonly attributes: Operations[OpName]['attributes'];
  readonly shape: Shape;
  readonly type: T;

  constructor(
    op: OpName,
    inputs: readonly AnyTensor[],
    attributes: Operations[OpName]['attributes'],
    shape: Shape,
    type: T,
  ) {
    this.op = op;
    this.inputs = inputs;
    this.attributes = attributes;
    this.shape = shape;
    this.type = type;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** How many numbers it holds. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** `matmul f32 [32, 128]`, and the name where there is one. */
  toString(): string {
    const name = 'name' in this.attributes ? ` “${this.attributes.name}”` : '';
    return `${this.op}${name} ${this.type} [${this.shape.join(', ')}]`;
  }
}

/** An operation was given tensors that do not fit together. For programmers: names the operation, its inputs, the rule. */
export class ShapeError extends Error {
  constructor(op: string, inputs: readonly AnyTensor[], rule: string) {
    super(`${op}(${inputs.join('; ')}): ${rule}`);
    this.name = 'ShapeError';
  }
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Makes the node of an operation; the operation has checked its inputs and knows the shape. */
export function node<K extends OpName, T extends ElementType>(
  op: K,
  inputs: Operations[K]['inputs'],
  attributes: Operations[K]['attributes'],
  shape: Shape,
  type: T,
): Tensor<T> {
  return new Tensor(op, inputs, attributes, shape, type);
}

/** Numbers that are fed at every run under this name. */
export function input<T extends ElementType = 'f32'>(name: string, shape: Shape, type?: T): Tensor<T> {
  return node('input', [], { name }, shape, type ?? ('f32' as T));
}

/** Numbers that the engine keeps from run to run: weights, moments, queues. */
export function state<T extends ElementType = 'f32'>(
  name: string,
  shape: Shape,
  first: () => Values,
  type?: T,
): Tensor<T> {
  return node('state', [], { name, first }, shape, type ?? ('f32' as T));
}

/** Numbers written into the graph. */
export function constant(values: number | ArrayLike<number>, shape?: Shape): Tensor {
  const data = Float64Array.from(typeof values === 'number' ? [values] : values);
  const given = shape ?? (typeof values === 'number' ? [] : [data.length]);
  if (sizeOf(given) !== data.length)
    throw new RangeError(`constant: ${data.length} values do not fill [${given.join(', ')}]`);
  return node('constant', [], { values: data }, given, 'f32');
}

/** Whole numbers written into the graph: indices, labels. */
export function integers(values: ArrayLike<number>, shape: Shape = [values.length]): Tensor<'i32'> {
  return node('constant', [], { values: Int32Array.from(values) }, shape, 'i32');
}

/** Truth values written into the graph. */
export function booleans(values: readonly boolean[], shape: Shape = [values.length]): Tensor<'bool'> {
  return node('constant', [], { values: Uint8Array.from(values, Number) }, shape, 'bool');
}

/** Type guard to one operation of the instruction set. */
export function isOp<K extends OpName>(tensor: AnyTensor, op: K): tensor is Tensor & Node<K> {
  return tensor.op === op;
}

/** Everything that these tensors are computed from, themselves included, inputs always before their readers. */
export function inOrder(outputs: readonly AnyTensor[]): AnyTensor[] {
  const order: AnyTensor[] = [];
  const seen = new Set<AnyTensor>();
  // A stack of its own instead of recursion: a deep network is tens of thousands of steps long.
  const stack = outputs.toReversed().map((tensor) => ({ tensor, ready: false }));
  while (stack.length > 0) {
    const { tensor, ready } = stack.pop()!;
    if (ready) order.push(tensor);
    if (ready || seen.has(tensor)) continue;
    seen.add(tensor);
    stack.push({ tensor, ready: true });
    for (const source of tensor.inputs.toReversed()) stack.push({ tensor: source, ready: false });
  }
  return order;
}
