/**
 * Graphs have fixed sizes; a finished encoder takes any number of photos. Where that number stands is found by
 * comparing two traces of the same network that differ in nothing else: what differs in them is N, or a multiple of it.
 */
import type { OnnxWriter } from './onnx-writer.ts';
import { type Graph, resultsOf } from './graph.ts';
import { type AnyTensor, type OpName, ShapeError, inOrder, isOp } from './tensor.ts';

/** A graph that was written for a batch of this many. */
export interface Trace {
  readonly graph: Graph;
  readonly batch: number;
}

/** A size that stays, or so many for each photo. */
export type FreeSize = number | { readonly each: number };

export interface FreeBatch {
  /** Of tensors of the first trace. */
  readonly sizes: ReadonlyMap<AnyTensor, readonly FreeSize[]>;
  /** The input whose first size is N. */
  readonly source: string;
}

/** Operations whose spelling in ONNX writes the batch down: gradients, which no finished encoder has. */
const unfree: ReadonlySet<OpName> = new Set<OpName>(['convInput', 'convFilter', 'scatter']);

/**
 * Finds the sizes of the first trace that are N.
 * @throws ShapeError where the traces differ in something else, or where an operation cannot do without a fixed batch.
 */
export function freeBatch(first: Trace, second: Trace): FreeBatch {
  const [ours, theirs] = [inOrder(resultsOf(first.graph)), inOrder(resultsOf(second.graph))];
  const place = new Map([...ours.entries(), ...theirs.entries()].map(([i, tensor]) => [tensor, i]));
  const sizes = new Map<AnyTensor, readonly FreeSize[]>();
  for (const [i, a] of ours.entries()) {
    const b = theirs[i];
    const alike =
      b?.op === a.op &&
      b.type === a.type &&
      b.rank === a.rank &&
      b.inputs.length === a.inputs.length &&
      b.inputs.every((source, k) => place.get(source) === place.get(a.inputs[k]!)) &&
      sameAttributes(a, b);
    if (!alike) throw refused(a, b ? [a, b] : [a], 'does something else for another number of photos');
    sizes.set(
      a,
      a.shape.map((_, axis) => freeSize([a, b], [first, second], axis)),
    );
    checkFree(a, b, sizes);
  }
  if (theirs.length > ours.length)
    throw refused(theirs.at(-1)!, [theirs.at(-1)!], 'is done for another number of photos only');
  const source = ours.find((tensor) => tensor.op === 'input' && isFree(sizes.get(tensor)![0]));
  if (!source || !isOp(source, 'input')) throw new RangeError('no input has the number of photos in front');
  return { sizes, source: source.attributes.name };
}

const isFree = (size: FreeSize | undefined) => typeof size === 'object';

const refused = (tensor: AnyTensor, shown: readonly AnyTensor[], rule: string) =>
  new ShapeError(`free batch, ${tensor.op}`, shown, rule);

function freeSize(
  [a, b]: readonly [AnyTensor, AnyTensor],
  [first, second]: readonly [Trace, Trace],
  axis: number,
): FreeSize {
  const [size, other] = [a.shape[axis]!, b.shape[axis]!];
  if (other === size) return size;
  const each = size / first.batch;
  if (!Number.isInteger(each) || other !== each * second.batch)
    throw refused(a, [a, b], `axis ${axis} is no multiple of the number of photos`);
  return { each };
}

/** Folded weights are computed twice; the rounding of a second time is no difference. */
const rounding = 1e-4;

function sameAttributes(a: AnyTensor, b: AnyTensor): boolean {
  if (!isOp(a, 'constant') || !isOp(b, 'constant'))
    return JSON.stringify(a.attributes) === JSON.stringify(b.attributes);
  const [values, others] = [a.attributes.values, b.attributes.values];
  return (
    values.length === others.length &&
    values.every((value, i) => Math.abs(value - others[i]!) <= rounding * (1 + Math.abs(value)))
  );
}

/** By how much an operation changes a size of its input. */
const changes = (tensor: AnyTensor, axis: number) => tensor.shape[axis]! - tensor.inputs[0]!.shape[axis]!;

/** What the translation to ONNX writes down besides `reshape` and `broadcast` must not depend on N. */
function checkFree(a: AnyTensor, b: AnyTensor, sizes: FreeBatch['sizes']): void {
  const source = a.inputs[0]!;
  const touched = [a, ...a.inputs].some((tensor) => sizes.get(tensor)!.some(isFree));
  if (unfree.has(a.op) && touched) throw refused(a, [a], 'is written down with its number of photos');
  if (isOp(a, 'reshape') && sizes.get(a)!.filter(isFree).length > 1)
    throw refused(a, [a], 'can leave one size open, not two');
  if (
    isOp(a, 'slice') &&
    a.shape.some((_, axis) => changes(a, axis) !== 0 && isFree(sizes.get(source)![axis]))
  )
    throw refused(a, [a], 'takes a part of the photos');
  if (isOp(a, 'pad') && a.shape.some((_, axis) => changes(a, axis) !== changes(b, axis)))
    throw refused(a, [a, b], 'fills up the photos');
}

/** Sizes that a node writes down as its target: constants, with N looked up at run time where it must be. */
export function freeTarget(to: OnnxWriter, { sizes, source }: FreeBatch): (tensor: AnyTensor) => string {
  let count: string | null = null;
  /** N times `each`, [1]. */
  const photos = (each: number) => {
    count ??= to.node('Shape', [source], { start: 0, end: 1 });
    return each === 1 ? count : to.node('Mul', [count, to.sizes([each])]);
  };
  return (tensor) => {
    const wanted = sizes.get(tensor)!;
    if (isOp(tensor, 'reshape'))
      return to.sizes(wanted.map((size) => (typeof size === 'number' ? size : -1)));
    // Expand leaves a size as it is where 1 is asked for; only what has no N yet must be told it.
    const given = sizes.get(tensor.inputs[0]!)!;
    const target = wanted.map((size, axis) =>
      typeof size === 'object' && isFree(given[axis - wanted.length + given.length]) ? 1 : size,
    );
    if (!target.some(isFree)) return to.sizes(target as number[]);
    const parts = target.map((size) => (typeof size === 'number' ? to.sizes([size]) : photos(size.each)));
    return parts.length === 1 ? parts[0]! : to.node('Concat', parts, { axis: 0 });
  };
}

/** The shape of an input or output as the file says it. @throws ShapeError where N stands elsewhere than in front, or more than once a photo. */
export function freeShape(tensor: AnyTensor, { sizes }: FreeBatch): (number | string)[] {
  return sizes.get(tensor)!.map((size, axis) => {
    if (typeof size === 'number') return size;
    if (axis > 0 || size.each !== 1)
      throw refused(tensor, [tensor], 'must have the photos along its first axis, each once');
    return 'N';
  });
}
