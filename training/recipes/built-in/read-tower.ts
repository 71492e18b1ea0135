/**
 * A finished tower's file → its shape and numbers, to train on from there. The file is read by its structure, not by names:
 * convolutions in their order, each with the numbers that are added to it, then the two heads. So the file that the stop-gap
 * was exported to by PyTorch is read as well as our own.
 */
import { type OnnxModel, type OnnxNode, type OnnxTensor, readOnnx } from '../../../models/onnx-messages.ts';
import { LikenessError } from '../../../src-main/contract/errors.ts';
import { type TowerShape, convolutionsOf, pooledWidth } from './tower.ts';

interface Filled {
  readonly shape: readonly number[];
  readonly numbers: Float32Array;
}

export interface Weighted {
  /** Filters [O, C, k, k], or the weight of a linear layer [inputs, outputs]. */
  readonly weight: Filled;
  /** [O]. */
  readonly bias: Float32Array;
}

export interface ReadTower {
  readonly shape: TowerShape;
  /** In the order of convolutionsOf, norms folded in. */
  readonly convolutions: readonly Weighted[];
  readonly features: Weighted;
  readonly embedding: Weighted;
}

/** @throws LikenessError bad-input for a model that is no such tower. */
export function readTower(bytes: Uint8Array): ReadTower {
  const model = readOnnx(bytes);
  const constantOf = constantsOf(model);
  const readers = new Map<string, OnnxNode[]>();
  for (const node of model.nodes)
    for (const name of node.input) readers.set(name, [...(readers.get(name) ?? []), node]);

  /** What is added to a node's output: a third input, or a constant in an addition behind it. */
  function biasOf(node: OnnxNode): Float32Array {
    const own = node.input[2] && constantOf(node.input[2]);
    if (own) return own.numbers;
    for (const next of readers.get(node.output[0]!) ?? []) {
      const added = next.opType === 'Add' && next.input.map(constantOf).find((constant) => constant !== null);
      if (added) return added.numbers;
    }
    throw noTower(`nothing is added to “${node.output[0]}”`);
  }
  const read = (node: OnnxNode): Weighted | null => {
    const weight = constantOf(node.input[1]!);
    if (!weight) return null;
    const turned = node.opType === 'Gemm' && node.attributes['transB'] === 1;
    return { weight: turned ? transposed(weight) : weight, bias: biasOf(node) };
  };
  const convs = model.nodes.filter(({ opType }) => opType === 'Conv');
  const convolutions = convs.map((node) => read(node) ?? refuse('a convolution has no filters'));
  const linear = model.nodes.filter(({ opType }) => opType === 'Gemm' || opType === 'MatMul').map(read);
  const [features, embedding] = linear.filter((layer) => layer !== null);
  if (!features || !embedding || convolutions.length < 3) throw noTower('layers are missing');
  const shape = shapeOf(convs, convolutions, features, embedding);
  const expected = convolutionsOf(shape).map(({ outputs, inputs, kernel }) => [
    outputs,
    inputs,
    kernel,
    kernel,
  ]);
  if (
    expected.length !== convolutions.length ||
    expected.some((sizes, i) => sizes.join() !== convolutions[i]!.weight.shape.join()) ||
    features.weight.shape[0] !== shape.top ||
    embedding.weight.shape[0] !== pooledWidth(shape)
  )
    throw noTower('its layers are of other sizes');
  return { shape, convolutions, features, embedding };
}

function shapeOf(
  convs: readonly OnnxNode[],
  convolutions: readonly Weighted[],
  features: Weighted,
  embedding: Weighted,
): TowerShape {
  const widths = convolutions.map(({ weight }) => weight.shape[0]!);
  const strides = convs.map(
    ({ attributes }) => (attributes['strides'] as readonly number[] | undefined)?.[0] ?? 1,
  );
  const starts = strides.flatMap((stride, i) => (i > 0 && stride === 2 ? [i] : []));
  const bounds = [0, ...starts, convs.length - 1];
  return {
    stages: bounds.slice(0, -1).map((start, i) => ({
      width: widths[start]!,
      blocks: Math.floor((bounds[i + 1]! - start - 1) / 2),
    })),
    top: widths.at(-1)!,
    features: features.weight.shape[1]!,
    embedding: embedding.weight.shape[1]!,
  };
}

/** Constants by the name under which a node reads them, also through a widening cast. */
function constantsOf({ constants, nodes }: OnnxModel): (name: string) => Filled | null {
  const byName = new Map(constants.map((constant) => [constant.name, constant]));
  const casts = new Map(
    nodes.flatMap(({ opType, input, output }) => (opType === 'Cast' ? [[output[0]!, input[0]!]] : [])),
  );
  return (name) => {
    const constant = byName.get(casts.get(name) ?? name);
    return constant ? { shape: constant.shape, numbers: numbersOf(constant) } : null;
  };
}

function numbersOf({ type, bytes, name }: OnnxTensor): Float32Array {
  const own = Uint8Array.from(bytes).buffer; // aligned, and of its own
  if (type === 'f32') return new Float32Array(own);
  if (type === 'f16') return Float32Array.from(new Float16Array(own));
  if (type === 'i64') return Float32Array.from(new BigInt64Array(own), Number);
  throw noTower(`“${name}” holds numbers of the type ${type}`);
}

function transposed({ shape, numbers }: Filled): Filled {
  const [rows, columns] = shape as [number, number];
  const turned = numbers.map((_, i) => numbers[(i % rows) * columns + Math.floor(i / rows)]!);
  return { shape: [columns, rows], numbers: turned };
}

const refuse = (why: string): never => {
  throw noTower(why);
};

const noTower = (why: string) =>
  new LikenessError(
    'bad-input',
    `The model cannot be trained on: it is no tower of the built-in encoder's kind (${why}).`,
    'Start from image.onnx of the built-in encoder, or from random numbers.',
  );
