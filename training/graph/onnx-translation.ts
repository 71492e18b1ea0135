/** How each operation is spelled in ONNX. One row an operation; the value of an operation is the name it has in the file. */
import type { Translation } from './graph.ts';
import { convAttributes, filterGradient, imageGradient } from './onnx-conv.ts';
import { product } from './onnx-product.ts';
import { dataType } from '../../models/onnx-messages.ts';
import type { OnnxWriter, Plan } from './onnx-writer.ts';
import type { AnyTensor, ElementType } from './tensor.ts';

/**
 * @param target  the shape that a node is to bring its input into, as the name of a value; the node's own, fixed one when
 *   left out.
 */
export function onnxTranslation(
  to: OnnxWriter,
  plan: Plan,
  target?: (node: AnyTensor) => string,
): Translation<string> {
  const shapeOf = target ?? (({ shape }) => to.sizes(shape));
  const plain =
    (opType: string) =>
    (inputs: readonly string[]): string =>
      to.node(opType, inputs);
  /**
   * On the CPU a reduction over photos and places at once takes twice as long as over the places first (64 channels of
   * 32²: 0.29 ms, 0.19 ms).
   */
  function reduce(opType: string, x: string, axes: readonly number[]): string {
    const inner = axes.findLastIndex((axis, i) => i > 0 && axis !== axes[i - 1]! + 1);
    if (plan === 'compact' || inner === -1) return to.node(opType, [x, to.sizes(axes)], { keepdims: 1 });
    return reduce(opType, reduce(opType, x, axes.slice(inner)), axes.slice(0, inner));
  }

  /**
   * WebGPU moves floats only, and leaves slices of indices and truth values to the processor: they go as floats.
   * Indices are exact so up to 2^24.
   */
  function asFloats(
    type: ElementType,
    inputs: readonly string[],
    move: (inputs: readonly string[]) => string,
  ): string {
    if (type === 'f32' || type === 'f16') return move(inputs);
    const moved = move(inputs.map((x) => to.node('Cast', [x], { to: dataType.f32 })));
    return to.node('Cast', [moved], { to: dataType[type] });
  }

  return {
    input: (_, { attributes: { name } }) => name,
    state: (_, { attributes: { name } }) => name,
    constant: (_, { attributes: { values }, type, shape }) => to.constant(values, type, shape),
    add: plain('Add'),
    sub: plain('Sub'),
    mul: plain('Mul'),
    div: plain('Div'),
    maximum: plain('Max'),
    neg: plain('Neg'),
    exp: plain('Exp'),
    log: plain('Log'),
    sqrt: plain('Sqrt'),
    erf: plain('Erf'),
    tanh: plain('Tanh'),
    sigmoid: plain('Sigmoid'),
    softplus: plain('Softplus'),
    relu: plain('Relu'),
    clip: ([x], { attributes: { low, high } }) => to.node('Clip', [x, to.number(low), to.number(high)]),
    cast: ([x], { type }) => to.node('Cast', [x], { to: dataType[type] }),
    stopGradient: ([x]) => x,
    equal: plain('Equal'),
    greater: plain('Greater'),
    and: plain('And'),
    not: plain('Not'),
    where: plain('Where'),
    sum: ([x], { attributes: { axes } }) => reduce('ReduceSum', x, axes),
    // On the CPU the product and a sum are twice as fast as ReduceSumSquare, which has no fast path (0.65 ms, 1.3 ms).
    sumOfSquares: ([x], { attributes: { axes } }) =>
      plan === 'measured'
        ? reduce('ReduceSum', to.node('Mul', [x, x]), axes)
        : to.node('ReduceSumSquare', [x, to.sizes(axes)], { keepdims: 1 }),
    max: ([x], { attributes: { axes } }) => reduce('ReduceMax', x, axes),
    broadcast: ([x], node) => to.node('Expand', [x, shapeOf(node)]),
    reshape: ([x], node) => to.node('Reshape', [x, shapeOf(node)]),
    transpose: ([x], { type, attributes: { permutation } }) =>
      asFloats(type, [x], ([each]) => to.node('Transpose', [each!], { perm: permutation })),
    slice: ([x], { inputs: [source], attributes: { starts, steps }, shape, type }) => {
      const axes = shape.flatMap((size, axis) => (size === source.shape[axis] ? [] : [axis]));
      const of = (values: readonly number[]) => to.sizes(axes.map((axis) => values[axis]!));
      const ends = shape.map((size, axis) => starts[axis]! + (size - 1) * steps[axis]! + 1);
      return asFloats(type, [x], ([each]) =>
        to.node('Slice', [each!, of(starts), of(ends), to.sizes(axes), of(steps)]),
      );
    },
    pad: ([x], { inputs: [source], attributes: { before, value }, shape }) => {
      const after = shape.map((size, axis) => size - before[axis]! - source.shape[axis]!);
      return to.node('Pad', [x, to.sizes([...before, ...after]), to.number(value)]);
    },
    concat: (inputs, { type, attributes: { axis } }) =>
      asFloats(type, inputs, (all) => to.node('Concat', all, { axis })),
    matmul: ([a, b], node) => {
      const { transposeA, transposeB } = node.attributes;
      const [left, right] = node.inputs.map(({ rank }) => rank) as [number, number];
      if (left === 2 && right === 2) return product(to, a, b, node, target ? 'compact' : plan);
      // Stacks of matrices are transposed; on the CPU the runtime fuses that away.
      const turned = (name: string, rank: number, turn: boolean) =>
        turn ? to.node('Transpose', [name], { perm: lastTwoSwapped(rank) }) : name;
      return to.node('MatMul', [turned(a, left, transposeA), turned(b, right, transposeB)]);
    },
    softmax: ([x]) => to.node('Softmax', [x], { axis: -1 }),
    conv: ([x, filters], { inputs, attributes }) =>
      to.node('Conv', [x, filters], convAttributes(attributes, inputs[1].shape)),
    convInput: ([g, filters], node) => imageGradient(to, g, filters, node, plan),
    convFilter: ([x, g], node) => filterGradient(to, x, g, node, plan),
    gather: ([x, indices]) => to.node('Gather', [x, indices], { axis: 0 }),
    scatter: ([x, indices, rows], { inputs, attributes: { duplicates } }) => {
      const places = to.node('Cast', [to.node('Reshape', [indices, to.sizes([inputs[1].size, 1])])], {
        to: dataType.i64,
      });
      return to.node('ScatterND', [x, places, rows], { reduction: duplicates === 'add' ? 'add' : 'none' });
    },
  };
}

const lastTwoSwapped = (rank: number) => [...Array(rank - 2).keys(), rank - 1, rank - 2];
