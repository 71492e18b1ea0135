/** Photos of a view as typed arrays, in the order shown: the timeline itself, or some of it in an order of merit. */
import type { Timeline } from '../../src-main/contract/timeline.ts';

export type PhotoRows = Pick<Timeline, 'length' | 'id' | 'contentId' | 'aspect' | 'colour' | 'takenAtMs'>;

/**
 * The photos at these places of the timeline, in this order.
 * @param indexes  places in `timeline`; those outside it are left out.
 */
export function rowsAt(timeline: Timeline, indexes: readonly number[]): PhotoRows {
  const known = indexes.filter((index) => index >= 0 && index < timeline.length);
  return {
    length: known.length,
    id: Uint32Array.from(known, (index) => timeline.id[index]!),
    contentId: Uint32Array.from(known, (index) => timeline.contentId[index]!),
    aspect: Float32Array.from(known, (index) => timeline.aspect[index]!),
    colour: Uint32Array.from(known, (index) => timeline.colour[index]!),
    takenAtMs: Float64Array.from(known, (index) => timeline.takenAtMs[index]!),
  };
}

/** Index by id, for lists short enough to hold a Map. */
export function indexById(ids: Uint32Array): (id: number) => number {
  const positions = new Map<number, number>();
  ids.forEach((id, index) => positions.set(id, index));
  return (id) => positions.get(id) ?? -1;
}
