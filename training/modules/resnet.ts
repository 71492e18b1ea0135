import { add, relu } from '../graph/ops/elementwise.ts';
import { maxPool } from '../graph/ops/pool.ts';
import { mean } from '../graph/ops/reduce.ts';
import { squeeze } from '../graph/ops/shape.ts';
import { convNorm } from './conv-norm.ts';
import type { Encoder } from './encoder.ts';
import { chain } from './linear.ts';
import type { Layer, Weights } from './weights.ts';

export interface ResnetOptions {
  readonly depth: 10 | 18 | 50;
  /**
   * `imagenet`: 7×7 at stride 2 and a pool, for sides of 128 and more. `cifar`: 3×3 at stride 1, for small ones (SimCLR,
   * appendix B.9). `halved`: 3×3 at stride 2, a quarter of the work of that.
   */
  readonly stem: 'imagenet' | 'cifar' | 'halved';
  /** Channels of the first stage: 64 in the paper; 16 is a sixteenth of the work. */
  readonly width?: number;
}

const blocksPerStage = { 10: [1, 1, 1, 1], 18: [2, 2, 2, 2], 50: [3, 4, 6, 3] } as const;

/** Residual network: He et al. 2016, arXiv 1512.03385, table 1; 8 times the width in features, 32 times at depth 50. */
export function resnet(at: Weights, { depth, stem, width: first = 64 }: ResnetOptions): Encoder {
  const layers: Layer[] = [stemOf(at.in('stem'), stem, first)];
  const [block, expansion] = depth === 50 ? [bottleneck, 4] : [basicBlock, 1];
  let channels = first;
  for (const [stage, count] of blocksPerStage[depth].entries()) {
    const width = first * 2 ** stage;
    for (let i = 0; i < count; i++) {
      layers.push(
        block(at.in(`stage${stage + 1}`).in(`block${i}`), channels, width, stage > 0 && i === 0 ? 2 : 1),
      );
      channels = width * expansion;
    }
  }
  const body = chain(...layers);
  return { dim: channels, encode: (images, pass) => squeeze(mean(body(images, pass), [2, 3]), 2, 3) };
}

function stemOf(at: Weights, stem: ResnetOptions['stem'], width: number): Layer {
  if (stem !== 'imagenet')
    return convNorm(at, 3, width, { kernel: 3, stride: stem === 'halved' ? 2 : 1, activation: relu });
  const wide = convNorm(at, 3, width, { kernel: 7, stride: 2, activation: relu });
  return (x, pass) => maxPool(wide(x, pass), { size: 3, stride: 2, padding: 1 });
}

/** Two 3×3 convolutions around which the input is carried; figure 5, left. */
function basicBlock(at: Weights, inputs: number, width: number, stride: number): Layer {
  const body = chain(
    convNorm(at.in('conv1'), inputs, width, { kernel: 3, stride, activation: relu }),
    convNorm(at.in('conv2'), width, width, { kernel: 3 }),
  );
  return around(at, body, inputs, width, stride);
}

/** 1×1, 3×3, 1×1; figure 5, right. The stride sits at the 3×3, as in later code (torchvision's “v1.5”). */
function bottleneck(at: Weights, inputs: number, width: number, stride: number): Layer {
  const body = chain(
    convNorm(at.in('conv1'), inputs, width, { kernel: 1, activation: relu }),
    convNorm(at.in('conv2'), width, width, { kernel: 3, stride, activation: relu }),
    convNorm(at.in('conv3'), width, 4 * width, { kernel: 1 }),
  );
  return around(at, body, inputs, 4 * width, stride);
}

/** relu(body(x) + x), with a 1×1 convolution on the way around where sizes change. */
function around(at: Weights, body: Layer, inputs: number, outputs: number, stride: number): Layer {
  const carried =
    inputs === outputs && stride === 1
      ? null
      : convNorm(at.in('carried'), inputs, outputs, { kernel: 1, stride });
  return (x, pass) => relu(add(body(x, pass), carried ? carried(x, pass) : x));
}
