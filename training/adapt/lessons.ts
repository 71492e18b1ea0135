/** What each adapter learns from: which photos, what is drawn of them, and the step that learns it. */
import type { Feeds } from '../engines/engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Pass, Weights } from '../modules/weights.ts';
import type { AdaptedOutput, LikenessPlan, WordsPlan } from './adapt-plan.ts';
import { type AdapterStepOptions, likenessStep, wordsStep } from './adapter-step.ts';
import { type PairSource, drawPairs } from './draw-pairs.ts';
import { type TextSource, drawTexts } from './draw-texts.ts';
import { type Gate, gateOf } from './gate.ts';
import { viewPlaces } from './view-pixels.ts';

export interface Lesson {
  readonly output: AdaptedOutput;
  /** D, or E. */
  readonly dim: number;
  readonly gate: Gate | null;
  /** Of AdamW. */
  readonly rate: number;
  /** Rows to learn from. */
  readonly photos: Int32Array;
  /** @param photos  rows. */
  draw(photos: Int32Array, at: { readonly seed: number; readonly epoch: number }): Feeds;
  step(weights: Weights, head: (rows: Tensor, pass: Pass) => Tensor, options: AdapterStepOptions): Graph;
}

export const likenessLesson = (source: PairSource, photos: Int32Array, plan: LikenessPlan): Lesson => ({
  output: 'features',
  dim: source.features.dim,
  gate: null,
  rate: plan.rate,
  photos,
  draw: (some, at) => drawPairs(source, some, at),
  step: (weights, head, options) => likenessStep(weights, head, plan, options),
});

/** @param photos  rows with a text. */
export const wordsLesson = (
  source: TextSource,
  photos: Int32Array,
  plan: WordsPlan,
  seed: number,
): Lesson => ({
  output: 'embedding',
  dim: source.embedding.dim,
  gate: gateOf(source.embedding.rows(viewPlaces.whole, photos), seed),
  rate: plan.rate,
  photos,
  draw: (some, at) => drawTexts(source, some, at),
  step: (weights, head, options) => wordsStep(weights, head, plan, options),
});
