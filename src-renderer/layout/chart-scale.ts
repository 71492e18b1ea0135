/** Where the lines of a curve begin and end, and which numbers stand beside them. Pure. */

export interface ChartScale {
  readonly min: number;
  readonly max: number;
  /** Lower, middle and upper line. */
  readonly ticks: readonly [number, number, number];
  /** Digits behind the point that tell the ticks apart. */
  readonly digits: number;
}

/** Differences below it are nobody's concern here. */
const shortestSpan = 4e-3;
/** Steps that people count in. */
const nice = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

export interface ScaleWish {
  /** The scale spans at least this much, or noise would look like a mountain. */
  readonly least?: number;
  /** No value lies outside: neither does the scale, as far as its steps allow. */
  readonly within?: readonly [number, number];
}

/**
 * The shortest scale of two nice steps that holds all values.
 * @param values  finite; none of them gives 0 to 1.
 */
export function chartScale(values: readonly number[], { least = 0, within }: ScaleWish = {}): ChartScale {
  if (values.length === 0) return scaleOf(0, 0.5);
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const span = Math.max(high - low, least, Math.abs(high) * 1e-3, shortestSpan);
  const middle = (low + high) / 2;
  let [from, to] = [Math.min(low, middle - span / 2), Math.max(high, middle + span / 2)];
  if (within && to > within[1]) [from, to] = [Math.min(low, from - (to - within[1])), within[1]];
  if (within && from < within[0]) [from, to] = [within[0], Math.max(high, to + (within[0] - from))];
  for (let power = Math.floor(Math.log10(span / 2)); ; power++)
    for (const one of nice) {
      const step = one * 10 ** power;
      // A scale that ends at the bound is counted down from there.
      const min =
        within && to >= within[1] - 1e-9 ? within[1] - 2 * step : Math.floor(from / step + 1e-9) * step;
      if (min > from + 1e-9 * step) continue;
      if (min + 2 * step >= to - 1e-9 * step) return scaleOf(min, step);
    }
}

function scaleOf(min: number, step: number): ChartScale {
  // As few digits as write the step: 0.25 takes two, 0.5 one, 5 none.
  let digits = 0;
  while (digits < 6 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits++;
  const at = (steps: number) => Number((min + steps * step).toFixed(digits));
  return { min: at(0), max: at(2), ticks: [at(0), at(1), at(2)], digits };
}
