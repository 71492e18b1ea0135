/** SimCLR's training step on ready views, for the benches: network, NT-Xent, gradients and AdamW in one graph. */
import { gradient } from '../../training/graph/gradient.ts';
import { type Graph, resultsOf } from '../../training/graph/graph.ts';
import { concat, slice } from '../../training/graph/ops/shape.ts';
import { type AnyTensor, input, inOrder, isOp } from '../../training/graph/tensor.ts';
import { ntXent } from '../../training/losses/nt-xent.ts';
import type { Encoder } from '../../training/modules/encoder.ts';
import { head } from '../../training/modules/head.ts';
import { mobilenet } from '../../training/modules/mobilenet.ts';
import { resnet } from '../../training/modules/resnet.ts';
import { vit, vitSizes } from '../../training/modules/vit.ts';
import { Pass, Weights } from '../../training/modules/weights.ts';
import { adamW } from '../../training/optim/adamw.ts';
import { moveAll } from '../../training/optim/optimizer.ts';

type Make = (at: Weights, side: number) => Encoder;

/** Below this side, px, a convnet keeps the image's size through its first layer. */
const smallBelow = 64;

export const stepEncoders: Readonly<Record<string, Make>> = {
  'vit-mini': (at, side) => vit(at, { ...vitSizes.tiny, depth: 4, side, patch: 16, pool: 'class' }),
  'vit-tiny': (at, side) => vit(at, { ...vitSizes.tiny, side, patch: 16, pool: 'class' }),
  'resnet-18': (at, side) => resnet(at, { depth: 18, stem: side < smallBelow ? 'cifar' : 'imagenet' }),
  mobilenet: (at, side) => mobilenet(at, { stemStride: side < smallBelow ? 1 : 2 }),
};

export interface SimclrStep {
  readonly graph: Graph;
  /** Numbers of step k, beside the views. */
  readonly rates: (step: number) => Readonly<Record<string, number>>;
}

/**
 * @param name  one of `stepEncoders`.
 * @returns a graph that is fed `view1` and `view2`, [photos, 3, side, side] each.
 */
export function simclrStep(name: string, photos: number, side: number): SimclrStep {
  const make = stepEncoders[name];
  if (!make) throw new RangeError(`no encoder is called ${name}: ${Object.keys(stepEncoders).join(', ')}`);
  const weights = new Weights(1);
  const encoder = make(weights.in('encoder'), side);
  const project = head(weights.in('head'), [encoder.dim, encoder.dim, 128], {
    hidden: 'plain',
    last: 'linear',
  });
  const pass = new Pass({ training: true });
  const seen = ['view1', 'view2'].map((view) => input(view, [photos, 3, side, side]));
  const z = project(encoder.encode(concat(seen, 0), pass), pass);
  const { loss } = ntXent(slice(z, 0, 0, photos), slice(z, 0, photos), { temperature: 0.2 });
  const optimizer = adamW();
  const moved = moveAll(optimizer, weights.parameters, gradient(loss, [...weights.parameters.values()]));
  return {
    graph: { outputs: { loss }, updates: new Map<AnyTensor, AnyTensor>([...pass.updates, ...moved]) },
    rates: (step) => optimizer.rates(step, 1e-3),
  };
}

/** Multiplications and additions of a graph's products, in units of 1e9: what the processor's or card's peak is counted in. */
export function productGflop(graph: Graph): number {
  let flop = 0;
  for (const tensor of inOrder(resultsOf(graph))) {
    if (isOp(tensor, 'matmul')) {
      const [a] = tensor.inputs;
      flop += 2 * tensor.size * a.shape.at(tensor.attributes.transposeA ? -2 : -1)!;
    }
    // Each number of the smaller image meets each number of the filters of its group once.
    if (isOp(tensor, 'conv')) flop += 2 * tensor.size * (tensor.inputs[1].size / tensor.shape[1]!);
    if (isOp(tensor, 'convInput')) {
      const [g, filters] = tensor.inputs;
      flop += 2 * g.size * (filters.size / g.shape[1]!);
    }
    if (isOp(tensor, 'convFilter')) {
      const [, g] = tensor.inputs;
      flop += 2 * g.size * (tensor.size / g.shape[1]!);
    }
  }
  return flop / 1e9;
}
