/**
 * The detector: SSD (Liu et al. 2016, arXiv 1512.02325) over MobileNet v1 (Howard et al. 2017, arXiv 1704.04861), as face-api trained
 * it for faces. 5,118 places of an image of 512 px are asked whether a face lies there, and where exactly.
 */
import type { OnnxModel } from '../../../models/onnx-messages.ts';
import { type StoredWeight, numbersOf } from './byte-weights.ts';
import { Network } from './network.ts';

/** px of the square that it looks at. */
export const detectorSide = 512;

/** The norms' own, as they were trained. */
const epsilon = 0.0010000000474974513;

/** Layers that halve the image. */
const halving = new Set([2, 4, 6, 12]);

/** Places per point of each of the six maps. */
const maps = 6;

/** @returns images [B, 3, 512, 512], 0..255 → boxes [B, 5118, 4] (top, left, bottom, right, 0..1), scores [B, 5118], 0..1. */
export function detectorModel(
  weights: ReadonlyMap<string, StoredWeight>,
  metadata: Readonly<Record<string, string>>,
): OnnxModel {
  const net = new Network(weights);
  const halves = net.add('Div', ['image', net.numbers([127.5], [])]);
  let x = net.add('Sub', [halves, net.numbers([1], [])]);
  x = pointwise(net, x, 'MobilenetV1', 0, 2);
  let eleventh = '';
  for (let layer = 1; layer <= 13; layer++) {
    x = depthwise(net, x, layer, halving.has(layer) ? 2 : 1);
    x = pointwise(net, x, 'MobilenetV1', layer, 1);
    if (layer === 11) eleventh = x;
  }
  const seen = [eleventh, x];
  for (let layer = 0; layer < 8; layer++) {
    x = pointwise(net, x, 'Prediction', layer, layer % 2 === 0 ? 1 : 2);
    if (layer % 2 === 1) seen.push(x);
  }
  const places = Array.from({ length: maps }, (_, i) =>
    predicted(net, seen[i]!, i, 'BoxEncodingPredictor', 4),
  );
  const classes = Array.from({ length: maps }, (_, i) => predicted(net, seen[i]!, i, 'ClassPredictor', 3));
  const boxes = decoded(net, net.add('Concat', places, { axis: 1 }));
  const face = net.add('Gather', [net.add('Concat', classes, { axis: 1 }), net.whole([1])], { axis: 2 });
  const scores = net.add('Squeeze', [net.add('Sigmoid', [face]), net.whole([2])]);
  return net.model(
    'faces on a square of 512 px',
    { name: 'image', shape: ['batch', 3, detectorSide, detectorSide] },
    {
      boxes: { of: boxes, shape: ['batch', 5118, 4] },
      scores: { of: scores, shape: ['batch', 5118] },
    },
    metadata,
  );
}

function pointwise(net: Network, x: string, part: string, layer: number, stride: number): string {
  const at = `${part}/Conv2d_${layer}_pointwise`;
  return upToSix(
    net,
    net.plus(net.conv(x, net.filters(`${at}/weights`), stride), `${at}/convolution_bn_offset`),
  );
}

/** A filter for each channel, and its norm, which is two numbers a channel by now. */
function depthwise(net: Network, x: string, layer: number, stride: number): string {
  const at = `MobilenetV1/Conv2d_${layer}_depthwise`;
  const norm = (what: string) => numbersOf(net.weight(`${at}/BatchNorm/${what}`));
  const [gain, bias, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(norm) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const scale = gain.map((value, i) => value / Math.sqrt(variance[i]! + epsilon));
  const shift = bias.map((value, i) => value - mean[i]! * scale[i]!);
  const convolved = net.conv(x, net.channelFilters(`${at}/depthwise_weights`), stride, 'same', gain.length);
  const scaled = net.add('Mul', [convolved, net.channels(scale)]);
  return upToSix(net, net.add('Add', [scaled, net.channels(shift)]));
}

function upToSix(net: Network, x: string): string {
  return net.add('Clip', [x, net.numbers([0], []), net.numbers([6], [])]);
}

/** [B, C, H, W] → [B, places, size]. */
function predicted(net: Network, x: string, map: number, what: string, size: number): string {
  const at = `Prediction/BoxPredictor_${map}/${what}`;
  const said = net.plus(net.conv(x, net.filters(`${at}/weights`), 1), `${at}/biases`);
  const last = net.add('Transpose', [said], { perm: [0, 2, 3, 1] });
  return net.add('Reshape', [last, net.whole([0, -1, size])]);
}

/** What is said of each place's middle and size, to where its face lies. Liu et al. 2016, section 2.2; the places are stored. */
function decoded(net: Network, said: string): string {
  const places = numbersOf(net.weight('Output/extra_dim'));
  const count = places.length / 4;
  const middles = new Float32Array(2 * count);
  const sizes = new Float32Array(2 * count);
  for (let i = 0; i < count; i++)
    for (const axis of [0, 1]) {
      const [low, high] = [places[4 * i + axis]!, places[4 * i + axis + 2]!];
      sizes[2 * i + axis] = high - low;
      middles[2 * i + axis] = low + (high - low) / 2;
    }
  const size = net.numbers(sizes, [1, count, 2]);
  const part = (from: number) =>
    net.add('Slice', [said, net.whole([from]), net.whole([from + 2]), net.whole([2])]);
  const moved = net.add('Mul', [net.add('Div', [part(0), net.numbers([10], [])]), size]);
  const middle = net.add('Add', [moved, net.numbers(middles, [1, count, 2])]);
  const grown = net.add('Exp', [net.add('Div', [part(2), net.numbers([5], [])])]);
  const half = net.add('Div', [net.add('Mul', [grown, size]), net.numbers([2], [])]);
  return net.add('Concat', [net.add('Sub', [middle, half]), net.add('Add', [middle, half])], { axis: 2 });
}
