/** Descriptors of people who do not exist: who somebody is, and what has nothing to do with it (light, pose), in dimensions of their own. */
import type { FaceLessons } from '../../../src-main/contract/learn-faces.ts';
import { Random } from '../../../training/random.ts';

export interface Drawing {
  readonly persons: number;
  readonly each: number;
  readonly dim: number;
  /** Dimensions of the nuisance, and its strength beside the person's own. */
  readonly nuisance: number;
  readonly strength: number;
  /** What differs from face to face and cannot be learned. */
  readonly noise: number;
  readonly seed: number;
}

export function drawFaces({ persons, each, dim, nuisance, strength, noise, seed }: Drawing): FaceLessons {
  const random = new Random(seed, 'drawn faces');
  const count = persons * each;
  const descriptors = new Float32Array(count * dim);
  for (let person = 0; person < persons; person++) {
    const own = Array.from({ length: dim - nuisance }, () => random.normal());
    for (let face = 0; face < each; face++) {
      const row = descriptors.subarray((person * each + face) * dim, (person * each + face + 1) * dim);
      for (let d = 0; d < dim; d++)
        row[d] = d < nuisance ? strength * random.normal() : own[d - nuisance]! + noise * random.normal();
      const length = Math.hypot(...row);
      for (let d = 0; d < dim; d++) row[d]! /= length;
    }
  }
  return {
    dim,
    descriptors,
    persons: Int32Array.from({ length: count }, (_, row) => Math.floor(row / each)),
    contents: Int32Array.from({ length: count }, (_, row) => row),
    isNot: new Int32Array(),
  };
}
