/**
 * A training step of any method as one graph: views, embeddings, comparison, gradients, optimizer, slow copy. And the
 * graph that tells what the encoder says of a photo.
 */
import { gradient } from './graph/gradient.ts';
import type { Graph } from './graph/graph.ts';
import { div, mul } from './graph/ops/elementwise.ts';
import { substitute } from './graph/substitute.ts';
import { type AnyTensor, type Tensor, input } from './graph/tensor.ts';
import type {
  Comparison,
  Description,
  Embeddings,
  Known,
  Method,
  Networks,
  Places,
  Seen,
  Updates,
} from './methods/method.ts';
import { follow } from './modules/momentum-encoder.ts';
import { Pass, Weights } from './modules/weights.ts';
import { clipEach, clipGlobally, globalNorm } from './optim/clip.ts';
import { type Optimizer, moveAll } from './optim/optimizer.ts';

/** What a run trains: a method on its networks. */
export interface Trained {
  readonly weights: Weights;
  readonly places: Places;
  embed(seen: Seen, pass: Pass): Embeddings;
  compare(embeddings: Embeddings, known: Known): ReturnType<Method<unknown, unknown>['compare']>;
  readonly describe: (images: Tensor, pass: Pass) => Description;
  /** null for a method without words. */
  readonly describeText: ((tokens: Tensor<'i32'>, ends: Tensor<'i32'>, pass: Pass) => Tensor) | null;
  readonly watched: string;
  readonly slow: ReturnType<NonNullable<Method<unknown, unknown>['slow']>> | null;
}

/** Makes a method's networks; first values are drawn from the seed. */
export function assemble<Knobs, Parts>(
  method: Method<Knobs, Parts>,
  knobs: Knobs,
  networks: Networks,
  seed: number,
): Trained {
  const weights = new Weights(seed);
  const trained = weights.in('trained');
  const places: Places = { trained, slow: trained.twin('slow'), kept: weights.in('kept') };
  return around(method, knobs, method.parts(places, networks, knobs), weights, places);
}

/** The same with parts that were made by other hands. */
export function around<Knobs, Parts>(
  method: Method<Knobs, Parts>,
  knobs: Knobs,
  parts: Parts,
  weights: Weights,
  places: Places,
): Trained {
  return {
    weights,
    places,
    embed: (seen, pass) => method.embed(parts, seen, pass, knobs),
    compare: (embeddings, known) => method.compare(parts, embeddings, known, knobs),
    describe: (images, pass) => method.describe(parts, images, pass),
    describeText: method.describeText
      ? (tokens, ends, pass) => method.describeText!(parts, tokens, ends, pass)
      : null,
    watched: method.watched,
    slow: method.slow?.(knobs) ?? null,
  };
}

/** Of an optimizer, what a graph needs. */
export type Mover = Pick<Optimizer, 'update'>;

export interface StepOptions {
  readonly optimizer: Mover;
  /** Longest gradient: all together, or each tensor by itself. */
  readonly clip?: number | undefined;
  readonly clipEach?: true | undefined;
  /** The loss is multiplied before differentiation, by a number that is fed: for half precision. */
  readonly scaled?: boolean | undefined;
}

/** Fed at each step: the slow copy's momentum, and what the loss is multiplied by for half precision. */
export const stepInputs = { momentum: 'momentum', lossScale: 'lossScale' } as const;

/**
 * One step on a whole batch.
 * @returns outputs `loss`, `norm` (of all gradients together, before clipping), `watched`, and the method's metrics
 *   under `metric.NAME`; updates of everything that a step moves.
 */
export function stepGraph(trained: Trained, seen: Seen, known: Known, options: StepOptions): Graph {
  const pass = new Pass({ training: true });
  const embeddings = trained.embed(seen, pass);
  const comparison = trained.compare(embeddings, known);
  const { loss, after } = comparison;
  const parameters = trained.places.trained.parameters;
  const { gradients, norm } = clipped(gradientsOf(loss, [...parameters.values()], options), options);
  const moved = moveAll(options.optimizer, parameters, gradients);
  const before = trained.slow?.moves === 'before' ? followed(trained) : new Map<AnyTensor, AnyTensor>();
  const follows = trained.slow?.moves === 'after' ? followed(trained, moved) : [];
  const updates: Updates = new Map([
    ...before,
    ...pass.updates,
    ...moved,
    ...(after?.(moved) ?? []),
    ...follows,
  ]);
  const outputs = { ...comparisonOutputs(comparison), norm, watched: embeddings[trained.watched]! };
  return seeing(before, { outputs, updates });
}

export const lossScale = () => input(stepInputs.lossScale, []);

/** The slow copy's next parameters. */
function followed({ places }: Trained, moved?: Updates): Map<AnyTensor, AnyTensor> {
  return follow(places.slow, places.trained, input(stepInputs.momentum, []), moved);
}

function gradientsOf(loss: Tensor, parameters: readonly Tensor[], { scaled }: StepOptions): Tensor[] {
  if (!scaled) return gradient(loss, parameters);
  const scale = lossScale();
  return gradient(mul(loss, scale), parameters).map((g) => div(g, scale));
}

/** Gradients as the optimizer gets them, and their length before. */
export function clipped(gradients: readonly Tensor[], { clip, clipEach: each }: StepOptions) {
  if (clip === undefined) return { gradients, norm: globalNorm(gradients) };
  return (each ? clipEach : clipGlobally)(gradients, clip);
}

/** What happens before the forward pass is seen by all of it, but for the new values themselves. */
function seeing(before: Updates, { outputs, updates }: Graph): Graph {
  if (before.size === 0) return { outputs, updates };
  const names = Object.keys(outputs);
  const keys = [...updates.keys()];
  const seen = substitute([...Object.values(outputs), ...updates.values()], (tensor) => before.get(tensor));
  return {
    outputs: Object.fromEntries(names.map((name, i) => [name, seen[i]!])),
    updates: new Map(keys.map((key, i) => [key, before.get(key) ?? seen[names.length + i]!])),
  };
}

/** `loss`, and the method's own numbers as `metric.NAME`. */
export const comparisonOutputs = ({ loss, metrics = {} }: Comparison): Readonly<Record<string, Tensor>> => ({
  loss,
  ...Object.fromEntries(Object.entries(metrics).map(([name, tensor]) => [`metric.${name}`, tensor])),
});

/** What the encoder says of photos, outside training. */
export function describeGraph(trained: Trained, images: Tensor): Graph {
  const { features, embedding } = trained.describe(images, new Pass({ training: false }));
  return { outputs: { features, embedding }, updates: new Map() };
}
