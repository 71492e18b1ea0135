/** One step of fitting an adapter: pairs of cached features, the adapter, its losses, its optimizer, as one graph. */
import { gradient } from '../graph/gradient.ts';
import type { Graph } from '../graph/graph.ts';
import { add, mul, square, sub } from '../graph/ops/elementwise.ts';
import { root } from '../graph/ops/length.ts';
import { mean } from '../graph/ops/reduce.ts';
import { concat } from '../graph/ops/shape.ts';
import { type Tensor, input } from '../graph/tensor.ts';
import { distillation } from '../losses/distillation.ts';
import { ntXent } from '../losses/nt-xent.ts';
import { supCon } from '../losses/sup-con.ts';
import { Pass, type Weights } from '../modules/weights.ts';
import { clipGlobally } from '../optim/clip.ts';
import { moveAll } from '../optim/optimizer.ts';
import type { Mover } from '../step.ts';

export interface AdapterLosses {
  /** Of both comparisons, > 0. */
  readonly temperature: number;
  /** Weight of 1 - cosine to the features that one began with. */
  readonly anchor: number;
  /** Weight of the loss that draws a class together; 0 without classes. */
  readonly classes: number;
}

export const adapterInputs = { first: 'first', second: 'second', ids: 'ids', labels: 'labels' } as const;

export interface AdapterStepOptions {
  /** B. */
  readonly batch: number;
  /** D. */
  readonly dim: number;
  readonly losses: AdapterLosses;
  readonly optimizer: Mover;
  /** Longest gradient. */
  readonly clip: number;
}

/**
 * @param weights  what the head was made at. @param head  [N, D] → [N, D].
 * @returns outputs `loss`, `norm`, `accuracy` (pairs that find each other among the batch), `moved` (mean of 1 - cosine to
 *   where the features were), `spread` (as in Collapse).
 */
export function adapterStep(
  weights: Weights,
  head: (features: Tensor, pass: Pass) => Tensor,
  { batch, dim, losses, optimizer, clip }: AdapterStepOptions,
): Graph {
  const pass = new Pass({ training: true });
  const [first, second] = [
    input(adapterInputs.first, [batch, dim]),
    input(adapterInputs.second, [batch, dim]),
  ];
  const ids = input(adapterInputs.ids, [batch], 'i32');
  const [one, two] = [head(first, pass), head(second, pass)];
  const after = concat([one, two], 0);
  const { temperature } = losses;
  const compared = ntXent(one, two, { temperature, ids });
  const moved = distillation(after, concat([first, second], 0)).loss;
  const parts = [compared.loss, mul(moved, losses.anchor)];
  if (losses.classes > 0) {
    const labels = input(adapterInputs.labels, [batch], 'i32');
    parts.push(mul(supCon(after, concat([labels, labels], 0), { temperature }).loss, losses.classes));
  }
  const loss = parts.reduce((sum, part) => add(sum, part));
  const { parameters } = weights;
  const { gradients, norm } = clipGlobally(gradient(loss, [...parameters.values()]), clip);
  return {
    outputs: { loss, norm, accuracy: compared.accuracy, moved, spread: spreadOf(after) },
    updates: moveAll(optimizer, parameters, gradients),
  };
}

/** Mean deviation of a dimension, times √D: evaluate/collapse.ts. @param rows  [M, D], unit length. */
function spreadOf(rows: Tensor): Tensor {
  const variance = mean(square(sub(rows, mean(rows, 0))), 0);
  return mul(mean(root(variance)), Math.sqrt(rows.shape[1]!));
}
