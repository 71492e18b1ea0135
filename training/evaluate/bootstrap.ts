import { Random } from '../random.ts';

export interface PairedDifference {
  /** Mean of `after` less mean of `before`. */
  readonly difference: number;
  /** 95 % of the draws lie between these. */
  readonly low: number;
  readonly high: number;
  /** Share of the draws in which `after` was ahead. */
  readonly ahead: number;
}

/**
 * Whether training helped: a paired bootstrap over the same queries before and after. Queries are drawn with
 * replacement, each with both its outcomes, so that what makes some queries harder than others cancels out.
 * @param before  one outcome a query, such as 1 for a hit among the first ten, or its average precision.
 * @param after  of the same queries, in the same order.
 * @throws RangeError when the two differ in number, or are none.
 * Source: Efron, Tibshirani 1993 (An Introduction to the Bootstrap), ch. 13: the percentile interval.
 */
export function pairedBootstrap(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  { draws = 1000, seed }: { readonly draws?: number; readonly seed: number },
): PairedDifference {
  const count = before.length;
  if (count === 0 || after.length !== count)
    throw new RangeError(`${count} outcomes before and ${after.length} after`);
  const gains = Float64Array.from({ length: count }, (_, at) => after[at]! - before[at]!);
  const random = new Random(seed, 'bootstrap');
  const means = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += gains[random.integer(count)]!;
    means[draw] = sum / count;
  }
  means.sort();
  const quantile = (share: number) => means[Math.round(share * (draws - 1))]!;
  return {
    difference: gains.reduce((sum, gain) => sum + gain, 0) / count,
    low: quantile(0.025),
    high: quantile(0.975),
    ahead: means.filter((gain) => gain > 0).length / draws,
  };
}
