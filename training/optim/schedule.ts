/** Numbers that move over a run, worked out for every step before it begins: they can be plotted, tested and resumed. */

export interface WarmUpCosine {
  /** Steps of the whole run. */
  readonly steps: number;
  /** Steps of linear rise from 0; step k gets base · k / warmUp (Goyal et al. 2017; DINO's code rises one step earlier). */
  readonly warmUp?: number;
  readonly base: number;
  /** Where the cosine ends: 0 when left out. */
  readonly final?: number;
}

/** Linear warm-up, then half a cosine from `base` down to `final`: Loshchilov, Hutter 2017 (SGDR), arXiv 1608.03983. */
export function warmUpCosine({ steps, warmUp = 0, base, final = 0 }: WarmUpCosine): Float64Array {
  return Float64Array.from({ length: steps }, (_, k) =>
    k < warmUp ? (base * k) / warmUp : cosine(base, final, (k - warmUp) / (steps - warmUp)),
  );
}

/** Half a cosine from `start` to `final`, which it would reach at step `steps`: weight decay of DINO, 0.04 to 0.4. */
export function cosineFrom(start: number, final: number, steps: number): Float64Array {
  return Float64Array.from({ length: steps }, (_, k) => cosine(start, final, k / steps));
}

/** Momentum of a slow copy, rising to 1: 1 - (1 - start)(cos(πk/steps) + 1)/2, BYOL's equation in §3.1. */
export const momentumTo1 = (start: number, steps: number) => cosineFrom(start, 1, steps);

/** A straight rise over the first `warmUp` steps, of which the last has the final value already, then constant: DINO's teacher temperature. */
export function riseTo(start: number, final: number, warmUp: number, steps: number): Float64Array {
  return Float64Array.from({ length: steps }, (_, k) =>
    k < warmUp && warmUp > 1 ? start + ((final - start) * k) / (warmUp - 1) : final,
  );
}

/** The rate for a batch of N, given for 256: rates grow with the batch (Goyal et al. 2017, arXiv 1706.02677). */
export const scaledRate = (rateFor256: number, batch: number) => (rateFor256 * batch) / 256;

const cosine = (start: number, final: number, share: number) =>
  final + ((start - final) * (1 + Math.cos(Math.PI * share))) / 2;
