/** What the tests of search share: vectors from a seed, and two ways of comparing them. */
import { openCompare } from '../../src-main/search/rank-model.ts';
import type { Compare } from '../../src-main/search/vector-index.ts';
import { openSession } from '../../src-main/encode/session.ts';

/** Unit length, the same for the same seed: a small linear congruential generator, near enough to random. */
export function unitVector(dim: number, seed: number): Float32Array {
  let state = (seed * 2_654_435_761) >>> 0;
  const numbers = Float32Array.from({ length: dim }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return toUnitLength(numbers);
}

export function toUnitLength(numbers: Float32Array): Float32Array {
  const length = Math.hypot(...numbers);
  return numbers.map((number) => number / length);
}

/** The judge: one loop. */
export const plainCompare: Compare = (query, matrix, cosines) => {
  for (let row = 0; row < cosines.length; row += 1) {
    let sum = 0;
    for (let place = 0; place < query.length; place += 1)
      sum += query[place]! * matrix[row * query.length + place]!;
    cosines[row] = sum;
  }
  return Promise.resolve();
};

/** What the engine uses. */
export const onnxCompare = (threads = 1): Promise<Compare> =>
  openCompare((bytes) => openSession(bytes, { threads }));
