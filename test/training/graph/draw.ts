/** Seeded numbers for tests. */

/** Numbers that look random and are the same on every machine: mulberry32. */
export function uniform(seed: number, count: number, low = -1, high = 1): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return low + (((t ^ (t >>> 14)) >>> 0) / 4294967296) * (high - low);
  });
}

/** Normally distributed numbers, by Box and Muller. */
export function normal(seed: number, count: number, scale = 1): Float64Array {
  const u = uniform(seed, count * 2, 0, 1);
  return Float64Array.from(
    { length: count },
    (_, i) => scale * Math.sqrt(-2 * Math.log(1 - u[2 * i]!)) * Math.cos(2 * Math.PI * u[2 * i + 1]!),
  );
}
