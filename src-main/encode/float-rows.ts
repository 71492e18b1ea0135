import type { Tensor } from '../../models/inference.ts';

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
  if (!(made?.data instanceof Float32Array) || made.data.length !== rows * dim)
    throw new RangeError(
      `output “${name}”: expected float32 [${rows}, ${dim}], got [${made?.dims.join(', ') ?? ''}]`,
    );
  return made.data;
}
