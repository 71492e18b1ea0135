import { add, clip } from '../graph/ops/elementwise.ts';
import { mean } from '../graph/ops/reduce.ts';
import { squeeze } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { convNorm } from './conv-norm.ts';
import type { Encoder } from './encoder.ts';
import { chain } from './linear.ts';
import type { Layer, Weights } from './weights.ts';

export interface MobilenetOptions {
  /** Multiplies all channels: 1 is 2.2 million parameters, 1.4 is 4.3 million. */
  readonly width?: number;
  /** Stride of the first convolution: 2, or 1 for images below 64 pixels. */
  readonly stemStride?: 1 | 2;
}

/** Table 2 of the paper: expansion, channels, how many blocks, stride of the first. */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** A convnet for small machines: MobileNetV2, Sandler et al. 2018, arXiv 1801.04381; 1280 features, more with width above 1. */
export function mobilenet(at: Weights, { width = 1, stemStride = 2 }: MobilenetOptions = {}): Encoder {
  let channels = byEight(32 * width);
  const layers: Layer[] = [
    convNorm(at.in('stem'), 3, channels, { kernel: 3, stride: stemStride, activation: relu6 }),
  ];
  for (const [stage, [expansion, base, count, stride]] of stages.entries()) {
    const outputs = byEight(base * width);
    for (let i = 0; i < count; i++) {
      const place = at.in(`stage${stage + 1}`).in(`block${i}`);
      layers.push(invertedResidual(place, channels, outputs, expansion, i === 0 ? stride : 1));
      channels = outputs;
    }
  }
  const dim = byEight(1280 * Math.max(1, width));
  layers.push(convNorm(at.in('last'), channels, dim, { kernel: 1, activation: relu6 }));
  const body = chain(...layers);
  return { dim, encode: (images, pass) => squeeze(mean(body(images, pass), [2, 3]), 2, 3) };
}

/** Widens, looks around channel by channel, narrows; carries the input around where sizes stay. §3.3 of the paper. */
function invertedResidual(
  at: Weights,
  inputs: number,
  outputs: number,
  expansion: number,
  stride: number,
): Layer {
  const hidden = inputs * expansion;
  const body = chain(
    ...(expansion === 1 ? [] : [convNorm(at.in('widen'), inputs, hidden, { kernel: 1, activation: relu6 })]),
    convNorm(at.in('look'), hidden, hidden, { kernel: 3, stride, depthwise: true, activation: relu6 }),
    convNorm(at.in('narrow'), hidden, outputs, { kernel: 1 }),
  );
  return stride === 1 && inputs === outputs ? (x, pass) => add(x, body(x, pass)) : body;
}

const relu6 = (x: Tensor) => clip(x, 0, 6);

/** The nearest multiple of 8, but not less than nine tenths: channels suit vector units. */
function byEight(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}
