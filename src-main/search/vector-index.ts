/** The vectors of one output of one encoder, in memory, so that a query can be compared with all of them at once. */
import { LikenessError } from '../contract/errors.ts';
import type { ContentId } from '../contract/photo.ts';
import { IdRows } from './id-rows.ts';

/** Writes the dot product of `query` [D] with each column of `matrix` [D, N] into `cosines` [N]. */
export type Compare = (query: Float32Array, matrix: Float32Array, cosines: Float32Array) => Promise<void>;

/**
 * Vectors of one chunk: 16 MiB at D = 256. Half or twice as many are as fast to compare. Not 16,384: the numbers of one
 * vector would then lie 2^16 bytes apart, all in one set of the cache, and adding vectors take three times as long.
 */
const defaultChunkRows = 16_400;

/** A vector, and whose it is. Vectors of two encoders have nothing to do with one another, even where they are of one length. */
export interface EncodedVector {
  readonly encoderId: string;
  /** [D], unit length. */
  readonly vector: Float32Array;
}

/** Vectors of two encoders were about to be compared: a fault of the program, which would have shown photos at random. */
export class OtherEncoderError extends LikenessError {
  constructor(encoderId: string, other: string) {
    super(
      'internal',
      `A vector of the encoder ${other} was to be compared with vectors of ${encoderId}.`,
      'Search again; if it comes back, report it.',
    );
    this.name = 'OtherEncoderError';
  }
}

export interface VectorIndexOptions {
  /** The encoder whose vectors it holds. */
  readonly encoderId: string;
  /** D: numbers of one vector. */
  readonly dim: number;
  readonly compare: Compare;
  readonly chunkRows?: number;
}

/**
 * An exact index: a matrix of unit vectors, kept in chunks that never move, one row a content. A removed row is
 * filled with the last one, so rows are always 0..size - 1 without a gap; a row number is good until the next change.
 * Each chunk is laid out by columns: place 0 of all its vectors, then place 1 … (rank-model.ts says why).
 * Cost: N × D × 4 bytes (98 MiB at N = 100,000 and D = 256), rounded up to whole chunks, and 12 bytes a content.
 */
export class VectorIndex {
  readonly encoderId: string;
  readonly dim: number;
  readonly #compare: Compare;
  readonly #chunkRows: number;
  /** Each [D, chunkRows]; the last one is partly filled. */
  readonly #chunks: Float32Array[] = [];
  readonly #rows = new IdRows();
  readonly #contentIds: ContentId[] = [];

  constructor({ encoderId, dim, compare, chunkRows = defaultChunkRows }: VectorIndexOptions) {
    this.encoderId = encoderId;
    this.dim = dim;
    this.#compare = compare;
    this.#chunkRows = chunkRows;
  }

  get size(): number {
    return this.#contentIds.length;
  }

  /** The row of a content's vector, or -1 where it has none. */
  rowOf(contentId: number): number {
    return this.#rows.get(contentId);
  }

  /** The content whose vector stands in each row. */
  get contentIds(): readonly ContentId[] {
    return this.#contentIds;
  }

  /**
   * Adds a content's vector, or puts it in the place of the one it had.
   * @param vector  [D], unit length; copied.
   * @throws RangeError when its length is not D: it is another encoder's.
   */
  put(contentId: ContentId, vector: Float32Array): void {
    if (vector.length !== this.dim)
      throw new RangeError(`A vector of ${vector.length} numbers for an index of ${this.dim}.`);
    let row = this.#rows.get(contentId);
    if (row < 0) {
      row = this.#contentIds.length;
      this.#contentIds.push(contentId);
      this.#rows.set(contentId, row);
      if (row === this.#chunks.length * this.#chunkRows)
        this.#chunks.push(new Float32Array(this.#chunkRows * this.dim));
    }
    const { chunk, first } = this.#place(row);
    for (let place = 0, at = first; place < this.dim; place += 1, at += this.#chunkRows)
      chunk[at] = vector[place]!;
  }

  /** @returns false when the content had no vector. */
  remove(contentId: number): boolean {
    const row = this.#rows.get(contentId);
    if (row < 0) return false;
    const lastRow = this.size - 1;
    const lastId = this.#contentIds.pop()!;
    if (row !== lastRow) {
      this.#copyRow(lastRow, row);
      this.#contentIds[row] = lastId;
      this.#rows.set(lastId, row);
    }
    this.#rows.delete(contentId);
    if (lastRow === (this.#chunks.length - 1) * this.#chunkRows) this.#chunks.pop();
    return true;
  }

  /**
   * Cosine of the query with every vector.
   * @param query  of the same encoder and output.
   * @returns [N], by row, -1..1. The index must not be changed until it is there.
   * @throws OtherEncoderError, RangeError when its length is not D.
   * Cost: one pass over N × D × 4 bytes; time in docs/speed.md.
   */
  async cosines({ encoderId, vector: query }: EncodedVector): Promise<Float32Array> {
    if (encoderId !== this.encoderId) throw new OtherEncoderError(this.encoderId, encoderId);
    if (query.length !== this.dim)
      throw new RangeError(`A query of ${query.length} numbers for an index of ${this.dim}.`);
    const cosines = new Float32Array(this.#chunks.length * this.#chunkRows);
    for (const [index, chunk] of this.#chunks.entries()) {
      const start = index * this.#chunkRows;
      // Whole chunks, the unfilled rows of the last one too (1 ms at most): ONNX Runtime may sum in another order when
      // there are few, and a cosine must not change its last bit with the row that its vector stands in.
      await this.#compare(query, chunk, cosines.subarray(start, start + this.#chunkRows));
    }
    return cosines.subarray(0, this.size);
  }

  #copyRow(from: number, to: number): void {
    const source = this.#place(from);
    const target = this.#place(to);
    for (let offset = 0; offset < source.chunk.length; offset += this.#chunkRows)
      target.chunk[target.first + offset] = source.chunk[source.first + offset]!;
  }

  /** Where a row's first number lies; the others follow `chunkRows` apart. */
  #place(row: number): { chunk: Float32Array; first: number } {
    return { chunk: this.#chunks[Math.floor(row / this.#chunkRows)]!, first: row % this.#chunkRows };
  }
}
