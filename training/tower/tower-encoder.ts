/** The image tower of an encoder that is there, as a network that trains on from its weights; its norms are folded in for good. */
import { conv } from '../graph/ops/conv.ts';
import { add, mul, relu, sub } from '../graph/ops/elementwise.ts';
import { mean } from '../graph/ops/reduce.ts';
import { reshape, squeeze } from '../graph/ops/shape.ts';
import { type Tensor, constant } from '../graph/tensor.ts';
import type { Encoder } from '../modules/encoder.ts';
import { linear } from '../modules/linear.ts';
import type { Layer, Weights } from '../modules/weights.ts';
import type { ReadTower, Weighted } from '../recipes/built-in/read-tower.ts';
import { type Convolution, convolutionsOf, isBefore } from '../recipes/built-in/tower.ts';
import type { Statistics } from '../transforms/view.ts';

export interface TowerEncoderOptions {
  readonly read: ReadTower;
  /** How its photos are normalised, and how those are that it is given here; of pixels from 0 to 1. */
  readonly own: Statistics;
  readonly given: Statistics;
  /** First stages whose weights stay as they are: they are half of a step's work and learn least. */
  readonly held: number;
}

/**
 * @param at  where its weights are made; their first values are the tower's.
 * @returns images [B, 3, S, S], S a multiple of 32 → features [B, D], of any length, as the tower gives them.
 */
export function towerEncoder(at: Weights, { read, own, given, held }: TowerEncoderOptions): Encoder {
  const { shape, convolutions, features } = read;
  const layers = new Map(
    convolutionsOf(shape).map((one, i) => [
      one.name,
      biased(at.frozen(isBefore(one.name, held)), one, convolutions[i]!),
    ]),
  );
  const place = at.in('features');
  const toFeatures = withFirst(place, features, shape.top, shape.features);
  const renormalised = renormalise(given, own);
  return {
    dim: shape.features,
    encode(images, pass) {
      const through = (name: string, x: Tensor) => layers.get(name)!(x, pass);
      let x = relu(through('stem', renormalised(images)));
      for (const [stage, { blocks }] of shape.stages.entries()) {
        if (stage > 0) x = relu(through(`down${stage}`, x));
        for (let block = 0; block < blocks; block++) {
          const name = `stage${stage}.block${block}`;
          x = relu(add(x, through(`${name}.b`, relu(through(`${name}.a`, x)))));
        }
      }
      const end = squeeze(mean(relu(through('top', x)), [2, 3]), 2, 3);
      return toFeatures(end, pass);
    },
  };
}

/** A convolution, and a number added to each of its channels. */
function biased(
  root: Weights,
  { name, inputs, outputs, kernel, stride }: Convolution,
  first: Weighted,
): Layer {
  const at = name.split('.').reduce((place, part) => place.in(part), root);
  const filters = at.parameter('filters', [outputs, inputs, kernel, kernel], () =>
    first.weight.numbers.slice(),
  );
  const bias = at.parameter('bias', [outputs], () => first.bias.slice());
  const window = { stride, padding: Math.floor(kernel / 2) };
  return (x) => add(conv(x, filters, window), reshape(bias, [outputs, 1, 1]));
}

function withFirst(at: Weights, first: Weighted, inputs: number, outputs: number): Layer {
  const layer = linear(at, inputs, outputs, { bias: false, init: () => first.weight.numbers.slice() });
  const bias = at.parameter('bias', [outputs], () => first.bias.slice());
  return (x, pass) => add(layer(x, pass), bias);
}

/** (x σ + μ - μ') / σ', channel by channel. */
function renormalise(from: Statistics, to: Statistics): (images: Tensor) => Tensor {
  const channels = (values: readonly number[]) => constant(values, [3, 1, 1]);
  const scale = channels(from.std.map((std, i) => std / to.std[i]!));
  const shift = channels(from.mean.map((centre, i) => (to.mean[i]! - centre) / to.std[i]!));
  return (images) => sub(mul(images, scale), shift);
}
