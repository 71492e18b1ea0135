/**
 * A step of the recipe as one graph. The tower learns to say of a view what the teacher says of it, in three ways: its features
 * and its embedding by their direction, and how it ranks sentences. Where a photo has sentences of its own, it also learns to
 * tell them from those of the others in the batch.
 */
import { gradient } from '../../graph/gradient.ts';
import type { Graph } from '../../graph/graph.ts';
import { add, mul, stopGradient, sub } from '../../graph/ops/elementwise.ts';
import { unit } from '../../graph/ops/length.ts';
import { matmul } from '../../graph/ops/matmul.ts';
import { mean, sum } from '../../graph/ops/reduce.ts';
import { slice } from '../../graph/ops/shape.ts';
import { logSoftmax, softmax } from '../../graph/ops/softmax.ts';
import { type Tensor, constant, input } from '../../graph/tensor.ts';
import { clip } from '../../losses/clip.ts';
import { distillation } from '../../losses/distillation.ts';
import { Pass, type Weights } from '../../modules/weights.ts';
import { clipGlobally } from '../../optim/clip.ts';
import { type Optimizer, moveAll } from '../../optim/optimizer.ts';
import type { ViewRecipe } from '../../transforms/view-recipe.ts';
import { type Statistics, viewOf } from '../../transforms/view.ts';
import type { Tower, TowerShape } from './tower.ts';
import { viewSide } from './view-store.ts';

/** Of pixels from 0 to 1; the built-in encoder's card says them on the scale of bytes. */
export const statistics: Statistics = {
  mean: [123, 117, 104].map((value) => value / 255),
  std: [58, 58, 58].map((value) => value / 255),
};

/** What changes between two looks at one stored view. The teacher is not asked again, so that it must be little. */
export const lightChanges = (side: number): ViewRecipe => ({
  name: 'view',
  side,
  area: [0.82, 1],
  flip: 0.5,
  jitter: { probability: 0.8, brightness: 0.25, contrast: 0.25, saturation: 0.25, hue: 0.03 },
  gray: 0.02,
  blur: null,
  solarize: 0,
  rotation: null,
});

export interface LossWeights {
  readonly features: number;
  readonly embedding: number;
  readonly ranking: number;
  readonly captions: number;
}

/** Those of the stop-gap's training. */
export const usualWeights: LossWeights = { features: 1, embedding: 2, ranking: 0.5, captions: 0.3 };

/** What cosines with sentences are multiplied by: 1 over the temperature at which the teacher's head ended. */
export const sentenceScale = 1 / 0.047;

/** Longest gradient. */
const longestGradient = 5;

export interface DistilShape {
  /** Views in a batch; the first `withCaptions` have a sentence of their own. */
  readonly batch: number;
  readonly withCaptions: number;
  /** Sentences that are ranked. */
  readonly bank: number;
  /** px that the tower sees. */
  readonly side: number;
}

/** Images [B, 3, S, S] out of `photos`, bytes of stored views, and what is fed for their changes. */
export function seenViews({ batch, side }: Pick<DistilShape, 'batch' | 'side'>): Tensor {
  const photos = input('photos', [batch, 3, viewSide, viewSide], 'u8');
  return viewOf(lightChanges(side), photos, statistics);
}

/**
 * Inputs: `photos` [B, 3, V, V] bytes and what the view is fed; `target` [B, features + embedding] as the teacher says;
 * `captions` [C, embedding] and `bank` [K, embedding] of the text side.
 * @returns outputs `loss`, its four parts as `loss.NAME`, `norm` of the gradient, `accuracy` of telling captions.
 */
export function distilStep(
  tower: Tower,
  weights: Weights,
  shape: TowerShape,
  { batch, withCaptions, bank: sentences, side }: DistilShape,
  { optimizer, parts }: { readonly optimizer: Pick<Optimizer, 'update'>; readonly parts: LossWeights },
): Graph {
  const target = input('target', [batch, shape.features + shape.embedding]);
  const captions = input('captions', [withCaptions, shape.embedding]);
  const bank = input('bank', [sentences, shape.embedding]);
  const pass = new Pass({ training: true });
  const seen = tower(seenViews({ batch, side }), pass);
  const embedding = unit(seen.embedding);
  const wanted = slice(target, 1, shape.features);

  const features = distillation(seen.features, slice(target, 1, 0, shape.features)).loss;
  const direction = distillation(embedding, wanted).loss;
  const ranking = divergence(against(wanted, bank), against(embedding, bank));
  const told = clip(slice(embedding, 0, 0, withCaptions), captions, constant(Math.log(sentenceScale)));
  const loss = add(
    add(mul(features, parts.features), mul(direction, parts.embedding)),
    add(mul(ranking, parts.ranking), mul(told.loss, parts.captions)),
  );

  const parameters = weights.parameters;
  const { gradients, norm } = clipGlobally(gradient(loss, [...parameters.values()]), longestGradient);
  return {
    outputs: {
      loss,
      'loss.features': features,
      'loss.embedding': direction,
      'loss.ranking': ranking,
      'loss.captions': told.loss,
      accuracy: told.accuracy,
      norm,
    },
    updates: new Map([...pass.updates, ...moveAll(optimizer, parameters, gradients)]),
  };
}

const against = (rows: Tensor, bank: Tensor) => mul(matmul(rows, bank, { transposeB: true }), sentenceScale);

/** How far the ranking that is learned is from the teacher's: Kullback and Leibler, in nats, mean over the batch. */
function divergence(teacher: Tensor, student: Tensor): Tensor {
  const known = stopGradient(teacher);
  return mean(sum(mul(softmax(known), sub(logSoftmax(known), logSoftmax(student))), -1));
}
