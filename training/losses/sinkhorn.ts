import { add, div, exp, sub } from '../graph/ops/elementwise.ts';
import { logSumExp } from '../graph/ops/softmax.ts';
import type { Tensor } from '../graph/tensor.ts';
import { positiveNumber } from './refuse.ts';

export interface SinkhornOptions {
  readonly temperature: number | Tensor;
  /** How often columns and rows are evened out; 3 in the papers. */
  readonly iterations: number;
}

/**
 * Sinkhorn-Knopp: turns scores into shares such that every photo is given away once and no prototype gets more than its part.
 * @param scores  [R, K], rows of all views together against prototypes.
 * @returns [R, K]; rows sum to 1 (after at least one iteration), columns to about R / K. In log space: exp(2 / 0.04)
 *   alone is beyond what float32 can add up.
 * Source: Caron et al. 2020 (SwAV), §3.1, arXiv 2006.09882; DINOv2's dino_clstoken_loss.py.
 */
export function sinkhorn(scores: Tensor, { temperature, iterations }: SinkhornOptions): Tensor {
  if (typeof temperature === 'number') positiveNumber('sinkhorn', 'temperature', temperature);
  const [rows, columns] = scores.shape as readonly [number, number];
  const scaled = div(scores, temperature);
  let log = sub(scaled, logSumExp(logSumExp(scaled, 1), 0));
  for (let i = 0; i < iterations; i++) {
    log = sub(log, add(logSumExp(log, 0), Math.log(columns)));
    log = sub(log, add(logSumExp(log, 1), Math.log(rows)));
  }
  return exp(add(log, Math.log(rows)));
}
