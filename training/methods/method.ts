/**
 * What a method is: the views it takes of a photo, the networks it trains, how these embed a batch, and how the
 * embeddings are compared. A recipe says this and nothing else; `step.ts` makes a training step of any of them.
 */
import type { MethodName } from '../../src-main/contract/run.ts';
import type { AnyTensor, Tensor } from '../graph/tensor.ts';
import type { Encoder, PatchEncoder } from '../modules/encoder.ts';
import type { TextEncoder } from '../modules/text-transformer.ts';
import type { Pass, Weights } from '../modules/weights.ts';
import type { ViewRecipe } from '../transforms/view-recipe.ts';
import type { OptimizerPlan } from './optimizer-plan.ts';

/** Where a method's weights live. */
export interface Places {
  /** Moved by the optimizer. */
  readonly trained: Weights;
  /** The slow copy, a twin of `trained`: follows it. */
  readonly slow: Weights;
  /** Queues, centers: kept with the run, moved by the method itself. */
  readonly kept: Weights;
}

/** What a run gives a method to build from. */
export interface Networks {
  readonly encoder: (at: Weights) => Encoder | PatchEncoder;
  /** null where there are no captions. */
  readonly text: ((at: Weights) => TextEncoder) | null;
  /** Whether batch norm may be used: not where the network sees only a part of the batch at a time. */
  readonly batchNorm: boolean;
}

/** What the network sees of a batch: B photos. */
export interface Seen {
  /** [B, 3, S, S] each, in the order of the method's views; S differs between global and local views. */
  readonly views: readonly Tensor[];
  /** [B, P] for each of the first two views: patches hidden from the student. */
  readonly masks: readonly Tensor<'bool'>[];
  /** [B, T] tokens of a caption of each photo, and where each caption ends, [B]. */
  readonly tokens: Tensor<'i32'>;
  readonly ends: Tensor<'i32'>;
}

/** What the loss knows of a batch besides its embeddings. */
export interface Known {
  /** [B]: photos with equal numbers are duplicates or a burst, and never each other's negatives. */
  readonly ids: Tensor<'i32'>;
  /** [B]: the class of each photo; its number in `ids` where there are no classes. */
  readonly labels: Tensor<'i32'>;
  /** [B]: whose second view is held against each photo's first one, and whether the two are alike, 1 or 0. */
  readonly partner: Tensor<'i32'>;
  readonly similar: Tensor<'i32'>;
  /** [], 0 during the first epoch, 1 after it. */
  readonly settled: Tensor;
  /** As the student saw them: [B, P] for each of the first two views. */
  readonly masks: readonly Tensor<'bool'>[];
}

export type Embeddings = Readonly<Record<string, Tensor>>;
export type Updates = ReadonlyMap<AnyTensor, AnyTensor>;

/** The two outputs of an encoder, [B, D] each: for likeness, and for comparing with words. */
export interface Description {
  readonly features: Tensor;
  readonly embedding: Tensor;
}

export interface Comparison {
  readonly loss: Tensor;
  /** Numbers to log: accuracy, entropy of the teacher. */
  readonly metrics?: Readonly<Record<string, Tensor>>;
  /** What the method keeps, after this step. @param moved  values of the trained weights after the optimizer. */
  readonly after?: (moved: Updates) => Updates;
}

export interface Preset<Knobs> {
  /** N, photos in a batch. */
  readonly batch: number;
  readonly epochs: number;
  readonly optimizer: OptimizerPlan;
  readonly knobs: Knobs;
}

/** Sides of images and patches, px; patch is 1 for a convnet. */
export interface ImageSize {
  readonly side: number;
  readonly patch: number;
}

export interface Method<Knobs, Parts> {
  readonly name: MethodName;
  /** As people write it. */
  readonly title: string;
  /** In one plain sentence: what it learns from. */
  readonly idea: string;
  readonly source: string;
  readonly learnsFrom: 'photos' | 'classes' | 'captions';
  /** It asks the encoder for single patches: a vision transformer. */
  readonly patches?: true;
  /** Photos below which another method serves better. */
  readonly fewest?: number;
  readonly presets: Readonly<Record<'paper' | 'library' | 'small', Preset<Knobs>>>;
  views(image: ImageSize, knobs: Knobs): readonly ViewRecipe[];
  parts(at: Places, networks: Networks, knobs: Knobs): Parts;
  embed(parts: Parts, seen: Seen, pass: Pass, knobs: Knobs): Embeddings;
  compare(parts: Parts, embeddings: Embeddings, known: Known, knobs: Knobs): Comparison;
  /** What the trained encoder says of photos [B, 3, S, S] once the training is over. */
  describe(parts: Parts, images: Tensor, pass: Pass): Description;
  /** And of texts, tokens [B, T] and where each ends [B] → [B, D], beside `embedding`; for methods that learn from captions. */
  describeText?(parts: Parts, tokens: Tensor<'i32'>, ends: Tensor<'i32'>, pass: Pass): Tensor;
  /** The embedding, [B, P], by which collapse shows. */
  readonly watched: string;
  /**
   * The slow copy: when it moves (before the forward pass, as in MoCo's code, or after the optimizer), and its momentum at
   * the start, rising to 1 over the run where `rises`.
   */
  slow?(knobs: Knobs): {
    readonly moves: 'before' | 'after';
    readonly momentum: number;
    readonly rises: boolean;
  };
  /** Numbers fed under these names that rise in a straight line over the first epochs: a teacher's temperature. */
  rises?(knobs: Knobs): Readonly<Record<string, Rise>>;
}

export interface Rise {
  readonly from: number;
  readonly to: number;
  readonly epochs: number;
}

/** A method whose own types nobody outside needs to know. */
export type AnyMethod = Method<object, object>;
