/** One step of fitting an adapter: pairs of cached vectors, the adapter, its losses, its optimizer, as one graph. */
import { gradient } from '../graph/gradient.ts';
import type { Graph } from '../graph/graph.ts';
import { add, mul, square, sub } from '../graph/ops/elementwise.ts';
import { root } from '../graph/ops/length.ts';
import { filled, mean } from '../graph/ops/reduce.ts';
import { concat } from '../graph/ops/shape.ts';
import { type Tensor, input } from '../graph/tensor.ts';
import { clip } from '../losses/clip.ts';
import { distillation } from '../losses/distillation.ts';
import { ntXent } from '../losses/nt-xent.ts';
import { supCon } from '../losses/sup-con.ts';
import { Pass, type Weights } from '../modules/weights.ts';
import { clipGlobally } from '../optim/clip.ts';
import { moveAll } from '../optim/optimizer.ts';
import type { Mover } from '../step.ts';
import type { LikenessPlan, WordsPlan } from './adapt-plan.ts';

/** Two views of a photo and its moment; or a view and a text. */
export const adapterInputs = {
  first: 'first',
  second: 'second',
  text: 'text',
  ids: 'ids',
  labels: 'labels',
} as const;

export interface AdapterStepOptions {
  /** B. */
  readonly batch: number;
  /** D. */
  readonly dim: number;
  readonly optimizer: Mover;
  /** Longest gradient. */
  readonly clip: number;
}

type Head = (rows: Tensor, pass: Pass) => Tensor;

/**
 * Likeness.
 * @param weights  what the head was made at. @param head  [N, D] → [N, D].
 * @returns outputs `loss`, `contrast` (NT-Xent alone), `norm`, `accuracy` (pairs that find each other among the batch), `moved`
 *   (mean of 1 - cosine to where the features were), `spread` (as in Collapse).
 */
export function likenessStep(
  weights: Weights,
  head: Head,
  { temperature, anchor, classes }: LikenessPlan,
  options: AdapterStepOptions,
): Graph {
  const { batch, dim } = options;
  const pass = new Pass({ training: true });
  const [first, second] = [
    input(adapterInputs.first, [batch, dim]),
    input(adapterInputs.second, [batch, dim]),
  ];
  const ids = input(adapterInputs.ids, [batch], 'i32');
  const [one, two] = [head(first, pass), head(second, pass)];
  const after = concat([one, two], 0);
  const { loss: contrast, accuracy } = ntXent(one, two, { temperature, ids });
  const moved = distillation(after, concat([first, second], 0)).loss;
  const parts = [contrast, mul(moved, anchor)];
  if (classes > 0) {
    const labels = input(adapterInputs.labels, [batch], 'i32');
    parts.push(mul(supCon(after, concat([labels, labels], 0), { temperature }).loss, classes));
  }
  return finished(weights, parts, { contrast, accuracy, moved, spread: spreadOf(after) }, options);
}

/**
 * Words: photos are moved, texts stay where they are.
 * @returns outputs as of likenessStep; `contrast` is CLIP's loss.
 */
export function wordsStep(
  weights: Weights,
  head: Head,
  { temperature, anchor }: WordsPlan,
  options: AdapterStepOptions,
): Graph {
  const { batch, dim } = options;
  const first = input(adapterInputs.first, [batch, dim]);
  const text = input(adapterInputs.text, [batch, dim]);
  const ids = input(adapterInputs.ids, [batch], 'i32');
  const after = head(first, new Pass({ training: true }));
  const { loss: contrast, accuracy } = clip(after, text, filled(Math.log(1 / temperature), []), { ids });
  const moved = distillation(after, first).loss;
  const told = { contrast, accuracy, moved, spread: spreadOf(after) };
  return finished(weights, [contrast, mul(moved, anchor)], told, options);
}

function finished(
  weights: Weights,
  parts: readonly Tensor[],
  told: Readonly<Record<string, Tensor>>,
  { optimizer, clip: longest }: AdapterStepOptions,
): Graph {
  const loss = parts.reduce((sum, part) => add(sum, part));
  const { parameters } = weights;
  const { gradients, norm } = clipGlobally(gradient(loss, [...parameters.values()]), longest);
  return { outputs: { loss, norm, ...told }, updates: moveAll(optimizer, parameters, gradients) };
}

/** Mean deviation of a dimension, times √D: evaluate/collapse.ts. @param rows  [M, D], unit length. */
function spreadOf(rows: Tensor): Tensor {
  const variance = mean(square(sub(rows, mean(rows, 0))), 0);
  return mul(mean(root(variance)), Math.sqrt(rows.shape[1]!));
}
