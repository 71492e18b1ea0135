import type { OnnxAttribute, OnnxNode, OnnxTensor } from './onnx-messages.ts';
import type { ElementType, Values } from './tensor.ts';

/** Collects the nodes and constants of a model, and makes up names for the values between them. */
export class OnnxWriter {
  readonly nodes: OnnxNode[] = [];
  readonly constants = new Map<string, OnnxTensor>();

  /** @returns the name of the node's value, or of its values when `output` names several. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    ...output: readonly string[]
  ): string {
    const index = this.nodes.length;
    const names = output.length > 0 ? output : [`v${index}`];
    this.nodes.push({ opType, name: `${opType}_${index}`, input: inputs, output: names, attributes });
    return names[0]!;
  }

  /** A constant; equal small ones are written once. */
  constant(
    values: Values | readonly number[],
    type: ElementType | 'i64',
    shape: readonly number[] = [values.length],
  ): string {
    const bytes = bytesOf(values, type);
    const key =
      values.length <= 64 ? `c:${type}:${shape.join('x')}:${values.join()}` : `c:${this.constants.size}`;
    if (!this.constants.has(key)) this.constants.set(key, { name: key, type, shape, bytes });
    return key;
  }

  /** Shapes, axes, starts and steps are constants of 64-bit integers in ONNX. */
  sizes(values: readonly number[]): string {
    return this.constant(values, 'i64');
  }

  number(value: number): string {
    return this.constant([value], 'f32', []);
  }
}

function bytesOf(values: Values | readonly number[], type: ElementType | 'i64'): Uint8Array {
  const typed = (() => {
    switch (type) {
      case 'f32':
        return Float32Array.from(values);
      case 'f16':
        return Float16Array.from(values);
      case 'i32':
        return Int32Array.from(values);
      case 'i64':
        return BigInt64Array.from(values as readonly number[], BigInt);
      default:
        return Uint8Array.from(values);
    }
  })();
  return new Uint8Array(typed.buffer);
}
