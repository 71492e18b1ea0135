/** What every loss asks of its arguments. These are errors of the programmer, thrown while the graph is built. */
import { ShapeError, type Tensor, sameShape } from '../graph/tensor.ts';

/** Embeddings that belong together row by row: [B, D], all of one shape. */
export function sameRows(loss: string, ...embeddings: readonly Tensor[]): void {
  const [first] = embeddings;
  if (first!.rank !== 2 || embeddings.some(({ shape }) => !sameShape(shape, first!.shape)))
    throw new ShapeError(loss, embeddings, 'takes embeddings of the same photos, [B, D] each');
}

/** One number a row. */
export function oneEach(loss: string, embeddings: Tensor, perRow: Tensor<'i32'>): void {
  if (embeddings.rank !== 2 || !sameShape(perRow.shape, [embeddings.shape[0]!]))
    throw new ShapeError(
      loss,
      [embeddings, perRow],
      'takes embeddings [B, D] and one whole number for each, [B]',
    );
}

export function positiveNumber(loss: string, name: string, value: number): void {
  if (!(value > 0)) throw new RangeError(`${loss}: ${name} must be positive, got ${value}`);
}
