/**
 * The image tower of the built-in encoder: few, dense 3×3 convolutions, which a processor does at ten times the rate of
 * depthwise ones. Features come from the end of the network; the embedding also sees the means and deviations of two middle
 * stages and the colours of the four quarters, so that textures and colours that words speak of are not lost on the way.
 */
import { conv } from '../../graph/ops/conv.ts';
import { add, maximum, mul, relu, sqrt, square, sub } from '../../graph/ops/elementwise.ts';
import { div } from '../../graph/ops/elementwise.ts';
import { mean, sumOfSquares } from '../../graph/ops/reduce.ts';
import { concat, reshape, squeeze } from '../../graph/ops/shape.ts';
import { type Tensor, constant } from '../../graph/tensor.ts';
import { batchNormAffine } from '../../modules/batch-norm.ts';
import { linear } from '../../modules/linear.ts';
import { Pass, type Weights, heNormal } from '../../modules/weights.ts';

export interface TowerShape {
  /** Channels of each stage and the residual blocks in it; each stage but the first halves the image. */
  readonly stages: readonly { readonly width: number; readonly blocks: number }[];
  /** Channels at the end, D of what is pooled. */
  readonly top: number;
  readonly features: number;
  readonly embedding: number;
}

/** 4.6 million parameters, 0.46 billion products for a photo of 160 px. */
export const builtInShape: TowerShape = {
  stages: [
    { width: 48, blocks: 1 },
    { width: 96, blocks: 1 },
    { width: 192, blocks: 2 },
    { width: 288, blocks: 1 },
  ],
  top: 768,
  features: 384,
  embedding: 256,
};

/** What a tower makes of images [B, 3, S, S]; S a multiple of 32. */
export interface Seen {
  /** [B, features] and [B, embedding], of any length. */
  readonly features: Tensor;
  readonly embedding: Tensor;
  /** [B, P], what the embedding is a linear map of. */
  readonly pooled: Tensor;
  /** Output of each convolution before its norm, by the convolution's name. */
  readonly convolved: ReadonlyMap<string, Tensor>;
}

export interface Convolution {
  /** Where its weights lie: `NAME.filters`, `NAME.norm.gain` and so on. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
}

/** Convolutions of a tower, in the order in which they are done. */
export function convolutionsOf({ stages, top }: TowerShape): readonly Convolution[] {
  const list: Convolution[] = [{ name: 'stem', inputs: 3, outputs: stages[0]!.width, kernel: 7, stride: 4 }];
  let channels = stages[0]!.width;
  for (const [stage, { width, blocks }] of stages.entries()) {
    if (stage > 0)
      list.push({ name: `down${stage}`, inputs: channels, outputs: width, kernel: 3, stride: 2 });
    channels = width;
    for (let block = 0; block < blocks; block++)
      for (const part of ['a', 'b'])
        list.push({
          name: `stage${stage}.block${block}.${part}`,
          inputs: width,
          outputs: width,
          kernel: 3,
          stride: 1,
        });
  }
  return [...list, { name: 'top', inputs: channels, outputs: top, kernel: 1, stride: 1 }];
}

/** Stages whose means and deviations the embedding sees: all but the first and the last. */
const seenStages = ({ stages }: TowerShape) => stages.slice(1, -1);

/** P. Twelve of it are the colours of the quarters. */
export const pooledWidth = (shape: TowerShape) =>
  shape.top + seenStages(shape).reduce((sum, { width }) => sum + 2 * width, 0) + 12;

/** Names of the two heads. */
export const heads = ['features', 'embedding'] as const;

/** Below this, squared, a channel counts as even: the root's slope would know no bound. */
const leastVariance = 1e-6;

export type Tower = (images: Tensor, pass: Pass) => Seen;

/** Whether a convolution, or a weight of it, lies in one of the first stages. The stem counts as the first. */
export const isBefore = (name: string, stages: number): boolean =>
  stages > 0 &&
  (name.startsWith('stem') || Number(/^(?:stage|down)(\d+)/.exec(name)?.[1] ?? Infinity) < stages);

/**
 * Makes the tower's weights at a place. He et al. 2016, arXiv 1512.03385, for its blocks.
 * @param held  of how many first stages the weights stay as they are: they are half of a step's work and learn least.
 */
export function tower(at: Weights, shape: TowerShape, held = 0): Tower {
  const convolutions = new Map(
    convolutionsOf(shape).map((one) => [one.name, normed(at.frozen(isBefore(one.name, held)), one)]),
  );
  const toFeatures = linear(at.in('features'), shape.top, shape.features);
  const toEmbedding = linear(at.in('embedding'), pooledWidth(shape), shape.embedding);
  return (images, pass) => {
    const convolved = new Map<string, Tensor>();
    const still = new Pass({ training: false });
    const through = (name: string, x: Tensor): Tensor => {
      const { plain, normal } = convolutions.get(name)!(x, isBefore(name, held) ? still : pass);
      convolved.set(name, plain);
      return normal;
    };
    const pooled: Tensor[] = [];
    let x = relu(through('stem', images));
    for (const [stage, { blocks }] of shape.stages.entries()) {
      if (stage > 0) x = relu(through(`down${stage}`, x));
      for (let block = 0; block < blocks; block++) {
        const name = `stage${stage}.block${block}`;
        x = relu(add(x, through(`${name}.b`, relu(through(`${name}.a`, x)))));
      }
      if (stage > 0 && stage < shape.stages.length - 1) pooled.push(...spreadOf(x));
    }
    const end = overPlaces(relu(through('top', x)));
    const all = concat([end, ...pooled, quarters(images)], 1);
    return { features: toFeatures(end, pass), embedding: toEmbedding(all, pass), pooled: all, convolved };
  };
}

/** A convolution without bias, and batch norm behind it. */
function normed(root: Weights, { name, inputs, outputs, kernel, stride }: Convolution) {
  const at = name.split('.').reduce((place, part) => place.in(part), root);
  const filters = at.parameter('filters', [outputs, inputs, kernel, kernel], heNormal);
  const norm = batchNormAffine(at.in('norm'), outputs);
  const window = { stride, padding: Math.floor(kernel / 2), groups: 1 };
  return (x: Tensor, pass: Pass) => {
    const plain = conv(x, filters, window);
    const { scale, shift } = norm(plain, pass);
    if (pass.training) return { plain, normal: add(mul(plain, scale), shift) };
    // The scale goes into the filters, so that a finished encoder has one convolution and one addition.
    const folded = conv(x, mul(filters, reshape(scale, [outputs, 1, 1, 1])), window);
    return { plain, normal: add(folded, shift) };
  };
}

/** [B, C, H, W] → [B, C]. */
const overPlaces = (x: Tensor) => squeeze(mean(x, [2, 3]), 2, 3);

/** Mean and deviation of each channel. */
function spreadOf(x: Tensor): Tensor[] {
  const centre = overPlaces(x);
  const squares = div(squeeze(sumOfSquares(x, [2, 3]), 2, 3), x.shape[2]! * x.shape[3]!);
  return [centre, sqrt(maximum(sub(squares, square(centre)), constant(leastVariance)))];
}

/** Mean colours of the four quarters: [B, 3, S, S] → [B, 12]. */
function quarters(images: Tensor): Tensor {
  const [, channels, side] = images.shape as [number, number, number];
  const split = reshape(images, [-1, channels, 2, side / 2, 2, side / 2]);
  return reshape(mean(split, [3, 5]), [-1, channels * 4]);
}
