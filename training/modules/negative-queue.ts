import { add, cast, greater, sub, where } from '../graph/ops/elementwise.ts';
import { scatter } from '../graph/ops/select.ts';
import { slice } from '../graph/ops/shape.ts';
import { type AnyTensor, ShapeError, type Tensor, constant } from '../graph/tensor.ts';
import type { Random } from '../random.ts';
import { type Weights, filledWith, zeros } from './weights.ts';

export interface NegativeQueue {
  /** [K, P], unit rows: keys of earlier batches, random directions until those have come. */
  readonly rows: Tensor;
  /** [K], the group of the photo of each row; -1 until one has come. */
  readonly ids: Tensor<'i32'>;
  /** The queue after these keys [B, P] (and their groups [B]) have taken the places of the oldest. */
  enqueue(keys: Tensor, ids?: Tensor<'i32'>): Map<AnyTensor, AnyTensor>;
}

/**
 * MoCo's dictionary: a ring of the latest K keys: He et al. 2020, §3.2. Keys go in row by row and wrap inside a batch,
 * so K need not be a multiple of it; of a batch larger than the queue the newest K stay.
 * @param length  K, 1 to 16,777,216: places are counted in float32.
 */
export function negativeQueue(at: Weights, length: number, width: number): NegativeQueue {
  if (!(Number.isInteger(length) && length >= 1 && length <= 2 ** 24))
    throw new RangeError(`negativeQueue: a length of ${length} is not between 1 and 2^24`);
  const rows = at.buffer('rows', [length, width], unitRows);
  const ids = at.buffer('ids', [length], filledWith(-1));
  const pointer = at.buffer('pointer', [1], zeros);
  const wrapped = (places: Tensor) => where(greater(places, length - 1), sub(places, length), places);
  return {
    rows,
    ids: cast(ids, 'i32'),
    enqueue(keys, groups) {
      if (keys.rank !== 2 || keys.shape[1] !== width)
        throw new ShapeError('enqueue', [rows, keys], 'widths differ');
      const count = keys.shape[0]!;
      const kept = Math.min(count, length);
      const skipped = count - kept;
      const newest = <T extends 'f32' | 'i32'>(x: Tensor<T>) => slice(x, 0, skipped);
      // Where the first kept key goes; both addends are below K, so one turn suffices.
      const start = wrapped(add(pointer, skipped % length));
      const order = constant(Float64Array.from({ length: kept }, (_, i) => i));
      const places = cast(wrapped(add(start, order)), 'i32');
      const updates = new Map<AnyTensor, AnyTensor>([
        [rows, scatter(rows, places, newest(keys), 'replace')],
        [pointer, wrapped(add(start, kept % length))],
      ]);
      if (groups) updates.set(ids, scatter(ids, places, cast(newest(groups), 'f32'), 'replace'));
      return updates;
    },
  };
}

/** Random directions. */
function unitRows(random: Random, shape: readonly number[]): Float32Array {
  const [count, width] = shape as readonly [number, number];
  const rows = Float32Array.from({ length: count * width }, () => random.normal());
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width);
    const length = Math.hypot(...row);
    row.forEach((value, i) => (row[i] = value / length));
  }
  return rows;
}
