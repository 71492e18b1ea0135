/** What the tests of search share: vectors from a seed, and two ways of comparing them. */
import { toUnit } from '../../models/embedding.ts';
import { openCompare, type OpenModel } from '../../src-main/search/rank-model.ts';
import type { Compare } from '../../src-main/search/vector-index.ts';
import { openSession } from '../../src-main/encode/session.ts';

/** Unit length, the same for the same seed: a small linear congruential generator, near enough to random. */
export function unitVector(dim: number, seed: number): Float32Array {
  let state = (seed * 2_654_435_761) >>> 0;
  const numbers = Float32Array.from({ length: dim }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return toUnit(numbers);
}

/** A unit vector whose cosine to `vector` is `cosine`; another one for another seed. */
export function near(vector: Float32Array, cosine: number, seed: number): Float32Array {
  const other = unitVector(vector.length, seed + 1_000_000);
  const along = plainCosine(vector, other);
  const across = toUnit(other.map((value, place) => value - along * vector[place]!));
  return vector.map((value, place) => cosine * value + Math.sqrt(1 - cosine ** 2) * across[place]!);
}

export function plainCosine(first: Float32Array, second: Float32Array): number {
  return first.reduce((sum, value, place) => sum + value * second[place]!, 0);
}

/** The judge: one loop. */
export const plainCompare: Compare = (query, matrix, cosines) => {
  for (let row = 0; row < cosines.length; row += 1) {
    let sum = 0;
    for (let place = 0; place < query.length; place += 1)
      sum += query[place]! * matrix[place * cosines.length + row]!;
    cosines[row] = sum;
  }
  return Promise.resolve();
};

/** As the engine does: one session of ONNX Runtime. */
export const openModel: OpenModel = (bytes) => openSession(bytes, { threads: 1 });

export const onnxCompare = (threads = 1): Promise<Compare> =>
  openCompare((bytes) => openSession(bytes, { threads }));
