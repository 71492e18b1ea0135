/**
 * The one-node ONNX model that compares a query with many vectors: cosines [1, N] = query [1, D] · matrix [N, D]ᵀ,
 * with N and D free, so that one session serves every chunk of every encoder.
 *
 * Why Gemm over rows as they lie, and nothing more: docs/speed.md has the figures, `npm run bench -- rank-model`
 * makes them. MatMul of the rows with a one-dimensional query falls into a slow path of ONNX Runtime, ten times slower.
 * Columns instead of rows take a third to a half less, but a vector is then scattered over D places of memory: reading in
 * 100,000 of them took half a second longer, for a few milliseconds a query that nobody notices. TopK in the graph is no faster than choosing in JS, and every cosine is needed
 * anyway: for the counts, for the blend with names, and for photos that the filter leaves.
 */
import type { Session } from '../../models/inference.ts';
import { encodeModel } from './onnx-messages.ts';
import type { Compare } from './vector-index.ts';

/** Loads a model from its bytes. The engine hands it in: only encode/session.ts knows ONNX Runtime. */
export type OpenModel = (bytes: Uint8Array) => Promise<Session>;

/** Comparing as ONNX Runtime does it. The matrix is read where it lies; only the cosines are copied. */
export async function openCompare(openModel: OpenModel): Promise<Compare> {
  const model = await openModel(rankModel());
  return async (query, matrix, cosines) => {
    const dim = query.length;
    const answer = await model.run({
      query: { data: query, dims: [1, dim] },
      matrix: { data: matrix, dims: [cosines.length, dim] },
    });
    cosines.set(answer['cosines']!.data as Float32Array);
  };
}

/** @returns the bytes of an ONNX model: inputs `query` [1, D] and `matrix` [N, D], output `cosines` [1, N]. */
export function rankModel(): Uint8Array {
  return encodeModel({
    name: 'rank',
    inputs: [
      { name: 'query', dims: [1, 'D'] },
      { name: 'matrix', dims: ['N', 'D'] },
    ],
    outputs: [{ name: 'cosines', dims: [1, 'N'] }],
    nodes: [{ opType: 'Gemm', input: ['query', 'matrix'], output: ['cosines'], attributes: { transB: 1 } }],
  });
}
