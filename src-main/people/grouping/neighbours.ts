/** The faces that look most like each face, by exact search: every face is compared with every other one. */
import type { Session } from '../../../models/inference.ts';
import { encodeOnnx } from '../../../models/onnx-messages.ts';

/** Rows of neighbours; each face's own is not among them. */
export interface Neighbours {
  readonly k: number;
  /** [N, k]; -1 where there are fewer. */
  readonly places: Int32Array;
  /** [N, k] cosines, falling. */
  readonly cosines: Float32Array;
}

/** Numbers that one run may hold: faces asked for together times all faces. 64 MB. */
const comparedAtOnce = 16_000_000;

/**
 * @param rows  [N, D], unit. @param open  loads a model from its bytes.
 * Cost on one core: 20 s and 250 MB for 60,000 faces of 128 numbers.
 */
export async function findNeighbours(
  rows: Float32Array,
  dim: number,
  k: number,
  open: (model: Uint8Array) => Promise<Session>,
): Promise<Neighbours> {
  const count = rows.length / dim;
  const nearest = Math.min(k + 1, count);
  const places = new Int32Array(count * k).fill(-1);
  const cosines = new Float32Array(count * k).fill(-1);
  if (count < 2) return { k, places, cosines };
  const columns = new Float32Array(rows.length);
  for (let i = 0; i < count; i++) for (let d = 0; d < dim; d++) columns[d * count + i] = rows[i * dim + d]!;
  const model = await open(nearestModel(nearest));
  try {
    const matrix = { data: columns, dims: [dim, count] };
    const together = Math.max(1, Math.floor(comparedAtOnce / count));
    for (let from = 0; from < count; from += together) {
      const asked = Math.min(together, count - from);
      const queries = { data: rows.subarray(from * dim, (from + asked) * dim), dims: [asked, dim] };
      const found = await model.run({ queries, matrix });
      const [values, indices] = [
        found['values']!.data as Float32Array,
        found['indices']!.data as BigInt64Array,
      ];
      for (let row = 0; row < asked; row++) {
        const own = from + row;
        let at = own * k;
        const end = at + k;
        for (let i = row * nearest; i < (row + 1) * nearest && at < end; i++) {
          const place = Number(indices[i]);
          if (place === own) continue;
          places[at] = place;
          cosines[at++] = values[i]!;
        }
      }
    }
  } finally {
    await model.close();
  }
  return { k, places, cosines };
}

/** `queries` [Q, D] · `matrix` [D, N] → the best of each row. */
function nearestModel(count: number): Uint8Array {
  return encodeOnnx({
    name: 'nearest faces',
    opset: 13,
    inputs: [
      { name: 'queries', type: 'f32', shape: ['Q', 'D'] },
      { name: 'matrix', type: 'f32', shape: ['D', 'N'] },
    ],
    outputs: [
      { name: 'values', type: 'f32', shape: ['Q', count] },
      { name: 'indices', type: 'i64', shape: ['Q', count] },
    ],
    nodes: [
      { opType: 'MatMul', name: 'compare', input: ['queries', 'matrix'], output: ['all'], attributes: {} },
      {
        opType: 'TopK',
        name: 'choose',
        input: ['all', 'count'],
        output: ['values', 'indices'],
        attributes: { axis: 1, largest: 1, sorted: 1 },
      },
    ],
    constants: [
      {
        name: 'count',
        type: 'i64',
        shape: [1],
        bytes: new Uint8Array(BigInt64Array.of(BigInt(count)).buffer),
      },
    ],
  });
}
