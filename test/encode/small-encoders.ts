/** Encoders of a few kilobytes in the form that the Hub has them: two ONNX models, a tokenizer.json, a catalog entry. */
import { createHash } from 'node:crypto';
import { listCatalog, type CatalogEntry } from '../../models/catalog.ts';
import { encodeOnnx, type OnnxNode, type OnnxTensor } from '../../models/onnx-messages.ts';
import { clipLike, gemmaLike } from '../models/small-tokenizers.ts';

export interface SmallEncoder {
  readonly entry: CatalogEntry;
  /** Path on the host → bytes. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

const [side, dim] = [8, 4];

/**
 * @param spareBytes  weights that nothing uses, so that the image side takes its time to come.
 * @param words  tokens that the text side has a vector for; the tokenizers have some 300 and 530.
 */
export function smallEncoder(
  family: CatalogEntry['family'],
  { spareBytes = 0, words = 600 }: { readonly spareBytes?: number; readonly words?: number } = {},
): SmallEncoder {
  const siglip = family === 'siglip2';
  const repository = `somebody/${family}`;
  const revision = '0123456789012345678901234567890123456789';
  const parts = [
    { role: 'image', path: 'onnx/vision_model.onnx', bytes: imageModel(siglip, spareBytes) },
    { role: 'text', path: 'onnx/text_model.onnx', bytes: textModel(siglip, words) },
    {
      role: 'tokenizer',
      path: 'tokenizer.json',
      bytes: new TextEncoder().encode(JSON.stringify(siglip ? gemmaLike : clipLike)),
    },
  ] as const;
  const files = Object.fromEntries(
    parts.map(({ path, bytes }) => [`/${repository}/resolve/${revision}/${path}`, bytes]),
  );
  const [entry] = listCatalog([
    {
      id: `small-${family}`,
      name: siglip ? 'Small SigLIP' : 'Small CLIP',
      licence: 'MIT',
      source: 'https://example.org/small',
      family,
      recommended: siglip,
      size: side,
      dim,
      files: parts.map(({ role, path, bytes }) => ({
        role,
        repository,
        revision,
        path,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      })),
    },
  ]);
  return { entry: entry!, files };
}

/** The mean colour, turned into four numbers. */
function imageModel(siglip: boolean, spareBytes: number): Uint8Array {
  const output = siglip ? 'pooler_output' : 'image_embeds';
  return encodeOnnx({
    name: 'image',
    opset: 13,
    nodes: [
      node('ReduceMean', ['pixel_values'], 'colour', { axes: [2, 3], keepdims: 0 }),
      node('MatMul', ['colour', 'weights'], output),
    ],
    constants: [
      floats('weights', [3, dim], (at) => Math.sin(at + 1)),
      {
        name: 'spare',
        type: 'u8',
        shape: [spareBytes],
        bytes: Uint8Array.from({ length: spareBytes }, (_, at) => (at * at) % 251),
      },
    ],
    inputs: [{ name: 'pixel_values', type: 'f32', shape: ['n', 3, side, side] }],
    outputs: [{ name: output, type: 'f32', shape: ['n', dim] }],
  });
}

/** The mean of one vector a token; where there is a mask, of those that it leaves. */
function textModel(siglip: boolean, words: number): Uint8Array {
  const table = floats('table', [words, dim], (at) => Math.sin(at * 7 + 3));
  const ids = { name: 'input_ids', type: 'i64', shape: ['n', 'l'] } as const;
  if (siglip)
    return encodeOnnx({
      name: 'text',
      opset: 13,
      nodes: [
        node('Gather', ['table', 'input_ids'], 'last_hidden_state'),
        node('ReduceMean', ['last_hidden_state'], 'pooler_output', { axes: [1], keepdims: 0 }),
      ],
      constants: [table],
      inputs: [ids],
      outputs: [
        { name: 'last_hidden_state', type: 'f32', shape: ['n', 'l', dim] },
        { name: 'pooler_output', type: 'f32', shape: ['n', dim] },
      ],
    });
  return encodeOnnx({
    name: 'text',
    opset: 13,
    nodes: [
      node('Gather', ['table', 'input_ids'], 'vectors'),
      node('Cast', ['attention_mask'], 'mask', { to: 1 }),
      node('Unsqueeze', ['mask', 'last'], 'column'),
      node('Mul', ['vectors', 'column'], 'kept'),
      node('ReduceSum', ['kept', 'second'], 'text_embeds', { keepdims: 0 }),
    ],
    constants: [table, whole('last', 2), whole('second', 1)],
    inputs: [ids, { ...ids, name: 'attention_mask' }],
    outputs: [{ name: 'text_embeds', type: 'f32', shape: ['n', dim] }],
  });
}

function node(
  opType: string,
  input: readonly string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode {
  return { opType, name: output, input, output: [output], attributes };
}

function floats(name: string, shape: readonly number[], value: (at: number) => number): OnnxTensor {
  const length = shape.reduce((product, size) => product * size, 1);
  const values = Float32Array.from({ length }, (_, at) => value(at));
  return { name, type: 'f32', shape, bytes: new Uint8Array(values.buffer) };
}

function whole(name: string, value: number): OnnxTensor {
  return { name, type: 'i64', shape: [1], bytes: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer) };
}
