/** The vectors nearest to each vector, by exact search: every one is compared with every other one. */
import type { Session } from './inference.ts';
import { encodeOnnx } from './onnx-messages.ts';

/** Rows of neighbours. */
export interface Neighbours {
  readonly k: number;
  /** [Q, k]; -1 where there are fewer. */
  readonly places: Int32Array;
  /** [Q, k] cosines, falling; -1 where there are fewer. */
  readonly cosines: Float32Array;
}

/** Numbers that one run may hold: rows asked for together times all rows. 64 MB. */
const comparedAtOnce = 16_000_000;

/**
 * The neighbours of each row among the others.
 * @param rows  [N, D], unit. @param open  loads a model from its bytes.
 * Cost on one core: 20 s and 250 MB for 60,000 rows of 128 numbers.
 */
export async function findNeighbours(
  rows: Float32Array,
  dim: number,
  k: number,
  open: (model: Uint8Array) => Promise<Session>,
): Promise<Neighbours> {
  const count = rows.length / dim;
  const found = await nearestRows(rows, rows, dim, { k: k + 1, open });
  const places = new Int32Array(count * k).fill(-1);
  const cosines = new Float32Array(count * k).fill(-1);
  for (let own = 0; own < count; own++) {
    let at = own * k;
    const end = at + k;
    for (let i = own * (k + 1); i < (own + 1) * (k + 1) && at < end; i++) {
      const place = found.places[i]!;
      if (place === own || place < 0) continue;
      places[at] = place;
      cosines[at++] = found.cosines[i]!;
    }
  }
  return { k, places, cosines };
}

/**
 * The rows nearest to each query, itself among them where it is one.
 * @param queries  [Q, D], unit. @param rows  [N, D], unit.
 */
export async function nearestRows(
  queries: Float32Array,
  rows: Float32Array,
  dim: number,
  options: { readonly k: number; readonly open: (model: Uint8Array) => Promise<Session> },
): Promise<Neighbours> {
  const { k, open } = options;
  const count = rows.length / dim;
  const asked = queries.length / dim;
  const places = new Int32Array(asked * k).fill(-1);
  const cosines = new Float32Array(asked * k).fill(-1);
  const nearest = Math.min(k, count);
  if (nearest === 0 || asked === 0) return { k, places, cosines };
  const columns = new Float32Array(rows.length);
  for (let i = 0; i < count; i++) for (let d = 0; d < dim; d++) columns[d * count + i] = rows[i * dim + d]!;
  const model = await open(nearestModel(nearest));
  try {
    const matrix = { data: columns, dims: [dim, count] };
    const together = Math.max(1, Math.floor(comparedAtOnce / count));
    for (let from = 0; from < asked; from += together) {
      const part = Math.min(together, asked - from);
      const data = queries.subarray(from * dim, (from + part) * dim);
      const found = await model.run({ queries: { data, dims: [part, dim] }, matrix });
      const values = found['values']!.data as Float32Array;
      const indices = found['indices']!.data as BigInt64Array;
      for (let row = 0; row < part; row++)
        for (let i = 0; i < nearest; i++) {
          places[(from + row) * k + i] = Number(indices[row * nearest + i]);
          cosines[(from + row) * k + i] = values[row * nearest + i]!;
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
    name: 'nearest rows',
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
