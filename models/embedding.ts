/** Embeddings: unit-length vectors of D float32, compared by cosine. */

/** How far from 1 a length may lie and still count as unit length; float32 sums of 1,000 squares stay far below. */
const unitTolerance = 1e-3;

/** Sum of products. For unit vectors the cosine similarity, -1..1. @throws RangeError when lengths differ. */
export function dot(first: Float32Array, second: Float32Array): number {
  if (first.length !== second.length)
    throw new RangeError(`dot of ${first.length} and ${second.length} numbers`);
  let sum = 0;
  for (let d = 0; d < first.length; d++) sum += first[d]! * second[d]!;
  return sum;
}

/** Euclidean length. */
export function vectorLength(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}

export function isUnit(vector: Float32Array): boolean {
  return Math.abs(vectorLength(vector) - 1) <= unitTolerance;
}

/** A copy of length 1. @throws RangeError for a vector without direction: all zeros, NaN or infinite. */
export function toUnit(vector: Float32Array): Float32Array {
  const length = vectorLength(vector);
  if (!(length > 0 && Number.isFinite(length))) throw new RangeError(`a vector of length ${length}`);
  return vector.map((value) => value / length);
}

/**
 * The direction in the middle of several: sum of the unit vectors, made unit length.
 * @param vectors  1 or more of one length. @throws RangeError when they cancel out, or there are none.
 */
export function meanDirection(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    const unit = toUnit(vector);
    if (unit.length !== sum.length) throw new RangeError(`mean of ${sum.length} and ${unit.length} numbers`);
    for (let d = 0; d < sum.length; d++) sum[d]! += unit[d]!;
  }
  return toUnit(sum);
}

/** Row `index` of a matrix [N, D] laid out row by row, as a copy with memory of its own. */
export function rowOf(matrix: Float32Array, index: number, dim: number): Float32Array {
  if (index < 0 || (index + 1) * dim > matrix.length)
    throw new RangeError(`row ${index} of ${matrix.length / dim}`);
  return matrix.slice(index * dim, (index + 1) * dim);
}
