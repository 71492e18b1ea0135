import type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxType } from '../../models/onnx-messages.ts';
import type { Values } from './tensor.ts';

/**
 * How operations with several spellings are written. `measured`: the fastest on the CPU provider. `compact`: the fewest
 * nodes, for devices where each node costs a shader to compile and a dispatch.
 */
export type Plan = 'measured' | 'compact';

/** Collects the nodes and constants of a model, and makes up names for the values between them. */
export class OnnxWriter {
  readonly nodes: OnnxNode[] = [];
  readonly constants = new Map<string, OnnxTensor>();

  /** @returns the name of the node's value. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output = `v${this.nodes.length}`,
  ): string {
    this.nodes.push({
      opType,
      name: `${opType}_${this.nodes.length}`,
      input: inputs,
      output: [output],
      attributes,
    });
    return output;
  }

  /**
   * Lets values leave the model under names. The node that makes a value gives it its name; what no node makes, or what
   * leaves under a second name too, is handed on by a node that does nothing else.
   */
  leave(outputs: readonly (readonly [value: string, name: string])[]): void {
    const made = new Set(this.nodes.flatMap(({ output }) => output));
    const names = new Map<string, string>();
    for (const [value, name] of outputs)
      if (made.has(value) && !names.has(value)) names.set(value, name);
      else this.node('Identity', [value], {}, name);
    const renamed = (values: readonly string[]) => values.map((value) => names.get(value) ?? value);
    for (const [i, node] of this.nodes.entries())
      this.nodes[i] = { ...node, input: renamed(node.input), output: renamed(node.output) };
  }

  /** A constant; equal small ones are written once. */
  constant(
    values: Values | readonly number[],
    type: OnnxType,
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

function bytesOf(values: Values | readonly number[], type: OnnxType): Uint8Array {
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
