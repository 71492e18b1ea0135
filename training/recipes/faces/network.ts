/** A network written down as ONNX, operation by operation; its large weights stay the bytes that they were published as. */
import {
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  dataType,
} from '../../../models/onnx-messages.ts';
import { type StoredWeight, numbersOf, withAxes } from './byte-weights.ts';

/** Smaller weights are stored as numbers: biases, norms. */
const leastBytes = 2048;

export class Network {
  readonly #weights: ReadonlyMap<string, StoredWeight>;
  readonly #nodes: OnnxNode[] = [];
  readonly #constants = new Map<string, OnnxTensor>();
  #count = 0;

  constructor(weights: ReadonlyMap<string, StoredWeight>) {
    this.#weights = weights;
  }

  /** @throws RangeError when there is no such weight. */
  weight(name: string): StoredWeight {
    const weight = this.#weights.get(name);
    if (!weight) throw new RangeError(`there is no weight “${name}”`);
    return weight;
  }

  /** Adds an operation. @returns the name of its output. */
  add(opType: string, input: readonly string[], attributes: Readonly<Record<string, OnnxAttribute>> = {}) {
    const name = `${opType.toLowerCase()}${this.#count++}`;
    this.#nodes.push({ opType, name, input, output: [name], attributes });
    return name;
  }

  /** A constant of numbers. */
  numbers(numbers: ArrayLike<number>, shape: readonly number[] = [numbers.length]): string {
    const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
    return this.#constant({ type: 'f32', shape, bytes });
  }

  /** A constant of whole numbers: shapes, places. */
  whole(numbers: readonly number[]): string {
    const bytes = new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer);
    return this.#constant({ type: 'i64', shape: [numbers.length], bytes });
  }

  /** One number a channel, for images [B, C, H, W]. */
  channels(numbers: ArrayLike<number>): string {
    return this.numbers(numbers, [1, numbers.length, 1, 1]);
  }

  /**
   * A weight as it was published. The runtime makes numbers of the bytes once, when it loads the model.
   * @param order  its axes in the order that ONNX wants them in.
   */
  stored(name: string, order?: readonly number[]): string {
    const given = this.weight(name);
    const weight = order ? withAxes(given, order) : given;
    if (!weight.step || weight.stored.length < leastBytes)
      return this.numbers(numbersOf(weight), weight.shape);
    const bytes = this.#constant({ type: 'u8', shape: weight.shape, bytes: weight.stored as Uint8Array });
    const wide = this.add('Cast', [bytes], { to: dataType.f32 });
    const scaled = this.add('Mul', [wide, this.numbers([weight.step.scale], [])]);
    return this.add('Add', [scaled, this.numbers([weight.step.min], [])]);
  }

  /**
   * A convolution without bias, padded as TensorFlow does.
   * @param kind  `same`: the output is as large as the input divided by the stride; `valid`: nothing is padded.
   */
  conv(x: string, filters: string, stride: number, kind: 'same' | 'valid' = 'same', groups = 1): string {
    return this.add('Conv', [x, filters], {
      strides: [stride, stride],
      auto_pad: kind === 'same' ? 'SAME_UPPER' : 'VALID',
      group: groups,
    });
  }

  /** Filters as TensorFlow has them: [height, width, in, out]. */
  filters(name: string): string {
    return this.stored(name, [3, 2, 0, 1]);
  }

  /** Filters of one channel each: [height, width, channels, 1]. */
  channelFilters(name: string): string {
    return this.stored(name, [2, 3, 0, 1]);
  }

  plus(x: string, bias: string): string {
    return this.add('Add', [x, this.channels(numbersOf(this.weight(bias)))]);
  }

  /** @param shape  of the input; a word leaves a size free. @param outputs  names that are given out, by what they are called there. */
  model(
    name: string,
    input: { readonly name: string; readonly shape: readonly (number | string)[] },
    outputs: Readonly<Record<string, { readonly of: string; readonly shape: readonly (number | string)[] }>>,
    metadata: Readonly<Record<string, string>>,
  ): OnnxModel {
    const called = new Map(Object.entries(outputs).map(([called, { of }]) => [of, called]));
    const rename = (one: string) => called.get(one) ?? one;
    return {
      name,
      opset: 17,
      nodes: this.#nodes.map((node) => ({
        ...node,
        input: node.input.map(rename),
        output: node.output.map(rename),
      })),
      constants: [...this.#constants.values()],
      inputs: [{ ...input, type: 'f32' }],
      outputs: Object.entries(outputs).map(([called, { shape }]) => ({ name: called, type: 'f32', shape })),
      metadata,
    };
  }

  #constant(tensor: Omit<OnnxTensor, 'name'>): string {
    const name = `constant${this.#constants.size}`;
    this.#constants.set(name, { ...tensor, name });
    return name;
  }
}
