/** N vectors of one length, row by row: what an encoder made of N photos or texts. */
export interface Rows {
  /** [count, dim]. */
  readonly values: Float32Array | Float64Array;
  readonly count: number;
  readonly dim: number;
}

/** Below this a row has no direction, and stays a row of zeros. */
const shortest = 1e-12;

/** @throws RangeError when the numbers do not fill whole rows. */
export function rowsOf(values: Rows['values'], dim: number): Rows {
  const count = values.length / dim;
  if (!(dim > 0) || !Number.isInteger(count))
    throw new RangeError(`${values.length} numbers are no rows of ${dim}`);
  return { values, count, dim };
}

/** Row `index`, not copied. */
export function rowAt({ values, dim }: Rows, index: number): Rows['values'] {
  return values.subarray(index * dim, (index + 1) * dim);
}

/** A copy whose rows have length 1, so that products are cosines; a row of zeros keeps its zeros. */
export function unitRows({ values, count, dim }: Rows): Rows {
  const unit = values.slice();
  for (let start = 0; start < count * dim; start += dim) {
    let squares = 0;
    for (let d = start; d < start + dim; d++) squares += values[d]! * values[d]!;
    const length = Math.sqrt(squares);
    for (let d = start; d < start + dim; d++) unit[d] = length <= shortest ? 0 : values[d]! / length;
  }
  return { values: unit, count, dim };
}

/** Squared length of each row. */
export function squaredLengths({ values, count, dim }: Rows): Float64Array {
  const squares = new Float64Array(count);
  for (let row = 0; row < count; row++)
    for (let d = row * dim; d < (row + 1) * dim; d++) squares[row]! += values[d]! * values[d]!;
  return squares;
}

/** The rows at some places, in that order, as a copy. @throws RangeError for a place outside. */
export function takeRows(rows: Rows, places: readonly number[]): Rows {
  const { values, count, dim } = rows;
  const room = places.length * dim;
  const picked = values instanceof Float32Array ? new Float32Array(room) : new Float64Array(room);
  for (const [at, place] of places.entries()) {
    if (!(place >= 0 && place < count)) throw new RangeError(`row ${place} of ${count}`);
    picked.set(rowAt(rows, place), at * dim);
  }
  return { values: picked, count: places.length, dim };
}

/** @throws RangeError when rows that are to be compared differ in length. */
export function sameDim(first: Rows, second: Rows): number {
  if (first.dim !== second.dim)
    throw new RangeError(`rows of ${first.dim} against rows of ${second.dim} numbers`);
  return first.dim;
}
