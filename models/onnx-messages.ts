/**
 * Writes ONNX models, and reads what one must know to add to them: the messages of an .onnx file that a graph of ours
 * needs, with their field numbers.
 * Source: onnx.proto3 of the ONNX IR specification, version 10, https://onnx.ai/onnx/repo-docs/IR.html.
 */
import protobuf from 'protobufjs/light.js';

const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: repeated('OperatorSetIdProto', 8),
        metadataProps: repeated('StringStringEntryProto', 14),
      },
    },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    StringStringEntryProto: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    GraphProto: {
      fields: {
        node: repeated('NodeProto', 1),
        name: { type: 'string', id: 2 },
        initializer: repeated('TensorProto', 5),
        input: repeated('ValueInfoProto', 11),
        output: repeated('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: repeated('AttributeProto', 5),
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        f: { type: 'float', id: 2 },
        i: { type: 'int64', id: 3 },
        s: { type: 'bytes', id: 4 },
        ints: { rule: 'repeated', type: 'int64', id: 8 },
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
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

/** TensorProto.DataType of the types of numbers; ONNX wants 64-bit integers for shapes and axes. */
export const dataType = { f32: 1, u8: 2, i32: 6, i64: 7, bool: 9, f16: 10 } as const;
export type OnnxType = keyof typeof dataType;

/** The attributes our operations use: whole numbers, numbers with a point, words, lists of whole numbers. */
export type OnnxAttribute = number | { readonly float: number } | string | readonly number[];

export interface OnnxNode {
  readonly opType: string;
  readonly name: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
  /** Little-endian, as the type lays them out. */
  readonly bytes: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** A word instead of a size leaves that size free. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly name: string;
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The bytes of an .onnx file. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const message = root.lookupType('ModelProto');
  return message
    .encode({
      irVersion: 10,
      producerName: 'likeness',
      opsetImport: [{ domain: '', version: model.opset }],
      metadataProps: Object.entries(model.metadata ?? {}).map(([key, value]) => ({ key, value })),
      graph: { name: model.name, ...graphFields(model), input: model.inputs.map(valueInfo) },
    })
    .finish();
}

/** What a graph is added to by: nodes, constants, outputs. */
export type OnnxAddition = Pick<OnnxModel, 'nodes' | 'constants' | 'outputs'>;

/** The bytes that, behind those of a graph, add to it: all these fields are lists. */
export function encodeAddition(addition: OnnxAddition): Uint8Array {
  return root.lookupType('GraphProto').encode(graphFields(addition)).finish();
}

/** What of a model one must know to add to it. */
export interface OnnxFacts {
  /** Version of the standard's own operations; null when it uses none. */
  readonly opset: number | null;
  /** Every name of a value or a node. */
  readonly names: ReadonlySet<string>;
  /** Whether an output has this type; false also for a name that is none. */
  hasOutput(name: string, type: OnnxType): boolean;
}

/** @throws Error when the bytes are no model. */
export function readOnnxFacts(bytes: Uint8Array): OnnxFacts {
  const { opsetImport, graph } = root.lookupType('ModelProto').decode(bytes) as unknown as ReadModel;
  const ours = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return {
    opset: ours ? Number(ours.version) : null,
    names: new Set([
      ...graph.node.flatMap(({ name, input, output }) => [name, ...input, ...output]),
      ...[...graph.initializer, ...graph.input, ...graph.output].map(({ name }) => name),
    ]),
    hasOutput: (name, type) =>
      graph.output.some((one) => one.name === name && one.type?.tensorType?.elemType === dataType[type]),
  };
}

/**
 * The whole of a model, as far as it consists of the messages above: what encodeOnnx wrote comes back as it was. Attributes
 * of kinds that no operation of ours has are left out.
 * @throws Error when the bytes are no model.
 */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const message = root.lookupType('ModelProto');
  const { graph, opsetImport, metadataProps } = message.toObject(message.decode(bytes), {
    longs: Number,
    arrays: true,
  }) as PlainModel;
  return {
    name: graph.name ?? '',
    opset: opsetImport.find(({ domain }) => (domain ?? '') === '')?.version ?? 0,
    nodes: graph.node.map(({ opType, name = '', input, output, attribute }) => ({
      opType,
      name,
      input,
      output,
      attributes: Object.fromEntries(attribute.flatMap(readAttribute)),
    })),
    constants: graph.initializer.map(({ name, dims, dataType: type, rawData }) => ({
      name,
      type: typeNamed(type),
      shape: dims,
      bytes: rawData,
    })),
    inputs: graph.input.map(readValue),
    outputs: graph.output.map(readValue),
    metadata: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])),
  };
}

interface PlainModel {
  readonly opsetImport: readonly { readonly domain?: string; readonly version: number }[];
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
  readonly graph: {
    readonly name?: string;
    readonly node: readonly (Pick<OnnxNode, 'opType' | 'input' | 'output'> & {
      readonly name?: string;
      readonly attribute: readonly PlainAttribute[];
    })[];
    readonly initializer: readonly {
      readonly name: string;
      readonly dims: readonly number[];
      readonly dataType: number;
      readonly rawData: Uint8Array;
    }[];
    readonly input: readonly PlainValue[];
    readonly output: readonly PlainValue[];
  };
}

interface PlainAttribute {
  readonly name: string;
  readonly type?: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints: readonly number[];
}

interface PlainValue {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: { readonly dim: readonly { readonly dimValue?: number; readonly dimParam?: string }[] };
    };
  };
}

function readAttribute({ name, type, f = 0, i = 0, s, ints }: PlainAttribute): [string, OnnxAttribute][] {
  switch (type) {
    case 1:
      return [[name, { float: f }]];
    case 2:
      return [[name, i]];
    case 3:
      return [[name, new TextDecoder().decode(s)]];
    case 7:
      return [[name, ints]];
    default:
      return [];
  }
}

function readValue({ name, type: { tensorType } }: PlainValue): OnnxValue {
  const shape = tensorType.shape.dim.map(({ dimValue, dimParam }) => dimParam ?? dimValue ?? 0);
  return { name, type: typeNamed(tensorType.elemType), shape };
}

function typeNamed(number: number): OnnxType {
  const found = Object.entries(dataType).find(([, value]) => value === number);
  if (!found) throw new RangeError(`a type of numbers, ${number}, that no model of ours has`);
  return found[0] as OnnxType;
}

interface ReadModel {
  /** 64-bit numbers come as objects that turn into numbers. */
  readonly opsetImport: readonly { readonly domain: string; readonly version: unknown }[];
  readonly graph: {
    readonly node: readonly Pick<OnnxNode, 'name' | 'input' | 'output'>[];
    readonly initializer: readonly { readonly name: string }[];
    readonly input: readonly { readonly name: string }[];
    readonly output: readonly {
      readonly name: string;
      readonly type?: { readonly tensorType?: { readonly elemType: number } };
    }[];
  };
}

function graphFields({ nodes, constants, outputs }: OnnxAddition) {
  return {
    node: nodes.map(({ attributes, ...node }) => ({
      ...node,
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    })),
    initializer: constants.map(({ name, type, shape, bytes }) => ({
      name,
      dims: shape,
      dataType: dataType[type],
      rawData: bytes,
    })),
    output: outputs.map(valueInfo),
  };
}

function attribute(name: string, value: OnnxAttribute) {
  if (typeof value === 'number') return { name, i: value, type: 2 };
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: 3 };
  if ('float' in value) return { name, f: value.float, type: 1 };
  return { name, ints: value, type: 7 };
}

function valueInfo({ name, type, shape }: OnnxValue) {
  const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: dataType[type], shape: { dim } } } };
}
