/**
 * The descriptor: dlib's ResNet-29 (King 2017, http://blog.dlib.net/2017/02/high-quality-face-recognition-with-deep.html), 128 numbers
 * by which two faces of one person lie close together.
 */
import type { OnnxModel } from '../../../models/onnx-messages.ts';
import { type StoredWeight, numbersOf } from './byte-weights.ts';
import { centred } from './landmarks.ts';
import { Network } from './network.ts';

/** px of the square that it looks at. */
export const descriptorSide = 150;

/** Blocks of each width behind the one that halves the image. */
const stages = [
  { name: 'conv32', blocks: 3, halves: false },
  { name: 'conv64', blocks: 3, halves: true },
  { name: 'conv128', blocks: 2, halves: true },
  { name: 'conv256', blocks: 2, halves: true },
] as const;

/** @returns faces [B, 3, 150, 150], 0..255 → descriptors [B, 128], of any length. */
export function descriptorModel(
  weights: ReadonlyMap<string, StoredWeight>,
  metadata: Readonly<Record<string, string>>,
): OnnxModel {
  const net = new Network(weights);
  let x = net.add('Relu', [scaled(net, centred(net, 'image'), 'conv32_down', 2, 'valid')]);
  x = net.add('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2] });
  // Sizes are known, since the input's is: what is halved without padding loses its last row where the size is even.
  let size = Math.floor(((descriptorSide - 7) / 2 + 1 - 3) / 2) + 1;
  let channels: number = 32;
  const down = (at: string) => {
    const wider = net.weight(`${at}/conv1/conv/filters`).shape[3]!;
    x = halved(net, x, at, { size, channels, wider });
    [size, channels] = [Math.floor(size / 2), wider];
  };
  for (const { name, blocks, halves } of stages) {
    if (halves) down(`${name}_down`);
    for (let block = 1; block <= blocks; block++) x = residual(net, x, `${name}_${block}`);
  }
  down('conv256_down_out');
  const pooled = net.add('ReduceMean', [x], { axes: [2, 3], keepdims: 0 });
  const descriptor = net.add('MatMul', [pooled, net.stored('fc')]);
  return net.model(
    'what tells a face from others',
    { name: 'image', shape: ['batch', 3, descriptorSide, descriptorSide] },
    { descriptor: { of: descriptor, shape: ['batch', 128] } },
    metadata,
  );
}

/** A convolution with what stands behind it: its bias, and a scale and a shift of each channel. */
function scaled(
  net: Network,
  x: string,
  at: string,
  stride: number,
  kind: 'same' | 'valid' = 'same',
): string {
  const [bias, scale, shift] = ['conv/bias', 'scale/weights', 'scale/biases'].map((what) =>
    numbersOf(net.weight(`${at}/${what}`)),
  ) as [Float32Array, Float32Array, Float32Array];
  const convolved = net.conv(x, net.filters(`${at}/conv/filters`), stride, kind);
  const product = net.add('Mul', [convolved, net.channels(scale)]);
  return net.add('Add', [product, net.channels(shift.map((value, i) => value + bias[i]! * scale[i]!))]);
}

function residual(net: Network, x: string, at: string): string {
  const first = net.add('Relu', [scaled(net, x, `${at}/conv1`, 1)]);
  return net.add('Relu', [net.add('Add', [scaled(net, first, `${at}/conv2`, 1), x])]);
}

/** Half the size and twice the width: the way past the convolutions is averaged, and filled up with zeros. */
function halved(
  net: Network,
  x: string,
  at: string,
  { size, channels, wider }: { size: number; channels: number; wider: number },
): string {
  const first = net.add('Relu', [scaled(net, x, `${at}/conv1`, 2, 'valid')]);
  const convolved = scaled(net, first, `${at}/conv2`, 1);
  const pooled = net.add('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
  const missing = Math.floor(size / 2) - (Math.floor((size - 3) / 2) + 1);
  return net.add('Relu', [
    net.add('Add', [
      filledUp(net, pooled, [0, wider - channels, 0, 0]),
      filledUp(net, convolved, [0, 0, missing, missing]),
    ]),
  ]);
}

function filledUp(net: Network, x: string, behind: readonly number[]): string {
  if (behind.every((count) => count === 0)) return x;
  return net.add('Pad', [x, net.whole([0, 0, 0, 0, ...behind]), net.numbers([0], [])], { mode: 'constant' });
}
