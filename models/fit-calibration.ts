/** Pairs whose match is known → the calibration of relevance.ts. */
import type { Calibration } from './card.ts';

/** Similarities, and for each 1 where the two match, 0 where not. */
export interface JudgedPairs {
  readonly similarity: Float32Array;
  readonly match: Uint8Array;
}

export interface FitOptions {
  /** Share of a library's photos that is assumed to match, 0..1 exclusive. */
  readonly prior: number;
  /**
   * Only pairs at least this similar are fitted: the line between match and none lies there, and choosing pairs by
   * their similarity does not change what the similarity says about them.
   */
  readonly from: number;
}

/**
 * Logistic regression of match on similarity by Newton's method, then shifted by Bayes' rule from the pairs' own
 * share of matches to the prior.
 * @throws RangeError when the pairs hold no match or nothing else, or are told apart without a single mistake
 *   (the fit then has no end).
 */
export function fitCalibration({ similarity, match }: JudgedPairs, { prior, from }: FitOptions): Calibration {
  const near = similarity.reduce((count, x) => count + (x >= from ? 1 : 0), 0);
  let [bias, weight] = [0, 0];
  for (let step = 0; step < 30; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (let i = 0; i < similarity.length; i++) {
      const x = similarity[i]!;
      if (x < from) continue;
      const p = 1 / (1 + Math.exp(-(bias + weight * x)));
      const error = match[i]! - p;
      const curve = p * (1 - p);
      g0 += error;
      g1 += error * x;
      h00 += curve;
      h01 += curve * x;
      h11 += curve * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 1e-12 * near * near)) throw new RangeError('these pairs cannot be fitted');
    bias += (h11 * g0 - h01 * g1) / determinant;
    weight += (h00 * g1 - h01 * g0) / determinant;
  }
  const share = match.reduce((sum, one) => sum + one, 0) / match.length;
  const shifted = bias + logOdds(prior) - logOdds(share);
  if (!Number.isFinite(shifted)) throw new RangeError('these pairs cannot be fitted');
  return { bias: round(shifted), weight: round(weight) };
}

/**
 * Where matches and others can be told apart without a mistake, or not at all, the fit has no end: the line lies midway
 * between their means, and at a mean the relevance is 0.95 or 0.05.
 */
export function calibrationBetween({ similarity, match }: JudgedPairs): Calibration {
  const meanOf = (wanted: number) => {
    const own = similarity.filter((_, i) => match[i] === wanted);
    return own.length === 0 ? 0 : own.reduce((sum, value) => sum + value, 0) / own.length;
  };
  const [others, matches] = [meanOf(0), meanOf(1)];
  const weight = (2 * Math.log(19)) / Math.max(matches - others, 0.01);
  return { bias: (-weight * (matches + others)) / 2, weight };
}

function logOdds(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/** Three decimals move no relevance by more than 0.001. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
