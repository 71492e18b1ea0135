/** All vectors of one output of an encoder, as one matrix. */
import type { EncoderOutput } from '../contract/engine.ts';
import type { VectorReader } from './vectors.ts';

/** Vectors of an encoder: row i belongs to contentIds[i]. */
export interface Vectors {
  readonly contentIds: Int32Array;
  /** [N, D], unit. */
  readonly rows: Float32Array;
  readonly dim: number;
}

const rowsAtOnce = 4096;

/** @returns null where the encoder has none yet. Memory: N × D × 4 bytes. */
export function readVectors(reader: VectorReader, encoderId: string, output: EncoderOutput): Vectors | null {
  const dim = reader.dims(encoderId, output);
  if (dim === null) return null;
  const count = reader.count(encoderId, output);
  const rows = new Float32Array(count * dim);
  const contentIds = new Int32Array(count);
  let at = 0;
  for (let after = 0; at < count;) {
    const some = reader.since(encoderId, output, after, rowsAtOnce);
    if (some.length === 0) break;
    for (const { seq, contentId, vector } of some) {
      after = seq;
      if (at === count) break;
      rows.set(vector, at * dim);
      contentIds[at++] = contentId;
    }
  }
  return { contentIds: contentIds.subarray(0, at), rows: rows.subarray(0, at * dim), dim };
}
