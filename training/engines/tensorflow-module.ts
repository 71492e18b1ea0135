/**
 * The part of TensorFlow.js that is used here, as its documentation gives it. The packages are optional: they may be
 * installed or not, so their own types cannot be imported.
 */
import util from 'node:util';

export interface TfTensor {
  readonly shape: number[];
  readonly dtype: string;
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  dispose(): void;
}

type Unary = (x: TfTensor) => TfTensor;
type Binary = (a: TfTensor, b: TfTensor) => TfTensor;
type Reduction = (x: TfTensor, axis: readonly number[], keepDims: boolean) => TfTensor;

export interface TensorFlow {
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly div: Binary;
  readonly maximum: Binary;
  readonly equal: Binary;
  readonly greater: Binary;
  readonly logicalAnd: Binary;
  readonly neg: Unary;
  readonly exp: Unary;
  readonly log: Unary;
  readonly sqrt: Unary;
  readonly erf: Unary;
  readonly tanh: Unary;
  readonly sigmoid: Unary;
  readonly softplus: Unary;
  readonly relu: Unary;
  readonly square: Unary;
  readonly softmax: Unary;
  readonly clone: Unary;
  readonly logicalNot: Unary;
  readonly sum: Reduction;
  readonly max: Reduction;
  tensor(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[], dtype: string): TfTensor;
  where(condition: TfTensor, a: TfTensor, b: TfTensor): TfTensor;
  clipByValue(x: TfTensor, low: number, high: number): TfTensor;
  cast(x: TfTensor, dtype: string): TfTensor;
  broadcastTo(x: TfTensor, shape: readonly number[]): TfTensor;
  reshape(x: TfTensor, shape: readonly number[]): TfTensor;
  transpose(x: TfTensor, permutation: readonly number[]): TfTensor;
  stridedSlice(
    x: TfTensor,
    begin: readonly number[],
    end: readonly number[],
    strides: readonly number[],
  ): TfTensor;
  pad(x: TfTensor, paddings: readonly (readonly [number, number])[], value: number): TfTensor;
  concat(parts: readonly TfTensor[], axis: number): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA: boolean, transposeB: boolean): TfTensor;
  gather(x: TfTensor, indices: TfTensor): TfTensor;
  scatterND(indices: TfTensor, updates: TfTensor, shape: readonly number[]): TfTensor;
  tidy<T extends TfTensor>(work: () => T): T;
  keep<T extends TfTensor>(tensor: T): T;
  engine(): {
    runKernel(name: string, inputs: Record<string, TfTensor>, attributes: Record<string, unknown>): TfTensor;
  };
  ready(): Promise<void>;
  getBackend(): string;
  memory(): { readonly numTensors: number };
}

/** From the one with a native device to the one in plain JavaScript. */
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node', '@tensorflow/tfjs'] as const;

/**
 * The first package that loads.
 * @param names  packages or paths to try, in this order.
 * @throws Error that tells why none does.
 */
export async function loadTensorFlow(names: readonly string[] = packages): Promise<TensorFlow> {
  const reasons: string[] = [];
  giveBackToNode();
  for (const name of names) {
    try {
      const loaded = (await import(name)) as TensorFlow & { readonly default?: TensorFlow };
      const tf = loaded.default ?? loaded;
      await tf.ready();
      return tf;
    } catch (thrown) {
      reasons.push(`${name}: ${thrown instanceof Error ? thrown.message.split('\n', 1)[0] : String(thrown)}`);
    }
  }
  throw new Error(`TensorFlow.js is not installed, or does not load. ${reasons.join('; ')}`);
}

/** The native packages ask Node for a function that it dropped in version 23, at almost every operation. */
function giveBackToNode(): void {
  const module = util as typeof util & { isNullOrUndefined?: (value: unknown) => boolean };
  module.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
