/**
 * The two halves of what contrastive learning is after: views of one photo lie together, different photos lie apart.
 * As figures of a finished encoder; losses/alignment.ts has them as losses.
 */
import { Random } from '../random.ts';
import { type Rows, rowAt, sameDim, squaredLengths, takeRows, unitRows } from './rows.ts';
import { similarityRows } from './similarities.ts';

/**
 * How near two views of the same photos lie: mean of distance^alpha between unit vectors; with alpha 2 from 0 (the same)
 * to 4 (opposite). NaN of none.
 * @param first  [N, D]. @param second  [N, D], in the same order.
 * Source: Wang, Isola 2020, §4.1, arXiv 2005.10242.
 */
export function alignmentOf(first: Rows, second: Rows, alpha = 2): number {
  sameDim(first, second);
  if (first.count !== second.count)
    throw new RangeError(`${first.count} photos against ${second.count} of their views`);
  const [a, b] = [unitRows(first), unitRows(second)];
  let sum = 0;
  for (let i = 0; i < a.count; i++) {
    const [x, y] = [rowAt(a, i), rowAt(b, i)];
    let squares = 0;
    for (let d = 0; d < a.dim; d++) squares += (x[d]! - y[d]!) ** 2;
    sum += squares ** (alpha / 2);
  }
  return sum / a.count;
}

/** Photos that uniformity looks at; 2,000 have 2 million pairs, and its error is in the third digit. */
export const uniformityLimit = 2000;

/**
 * How evenly photos cover the sphere: log of the mean over distinct pairs of exp(-t · squared distance). 0 when all
 * are the same, about -3.5 to -4 (t 2) when spread out in many dimensions.
 * @param rows  [N, D], N of 2 or more; of more than `uniformityLimit` a seeded sample.
 * @returns NaN of fewer than 2.
 * Source: Wang, Isola 2020, §4.1, arXiv 2005.10242; distinct pairs, as in its code.
 */
export function uniformityOf(
  rows: Rows,
  { t = 2, seed = 0 }: { readonly t?: number; readonly seed?: number } = {},
): number {
  const unit = unitRows(rows.count > uniformityLimit ? sample(rows, seed) : rows);
  const lengths = squaredLengths(unit);
  let sum = 0;
  for (const [i, products] of similarityRows(unit, unit))
    for (let j = 0; j < i; j++)
      sum += Math.exp(-t * Math.max(0, lengths[i]! + lengths[j]! - 2 * products[j]!));
  return Math.log(sum / ((unit.count * (unit.count - 1)) / 2));
}

function sample(rows: Rows, seed: number): Rows {
  const places = new Random(seed, 'uniformity').shuffle(Array.from({ length: rows.count }, (_, i) => i));
  return takeRows(rows, places.slice(0, uniformityLimit));
}
