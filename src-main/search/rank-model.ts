/**
 * The one-node ONNX model that compares a query with many vectors: cosines [1, N] = query [1, D] · matrix [D, N],
 * with N and D free, so that one session serves every chunk of every encoder.
 *
 * Why a matrix by columns, and nothing more: docs/speed.md has the figures, `npm run bench -- rank-model` makes them.
 * By columns ONNX Runtime reads each number once, as fast as memory gives them. By rows it rearranges them first and takes
 * about twice as long (and ten times as long where the query has one dimension). The price: a vector is scattered over D places
 * of memory, which makes reading in 100,000 of them up to 0.3 s longer. TopK in the graph is no faster than choosing in
 * JS, and every cosine is needed anyway: for the counts, for the blend with names, for photos that the filter leaves.
 */
import type { Session } from '../../models/inference.ts';
import { encodeOnnx } from '../../models/onnx-messages.ts';
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
      matrix: { data: matrix, dims: [dim, cosines.length] },
    });
    cosines.set(answer['cosines']!.data as Float32Array);
  };
}

/** @returns the bytes of an ONNX model: inputs `query` [1, D] and `matrix` [D, N], output `cosines` [1, N]. */
export function rankModel(): Uint8Array {
  return encodeOnnx({
    name: 'rank',
    opset: 13,
    inputs: [
      { name: 'query', type: 'f32', shape: [1, 'D'] },
      { name: 'matrix', type: 'f32', shape: ['D', 'N'] },
    ],
    outputs: [{ name: 'cosines', type: 'f32', shape: [1, 'N'] }],
    nodes: [
      {
        opType: 'MatMul',
        name: 'compare',
        input: ['query', 'matrix'],
        output: ['cosines'],
        attributes: {},
      },
    ],
    constants: [],
  });
}
