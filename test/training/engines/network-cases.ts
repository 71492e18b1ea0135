/** Small networks with every kind of layer, and a loss each: what a device must compute as the processor does. */
import { gradient } from '../../../training/graph/gradient.ts';
import { clip, relu } from '../../../training/graph/ops/elementwise.ts';
import { maxPool } from '../../../training/graph/ops/pool.ts';
import { mean } from '../../../training/graph/ops/reduce.ts';
import { concat, slice, squeeze } from '../../../training/graph/ops/shape.ts';
import { type AnyTensor, type Tensor, input } from '../../../training/graph/tensor.ts';
import type { Graph } from '../../../training/graph/graph.ts';
import { clip as clipLoss } from '../../../training/losses/clip.ts';
import { ntXent } from '../../../training/losses/nt-xent.ts';
import { convNorm } from '../../../training/modules/conv-norm.ts';
import { dinoHead } from '../../../training/modules/dino-head.ts';
import { head } from '../../../training/modules/head.ts';
import { chain } from '../../../training/modules/linear.ts';
import { textTransformer } from '../../../training/modules/text-transformer.ts';
import { vit } from '../../../training/modules/vit.ts';
import { Pass, Weights, filledWith } from '../../../training/modules/weights.ts';
import { adamW } from '../../../training/optim/adamw.ts';
import { moveAll } from '../../../training/optim/optimizer.ts';
import { normal, uniform } from '../graph/draw.ts';

export interface NetworkCase {
  /** Outputs the loss and every gradient, and makes one step of AdamW. */
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Float32Array | Int32Array | number>>;
}

const batch = 3;
const images = (name: string, side: number) => input(name, [batch, 3, side, side]);
const pixels = (seed: number, side: number) => Float32Array.from(normal(seed, batch * 3 * side * side));

function step(weights: Weights, pass: Pass, loss: Tensor, feeds: NetworkCase['feeds']): NetworkCase {
  const parameters = weights.parameters;
  const gradients = gradient(loss, [...parameters.values()]);
  const named = [...parameters.keys()].map((name, i) => [`gradient of ${name}`, gradients[i]!] as const);
  const optimizer = adamW();
  const updates = new Map<AnyTensor, AnyTensor>([
    ...pass.updates,
    ...moveAll(optimizer, parameters, gradients),
  ]);
  return {
    graph: { outputs: { loss, ...Object.fromEntries(named) }, updates },
    feeds: { ...feeds, ...optimizer.rates(0, 1e-3) },
  };
}

/** A vision transformer of one block with class token and registers, on two sizes of crop, under DINO's head. */
function transformerCase(): NetworkCase {
  const weights = new Weights(1);
  const pass = new Pass({ training: true });
  const encoder = vit(weights.in('encoder'), {
    side: 16,
    patch: 4,
    dim: 12,
    depth: 1,
    heads: 2,
    pool: 'class',
    registers: 2,
  });
  const project = dinoHead(weights.in('head'), { inputs: 12, hidden: 16, bottleneck: 8, prototypes: 10 });
  const z = [images('large', 16), images('small', 8)].map((x) => project(encoder.encode(x, pass), pass));
  const { loss } = ntXent(z[0]!, z[1]!, { temperature: 0.2 });
  return step(weights, pass, loss, { large: pixels(1, 16), small: pixels(2, 8) });
}

/** Dense, strided, depthwise and 1×1 convolutions with batch norm, a pool, and SimCLR's head. */
function convnetCase(): NetworkCase {
  const weights = new Weights(1);
  const pass = new Pass({ training: true });
  const at = weights.in('encoder');
  const body = chain(
    convNorm(at.in('stem'), 3, 8, { kernel: 7, stride: 2, activation: relu }),
    (x) => maxPool(x, { size: 3, stride: 2, padding: 1 }),
    convNorm(at.in('dense'), 8, 8, { kernel: 3, activation: relu }),
    convNorm(at.in('look'), 8, 8, { kernel: 3, depthwise: true, activation: (x) => clip(x, 0, 6) }),
    convNorm(at.in('step'), 8, 8, { kernel: 3, stride: 2, depthwise: true }),
    convNorm(at.in('widen'), 8, 12, { kernel: 1, stride: 2 }),
  );
  const project = head(weights.in('head'), [12, 12, 8], { hidden: 'norm', last: 'scaled' });
  const z = project(
    squeeze(mean(body(concat([images('first', 32), images('second', 32)], 0), pass), [2, 3]), 2, 3),
    pass,
  );
  const { loss } = ntXent(slice(z, 0, 0, batch), slice(z, 0, batch), { temperature: 0.2 });
  return step(weights, pass, loss, { first: pixels(1, 32), second: pixels(2, 32) });
}

/** A text tower whose words come from a table, against pictures given as embeddings. */
function textCase(): NetworkCase {
  const weights = new Weights(1);
  const pass = new Pass({ training: true });
  const text = textTransformer(weights.in('text'), {
    vocabulary: 9,
    context: 5,
    dim: 8,
    depth: 1,
    heads: 2,
    causal: true,
  });
  const scale = weights.parameter('scale', [], filledWith(1));
  const words = text.encode(input('tokens', [batch, 5], 'i32'), input('ends', [batch], 'i32'), pass);
  const { loss } = clipLoss(input('pictures', [batch, 8]), words, scale);
  const tokens = Int32Array.of(1, 2, 3, 0, 0, 4, 2, 2, 5, 0, 8, 1, 0, 0, 0);
  return step(weights, pass, loss, {
    tokens,
    ends: Int32Array.of(2, 3, 1),
    pictures: Float32Array.from(uniform(3, batch * 8)),
  });
}

export const networkCases = { transformer: transformerCase, convnet: convnetCase, text: textCase } as const;
