/**
 * Makes a graph smaller without changing what it computes. Differentiation writes plainly what the rules say; here
 * equal subexpressions become one, and steps that do nothing go. What no result needs is never visited, so dead code
 * needs no pass of its own.
 */
import { type Graph, resultsOf } from './graph.ts';
import { type AnyTensor, type OpName, Tensor, inOrder, isOp, sameShape } from './tensor.ts';

/** The same graph with fewer nodes; inputs and states stay the very tensors they were. */
export function simplify(graph: Graph): Graph {
  const replaced = new Map<AnyTensor, AnyTensor>();
  const known = new Map<string, AnyTensor>();
  const number = new Map<AnyTensor, number>();
  /** The first tensor that computes the same; its inputs are such ones already, or were made just now. */
  function first(tensor: AnyTensor): AnyTensor {
    const short = shorter(tensor);
    const settled = withInputs(
      short,
      short.inputs.map((source) => (number.has(source) ? source : first(source))),
    );
    const key = keyOf(settled, number);
    const found = (key && known.get(key)) || settled;
    if (!number.has(found)) number.set(found, number.size);
    if (key) known.set(key, found);
    return found;
  }
  for (const tensor of inOrder(resultsOf(graph))) {
    const inputs = tensor.inputs.map((source) => replaced.get(source)!);
    replaced.set(tensor, first(withInputs(tensor, inputs)));
  }
  const now = (tensor: AnyTensor) => replaced.get(tensor)!;
  return {
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, tensor]) => [name, now(tensor)])),
    updates: new Map([...graph.updates].map(([state, next]) => [state, now(next)])),
  };
}

function withInputs(tensor: AnyTensor, inputs: readonly AnyTensor[]): AnyTensor {
  if (inputs.every((source, i) => source === tensor.inputs[i])) return tensor;
  return new Tensor(tensor.op, inputs, tensor.attributes, tensor.shape, tensor.type);
}

/** Larger constants are weights: they are never equal, and their numbers would make a very long key. */
const comparedAtMost = 64;

/** Two tensors with one key compute the same: same operation, attributes, shape, type and inputs. None for sources. */
function keyOf(tensor: AnyTensor, number: ReadonlyMap<AnyTensor, number>): string | null {
  if (tensor.op === 'input' || tensor.op === 'state') return null;
  const inputs = tensor.inputs.map((source) => number.get(source)).join();
  const head = `${tensor.op} ${tensor.type} [${tensor.shape.join()}] (${inputs})`;
  if (isOp(tensor, 'constant'))
    return tensor.size <= comparedAtMost ? `${head} ${tensor.attributes.values.join()}` : null;
  return `${head} ${JSON.stringify(tensor.attributes)}`;
}

/** Operations whose operands are broadcast against each other anyway. */
const broadcasting: ReadonlySet<OpName> = new Set<OpName>([
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'equal',
  'greater',
  'and',
  'where',
]);

/** The tensor itself, or one that computes the same with less. */
function shorter(tensor: AnyTensor): AnyTensor {
  const [first, second] = tensor.inputs;
  if (isOp(tensor, 'stopGradient')) return first!;
  if (isOp(tensor, 'reshape')) {
    if (sameShape(first!.shape, tensor.shape)) return first!;
    return first!.op === 'reshape' ? shorter(withInputs(tensor, first!.inputs)) : tensor;
  }
  if (isOp(tensor, 'neg') && first!.op === 'neg') return first!.inputs[0]!;
  if (isOp(tensor, 'sum') && first!.op === 'neg')
    return new Tensor('neg', [withInputs(tensor, first!.inputs)], {}, tensor.shape, tensor.type);
  if (broadcasting.has(tensor.op)) {
    const unbroadcast = withoutBroadcasts(tensor);
    if (unbroadcast !== tensor) return shorter(unbroadcast);
  }
  if (isOp(tensor, 'add') || isOp(tensor, 'sub')) {
    if (isNumber(second!, 0) && sameShape(first!.shape, tensor.shape)) return first!;
    const joined = tensor.op === 'add' && joinedParts(first!, second!);
    if (joined) return joined;
    const opposite = tensor.op === 'add' ? 'sub' : 'add';
    if (second!.op === 'neg')
      return new Tensor(opposite, [first!, second!.inputs[0]!], {}, tensor.shape, tensor.type);
  }
  if (isOp(tensor, 'mul') || isOp(tensor, 'div')) {
    if (isNumber(second!, 1) && sameShape(first!.shape, tensor.shape)) return first!;
    if (isOp(tensor, 'mul') && isNumber(first!, 1) && sameShape(second!.shape, tensor.shape)) return second!;
  }
  return tensor;
}

/**
 * The sum of two parts that lie side by side with zeros around them, as the gradient of cutting something in pieces is
 * made: put together first, with zeros around both if there are any left. Null where they do not lie so.
 */
function joinedParts(a: AnyTensor, b: AnyTensor): AnyTensor | null {
  if (!isOp(a, 'pad') || !isOp(b, 'pad') || a.attributes.value !== 0 || b.attributes.value !== 0) return null;
  const [axis, ...others] = a.shape.flatMap((size, i) =>
    a.inputs[0].shape[i] === size && b.inputs[0].shape[i] === size ? [] : [i],
  );
  if (axis === undefined || others.length > 0) return null;
  const [front, back] = a.attributes.before[axis]! < b.attributes.before[axis]! ? [a, b] : [b, a];
  const start = front.attributes.before[axis]!;
  const [left, right] = [front.inputs[0], back.inputs[0]];
  if (start + left.shape[axis]! !== back.attributes.before[axis]!) return null;
  // What was joined before is joined at once.
  const parts = [left, right].flatMap((part: AnyTensor) =>
    isOp(part, 'concat') && part.attributes.axis === axis ? [...part.inputs] : [part],
  );
  const size = left.shape[axis]! + right.shape[axis]!;
  const both = new Tensor('concat', parts, { axis }, left.shape.with(axis, size), a.type);
  return sameShape(both.shape, a.shape) ? both : new Tensor('pad', [both], front.attributes, a.shape, a.type);
}

function isNumber(tensor: AnyTensor, value: number): boolean {
  if (tensor.op === 'broadcast') return isNumber(tensor.inputs[0]!, value);
  return isOp(tensor, 'constant') && tensor.size === 1 && tensor.attributes.values[0] === value;
}

/** Reads past a `broadcast` among the operands as long as the others still span the result's shape. */
function withoutBroadcasts(tensor: AnyTensor): AnyTensor {
  for (const [i, source] of tensor.inputs.entries()) {
    if (source.op !== 'broadcast') continue;
    const inputs = tensor.inputs.with(i, source.inputs[0]!);
    if (spans(inputs, tensor)) return withInputs(tensor, inputs);
  }
  return tensor;
}

function spans(inputs: readonly AnyTensor[], { shape }: AnyTensor): boolean {
  return (
    shape.every(
      (size, axis) =>
        size === 1 || inputs.some((each) => each.shape[axis - shape.length + each.rank] === size),
    ) && inputs.some((each) => each.rank === shape.length)
  );
}
