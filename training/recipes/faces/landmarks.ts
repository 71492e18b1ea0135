/**
 * The landmarks: 68 points of a face, in the order of the iBUG 300-W set, by a small net of densely joined separable convolutions
 * (after Huang et al. 2017, arXiv 1608.06993) that face-api trained.
 */
import type { OnnxModel } from '../../../models/onnx-messages.ts';
import { type StoredWeight, numbersOf } from './byte-weights.ts';
import { Network } from './network.ts';

/** px of the square that it looks at. */
export const landmarksSide = 112;

/** Mean colour that both nets were trained with. */
export const meanColour = [122.782, 117.001, 104.298] as const;

/** @returns faces [B, 3, 112, 112], 0..255 → points [B, 136]: x and y of each, 0..1 of the square. */
export function landmarksModel(
  weights: ReadonlyMap<string, StoredWeight>,
  metadata: Readonly<Record<string, string>>,
): OnnxModel {
  const net = new Network(weights);
  let x = centred(net, 'image');
  for (let block = 0; block < 4; block++) x = dense(net, x, block);
  const pooled = net.add('AveragePool', [x], { kernel_shape: [7, 7], strides: [2, 2] });
  const flat = net.add('Flatten', [pooled], { axis: 1 });
  const product = net.add('MatMul', [flat, net.stored('fc/weights')]);
  const points = net.add('Add', [product, net.numbers(numbersOf(net.weight('fc/bias')))]);
  return net.model(
    '68 points of a face',
    { name: 'image', shape: ['batch', 3, landmarksSide, landmarksSide] },
    { points: { of: points, shape: ['batch', 136] } },
    metadata,
  );
}

/** 0..255 → about -0.5..0.5. */
export function centred(net: Network, image: string): string {
  const moved = net.add('Sub', [image, net.channels(meanColour)]);
  return net.add('Div', [moved, net.numbers([255], [])]);
}

function dense(net: Network, x: string, block: number): string {
  const at = `dense${block}`;
  const first = net.add('Relu', [
    block === 0
      ? net.plus(net.conv(x, net.filters(`${at}/conv0/filters`), 2), `${at}/conv0/bias`)
      : separable(net, x, `${at}/conv0`, 2),
  ]);
  let sum = first;
  let joined = first;
  for (let i = 1; i < 4; i++) {
    sum = net.add('Add', [sum, separable(net, joined, `${at}/conv${i}`, 1)]);
    joined = net.add('Relu', [sum]);
  }
  return joined;
}

function separable(net: Network, x: string, at: string, stride: number): string {
  const channels = net.weight(`${at}/depthwise_filter`).shape[2]!;
  const single = net.conv(x, net.channelFilters(`${at}/depthwise_filter`), stride, 'same', channels);
  return net.plus(net.conv(single, net.filters(`${at}/pointwise_filter`), 1), `${at}/bias`);
}
