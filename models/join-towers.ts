/**
 * Joins a network to an encoder's model: both read the photos that the model takes, and the network's answer is one output more.
 * Every byte of the model stays as it is (add-to-onnx.ts), so that all that it gives it still gives, bit for bit.
 */
import { LikenessError } from '../src-main/contract/errors.ts';
import { addToOnnx, freePrefix } from './add-to-onnx.ts';
import { type OnnxModel, type OnnxNode, type OnnxTensor, dataType, readOnnxFacts } from './onnx-messages.ts';

export interface Joint {
  /** The model's input, which takes the place of the network's only one. */
  readonly input: string;
  /** The network's output that is wanted. */
  readonly output: string;
}

/** ReduceSum takes its axes as an input since then. */
const leastOpset = 13;

/**
 * @param model  the bytes of an encoder's image side. @param network  a model with one input, laid out like the model's.
 * @returns the new model, and the name of the new output in it.
 * @throws LikenessError encoder-broken when the model is none, or is written in too old a version of the standard;
 *   RangeError when the network has an operation that does not mean the same in the model's version.
 */
export function joinTowers(
  model: Uint8Array,
  network: OnnxModel,
  { input, output }: Joint,
): { readonly model: Uint8Array; readonly output: string } {
  const { opset, names } = factsOf(model);
  if (opset === null || opset < leastOpset)
    throw refused(
      `is written in version ${opset ?? 'unknown'} of the ONNX operations, and a network can be joined to ${leastOpset} or later`,
    );
  const prefix = freePrefix(names, 'network');
  const [own] = network.inputs;
  const made = network.outputs.find(({ name }) => name === output);
  if (!own || !made || network.inputs.length > 1)
    throw new RangeError(`a network with ${network.inputs.length} inputs, and no output “${output}”`);
  // An input that is left away has no name.
  const named = (name: string) => (name === own.name ? input : name === '' ? '' : `${prefix}${name}`);
  const nodes = nodesFor(opset, network).map((node): OnnxNode => ({
    ...node,
    name: `${prefix}${node.name}`,
    input: node.input.map(named),
    output: node.output.map(named),
  }));
  const constants = network.constants.map((tensor): OnnxTensor => ({
    ...tensor,
    name: `${prefix}${tensor.name}`,
  }));
  const outputs = [{ ...made, name: named(output) }];
  return { model: addToOnnx(model, { nodes, constants, outputs }), output: named(output) };
}

function factsOf(model: Uint8Array) {
  try {
    return readOnnxFacts(model);
  } catch (cause) {
    throw refused('is damaged', cause);
  }
}

/** Operations that mean the same, as our graphs use them, in all versions of the standard from 13 on. */
const lasting = new Set(
  (
    'Add And Cast Clip Concat Conv Div Equal Erf Exp Expand Gather Gemm Greater Identity Log MatMul Max Mul Neg Not Pad ' +
    'ReduceSum Relu Reshape Sigmoid Slice Softmax Softplus Sqrt Sub Tanh Transpose Where'
  ).split(' '),
);

/** Their axes are an input since version 18, and were an attribute before. */
const reducing = new Set(['ReduceMax', 'ReduceSumSquare']);

function nodesFor(opset: number, network: OnnxModel): readonly OnnxNode[] {
  if (opset === network.opset) return network.nodes;
  return network.nodes.map((node) => {
    if (lasting.has(node.opType)) return node;
    if (!reducing.has(node.opType) || network.opset < 18)
      throw new RangeError(
        `${node.opType} of version ${network.opset} of the ONNX operations in a model of version ${opset}`,
      );
    return opset >= 18 ? node : withAxes(node, network.constants);
  });
}

function withAxes({ input, attributes, ...node }: OnnxNode, constants: readonly OnnxTensor[]): OnnxNode {
  const [x, axes] = input;
  const values = constants.find(({ name }) => name === axes);
  if (x === undefined || !values || dataType[values.type] !== dataType.i64)
    throw new RangeError(`${node.opType} along axes that are no constant`);
  const { buffer, byteOffset, byteLength } = values.bytes.slice();
  const numbers = new BigInt64Array(buffer, byteOffset, byteLength / 8);
  return { ...node, input: [x], attributes: { ...attributes, axes: [...numbers].map(Number) } };
}

function refused(what: string, cause?: unknown): LikenessError {
  return new LikenessError(
    'encoder-broken',
    `The encoder's model ${what}.`,
    'Choose another encoder to learn with.',
    { cause },
  );
}
