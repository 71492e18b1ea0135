/** How each operation is done with TensorFlow.js. Its convolutions want channels last: images are turned on the way. */
import type { Translation } from '../graph/graph.ts';
import type { AnyTensor, ElementType, Node, Shape, Window } from '../graph/tensor.ts';
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
  const one = (op: (x: TfTensor) => TfTensor) => (inputs: readonly [TfTensor]) => op(inputs[0]);
  const two = (op: (a: TfTensor, b: TfTensor) => TfTensor) => (inputs: readonly [TfTensor, TfTensor]) =>
    op(inputs[0], inputs[1]);
  const convolution = convolutions(tf);
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
    matmul: ([a, b], { attributes: { transposeA, transposeB } }) => tf.matMul(a, b, transposeA, transposeB),
    softmax: one(tf.softmax),
    conv: ([x, filters], { attributes }) => convolution.forward(x, filters, attributes),
    convInput: ([g, filters], node) => convolution.byImage(g, filters, node),
    convFilter: ([x, g], node) => convolution.byFilters(x, g, node),
    gather: ([x, indices]) => tf.gather(x, indices),
    scatter: ([x, indices, rows], { inputs: [of], attributes: { duplicates } }) =>
      tf.tidy(() => {
        const count = of.shape[0]!;
        const placed = tf.unsortedSegmentSum(rows, indices, count);
        if (duplicates === 'add') return tf.add(x, placed);
        // tensorScatterUpdate would write into x itself.
        const one = tf.tensor(Float32Array.of(1), [], 'float32');
        const taken = tf.unsortedSegmentSum(tf.broadcastTo(one, rows.shape), indices, count);
        return tf.where(tf.cast(taken, 'bool'), placed, x);
      }),
  };
}

const toChannelsLast = [0, 2, 3, 1];
const toChannelsFirst = [0, 3, 1, 2];
/** [O, C, kh, kw] ↔ [kh, kw, C, O]; depthwise [C, 1, kh, kw] ↔ [kh, kw, C, 1]. */
const filtersOut = { dense: [2, 3, 1, 0], depthwise: [2, 3, 0, 1] };
const filtersBack = { dense: [3, 2, 0, 1], depthwise: [2, 3, 0, 1] };

function convolutions(tf: TensorFlow) {
  const kind = ({ groups }: Window) => (groups > 1 ? 'depthwise' : 'dense');
  const kernels = {
    dense: ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'],
    depthwise: [
      'DepthwiseConv2dNative',
      'DepthwiseConv2dNativeBackpropInput',
      'DepthwiseConv2dNativeBackpropFilter',
    ],
  } as const;
  const common = ({ stride, padding }: Window) => ({
    strides: [stride, stride],
    dilations: [1, 1],
    pad: padding,
    dataFormat: 'NHWC',
    dimRoundingMode: 'floor',
  });
  const at = (shape: Shape, order: readonly number[]) => order.map((axis) => shape[axis]!);
  return {
    forward: (x: TfTensor, filters: TfTensor, window: Window) =>
      tf.tidy(() => {
        const inputs = {
          x: tf.transpose(x, toChannelsLast),
          filter: tf.transpose(filters, filtersOut[kind(window)]),
        };
        const y = tf.engine().runKernel(kernels[kind(window)][0], inputs, common(window));
        return tf.transpose(y, toChannelsFirst);
      }),
    byImage: (g: TfTensor, filters: TfTensor, { attributes, shape }: Node<'convInput'>) =>
      tf.tidy(() => {
        const inputs = {
          dy: tf.transpose(g, toChannelsLast),
          filter: tf.transpose(filters, filtersOut[kind(attributes)]),
        };
        const options = { ...common(attributes), inputShape: at(shape, toChannelsLast) };
        return tf.transpose(
          tf.engine().runKernel(kernels[kind(attributes)][1], inputs, options),
          toChannelsFirst,
        );
      }),
    byFilters: (x: TfTensor, g: TfTensor, { attributes, shape }: Node<'convFilter'>) =>
      tf.tidy(() => {
        const inputs = { x: tf.transpose(x, toChannelsLast), dy: tf.transpose(g, toChannelsLast) };
        const options = { ...common(attributes), filterShape: at(shape, filtersOut[kind(attributes)]) };
        const made = tf.engine().runKernel(kernels[kind(attributes)][2], inputs, options);
        return tf.transpose(made, filtersBack[kind(attributes)]);
      }),
  };
}
