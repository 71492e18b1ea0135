/**
 * Writes small ONNX models: just the messages of onnx.proto3 that a graph of plain float32 operators needs.
 * Source: ONNX IR specification, onnx.proto3 (field numbers), https://onnx.ai/onnx/repo-docs/IR.html.
 */
import protobuf from 'protobufjs/light.js';

/** A value: its name, its dims (a name stands for a size that is free), float32 unless told. */
export interface GraphValue {
  readonly name: string;
  readonly dims: readonly (number | string)[];
  readonly type?: 'float32' | 'int64';
}
export interface GraphNode {
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  /** Integer attributes by name. */
  readonly attributes?: Readonly<Record<string, number>>;
}
export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
}

/** Operators as of opset 13, which every ONNX Runtime since 1.8 knows. */
const opset = 13;
const irVersion = 8;
/** TensorProto.DataType. */
const elemTypes = { float32: 1, int64: 7 } as const;
/** AttributeProto.AttributeType.INT. */
const intAttribute = 2;

const many = (type: string, id: number) => ({ rule: 'repeated', type, id });
const messages = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: many('OperatorSetIdProto', 8),
      },
    },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    GraphProto: {
      fields: {
        node: many('NodeProto', 1),
        name: { type: 'string', id: 2 },
        input: many('ValueInfoProto', 11),
        output: many('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: many('string', 1),
        output: many('string', 2),
        opType: { type: 'string', id: 4 },
        attribute: many('AttributeProto', 5),
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
    ShapeProto: { fields: { dim: many('DimensionProto', 1) } },
    DimensionProto: {
      oneofs: { value: { oneof: ['dimValue', 'dimParam'] } },
      fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } },
    },
  },
});

/** @returns the bytes of an .onnx file. */
export function encodeModel({ name, inputs, outputs, nodes }: Graph): Uint8Array {
  const model = messages.lookupType('ModelProto');
  const node = nodes.map(({ attributes = {}, ...rest }) => ({
    ...rest,
    attribute: Object.entries(attributes).map(([name, i]) => ({ name, i, type: intAttribute })),
  }));
  const graph = { name, node, input: inputs.map(valueInfo), output: outputs.map(valueInfo) };
  const opsetImport = [{ domain: '', version: opset }];
  return model.encode(model.fromObject({ irVersion, producerName: 'likeness', opsetImport, graph })).finish();
}

function valueInfo({ name, dims, type = 'float32' }: GraphValue) {
  const dim = dims.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: elemTypes[type], shape: { dim } } } };
}
