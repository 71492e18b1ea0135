/**
 * Convolutions and their gradients with TensorFlow.js' kernels, which have no public functions. They want images with
 * channels last and filters as [kh, kw, C, O]: both are turned on the way in and back on the way out.
 */
import type { Node, Shape, Window } from '../graph/tensor.ts';
import type { TensorFlow, TfTensor } from './tensorflow-module.ts';

const channelsLast = [0, 2, 3, 1];
const channelsFirst = [0, 3, 1, 2];

/** Names of the three kernels, and how filters [O, C, kh, kw] or, depthwise, [C, 1, kh, kw] are turned there and back. */
const kinds = {
  dense: {
    forward: 'Conv2D',
    byImage: 'Conv2DBackpropInput',
    byFilters: 'Conv2DBackpropFilter',
    there: [2, 3, 1, 0],
    back: [3, 2, 0, 1],
  },
  depthwise: {
    forward: 'DepthwiseConv2dNative',
    byImage: 'DepthwiseConv2dNativeBackpropInput',
    byFilters: 'DepthwiseConv2dNativeBackpropFilter',
    there: [2, 3, 0, 1],
    back: [2, 3, 0, 1],
  },
} as const;

const kindOf = ({ groups }: Window) => kinds[groups > 1 ? 'depthwise' : 'dense'];

const optionsOf = ({ stride, padding }: Window) => ({
  strides: [stride, stride],
  dilations: [1, 1],
  pad: padding,
  dataFormat: 'NHWC',
  dimRoundingMode: 'floor',
});

const turned = (shape: Shape, order: readonly number[]) => order.map((axis) => shape[axis]!);

export function convolve(tf: TensorFlow, x: TfTensor, filters: TfTensor, window: Window): TfTensor {
  const { forward, there } = kindOf(window);
  return tf.tidy(() => {
    const inputs = { x: tf.transpose(x, channelsLast), filter: tf.transpose(filters, there) };
    return tf.transpose(tf.engine().runKernel(forward, inputs, optionsOf(window)), channelsFirst);
  });
}

export function gradientByImage(
  tf: TensorFlow,
  g: TfTensor,
  filters: TfTensor,
  node: Node<'convInput'>,
): TfTensor {
  const { byImage, there } = kindOf(node.attributes);
  return tf.tidy(() => {
    const inputs = { dy: tf.transpose(g, channelsLast), filter: tf.transpose(filters, there) };
    const options = { ...optionsOf(node.attributes), inputShape: turned(node.shape, channelsLast) };
    return tf.transpose(tf.engine().runKernel(byImage, inputs, options), channelsFirst);
  });
}

export function gradientByFilters(
  tf: TensorFlow,
  x: TfTensor,
  g: TfTensor,
  node: Node<'convFilter'>,
): TfTensor {
  const { byFilters, there, back } = kindOf(node.attributes);
  return tf.tidy(() => {
    const inputs = { x: tf.transpose(x, channelsLast), dy: tf.transpose(g, channelsLast) };
    const options = { ...optionsOf(node.attributes), filterShape: turned(node.shape, there) };
    return tf.transpose(tf.engine().runKernel(byFilters, inputs, options), back);
  });
}
