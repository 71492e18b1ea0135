import type { Tensor, TensorData } from '../../models/inference.ts';

/**
 * One output of a model as the matrix that its card promises.
 * @throws RangeError naming what was expected and what came: the card does not fit the model.
 */
export function floatRows(
  outputs: Readonly<Record<string, Tensor>>,
  name: string,
  [rows, dim]: readonly [rows: number, dim: number],
): Float32Array {
  const made = outputs[name];
  const data = made && asFloats(made.data);
  if (!data || data.length !== rows * dim)
    throw new RangeError(
      `output “${name}”: expected float32 [${rows}, ${dim}], got [${made?.dims.join(', ') ?? ''}]`,
    );
  return data;
}

/** Models of 16-bit weights may also answer in 16 bits, which ONNX Runtime hands over as a Float16Array. */
function asFloats(data: TensorData): Float32Array | null {
  if (data instanceof Float32Array) return data;
  return data.constructor.name === 'Float16Array' ? Float32Array.from(data as ArrayLike<number>) : null;
}
