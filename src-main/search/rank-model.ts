/**
 * The one-node ONNX model that compares a query with many vectors: cosines [1, N] = query [1, D] · matrix [N, D]ᵀ,
 * with N and D free, so that one session serves every chunk of every encoder.
 *
 * Why Gemm with transB, rows as they lie, and nothing more (100,000 × 256, one thread; `npm run bench -- search`
 * prints the same comparison): Gemm 5 ms, a bare read of the same bytes 3.5 ms, a plain loop 24 ms. MatMul of the
 * rows with a one-dimensional query takes ONNX Runtime's slow path: 58 ms. Columns instead of rows would take
 * 3.4 ms, but then one vector is scattered over D places of memory and adding or removing it costs D cache misses.
 * TopK in the graph costs more than selecting in JS (0.6 ms), and every cosine is needed anyway: for the mean and
 * deviation that relevance is calibrated by, for the counts, and for the blend with names.
 *
 * Source: ONNX IR specification, onnx.proto3; operator Gemm, opset 13.
 */
import protobuf from 'protobufjs/light.js';
import type { Session } from '../../models/inference.ts';
import type { Compare } from './vector-index.ts';

/** Loads a model from its bytes. The engine hands it in: only encode/session.ts knows ONNX Runtime. */
export type OpenModel = (bytes: Uint8Array) => Promise<Session>;

const floatType = 1;
const intAttribute = 2;

const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });

/** The messages of onnx.proto3 that this model needs, with their field numbers. */
const onnx = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: repeated('OperatorSetIdProto', 8),
      },
    },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    GraphProto: {
      fields: {
        node: repeated('NodeProto', 1),
        name: { type: 'string', id: 2 },
        input: repeated('ValueInfoProto', 11),
        output: repeated('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        opType: { type: 'string', id: 4 },
        attribute: repeated('AttributeProto', 5),
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        i: { type: 'int64', id: 3 },
        type: { type: 'int32', id: 20 },
      },
    },
    ValueInfoProto: { fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } } },
    TypeProto: { fields: { tensorType: { type: 'TensorTypeProto', id: 1 } } },
    TensorTypeProto: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'ShapeProto', id: 2 } } },
    ShapeProto: { fields: { dim: repeated('DimensionProto', 1) } },
    DimensionProto: {
      oneofs: { value: { oneof: ['dimValue', 'dimParam'] } },
      fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } },
    },
  },
});

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
  const model = onnx.lookupType('ModelProto');
  return model
    .encode(
      model.fromObject({
        irVersion: 8,
        producerName: 'likeness',
        opsetImport: [{ domain: '', version: 13 }],
        graph: {
          name: 'rank',
          input: [matrix('query', 1, 'D'), matrix('matrix', 'N', 'D')],
          output: [matrix('cosines', 1, 'N')],
          node: [
            {
              opType: 'Gemm',
              input: ['query', 'matrix'],
              output: ['cosines'],
              attribute: [{ name: 'transB', type: intAttribute, i: 1 }],
            },
          ],
        },
      }),
    )
    .finish();
}

function matrix(name: string, ...dims: readonly (number | string)[]) {
  const dim = dims.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: floatType, shape: { dim } } } };
}
