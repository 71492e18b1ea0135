/** How each operation is done with TensorFlow.js. One row an operation. */
import type { Translation } from '../graph/graph.ts';
import type { AnyTensor, ElementType } from '../graph/tensor.ts';
import { convolve, gradientByFilters, gradientByImage } from './tensorflow-conv.ts';
import type { TensorFlow, TfTensor } from './tensorflow-module.ts';

/** TensorFlow.js has no bytes and no float16. */
export function tfType(type: ElementType): string {
  if (type === 'f16') throw new Error('TensorFlow.js does not compute in float16');
  return { f32: 'float32', i32: 'int32', u8: 'int32', bool: 'bool' }[type];
}

/** @param source  the tensor of an input or state, by its node. */
export function tensorflowTranslation(
  tf: TensorFlow,
  source: (node: AnyTensor) => TfTensor,
): Translation<TfTensor> {
  return {
    input: (_, node) => source(node as AnyTensor),
    state: (_, node) => source(node as AnyTensor),
    constant: (_, { attributes: { values }, type, shape }) => {
      const array = (type as ElementType) === 'f32' ? Float32Array.from(values) : Int32Array.from(values);
      return tf.tensor(array, shape, tfType(type));
    },
    add: two(tf.add),
    sub: two(tf.sub),
    mul: two(tf.mul),
    div: two(tf.div),
    maximum: two(tf.maximum),
    neg: one(tf.neg),
    exp: one(tf.exp),
    log: one(tf.log),
    sqrt: one(tf.sqrt),
    erf: one(tf.erf),
    tanh: one(tf.tanh),
    sigmoid: one(tf.sigmoid),
    softplus: one(tf.softplus),
    relu: one(tf.relu),
    clip: ([x], { attributes: { low, high } }) => tf.clipByValue(x, low, high),
    cast: ([x], { type }) => tf.cast(x, tfType(type)),
    stopGradient: one(tf.clone),
    equal: two(tf.equal),
    greater: two(tf.greater),
    and: two(tf.logicalAnd),
    not: one(tf.logicalNot),
    where: ([condition, a, b]) => tf.where(condition, a, b),
    sum: ([x], { attributes: { axes } }) => tf.sum(x, axes, true),
    sumOfSquares: ([x], { attributes: { axes } }) => tf.tidy(() => tf.sum(tf.square(x), axes, true)),
    max: ([x], { attributes: { axes } }) => tf.max(x, axes, true),
    broadcast: ([x], { shape }) => tf.broadcastTo(x, shape),
    reshape: ([x], { shape }) => tf.reshape(x, shape),
    transpose: ([x], { attributes: { permutation } }) => tf.transpose(x, permutation),
    slice: ([x], { attributes: { starts, steps }, shape }) => {
      const ends = shape.map((size, axis) => starts[axis]! + (size - 1) * steps[axis]! + 1);
      return tf.stridedSlice(x, starts, ends, steps);
    },
    pad: ([x], { inputs: [of], attributes: { before, value }, shape }) => {
      const paddings = shape.map(
        (size, axis) => [before[axis]!, size - before[axis]! - of.shape[axis]!] as const,
      );
      return tf.pad(x, paddings, value);
    },
    concat: (parts, { attributes: { axis } }) => tf.concat(parts, axis),
    matmul: ([a, b], { shape, attributes: { transposeA, transposeB } }) =>
      tf.tidy(() => {
        // Stacks of several axes are broadcast wrongly by matMul, [B, 1, …] by [B, 3, …]: repeated beforehand they are not.
        const stack = shape.slice(0, -2);
        const full = (x: TfTensor) =>
          stack.length < 2 ? x : tf.broadcastTo(x, [...stack, ...x.shape.slice(-2)]);
        return tf.matMul(full(a), full(b), transposeA, transposeB);
      }),
    softmax: one(tf.softmax),
    conv: ([x, filters], { attributes }) => convolve(tf, x, filters, attributes),
    convInput: ([g, filters], node) => gradientByImage(tf, g, filters, node),
    convFilter: ([x, g], node) => gradientByFilters(tf, x, g, node),
    gather: ([x, indices]) => tf.gather(x, indices),
    scatter: ([x, indices, rows], { inputs: [of], attributes: { duplicates } }) =>
      tf.tidy(() => {
        // unsortedSegmentSum goes through all rows for every place, tensorScatterUpdate writes into x itself.
        const places = tf.reshape(indices, [...indices.shape, 1]);
        const placed = tf.scatterND(places, rows, of.shape);
        if (duplicates === 'add') return tf.add(x, placed);
        const one = tf.tensor(Float32Array.of(1), [], 'float32');
        const taken = tf.scatterND(places, tf.broadcastTo(one, rows.shape), of.shape);
        return tf.where(tf.cast(taken, 'bool'), placed, x);
      }),
  };
}

const one = (op: (x: TfTensor) => TfTensor) => (inputs: readonly [TfTensor]) => op(inputs[0]);
const two = (op: (a: TfTensor, b: TfTensor) => TfTensor) => (inputs: readonly [TfTensor, TfTensor]) =>
  op(inputs[0], inputs[1]);
