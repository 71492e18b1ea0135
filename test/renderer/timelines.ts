/** Timelines made by hand, for tests. */
import type { Timeline } from '../../src-main/contract/timeline.ts';

export interface Row {
  readonly id: number;
  readonly takenAtMs: number;
  readonly colour?: number;
}

/** Newest first, equal times by higher id, as main sends them. */
export function timelineOf(
  rows: readonly Row[],
  { version = 1, generation = 1, removed = [] as readonly number[] } = {},
): Timeline {
  const sorted = [...rows].sort((a, b) => b.takenAtMs - a.takenAtMs || b.id - a.id);
  return {
    version,
    generation,
    length: sorted.length,
    takenAtMs: Float64Array.from(sorted, (row) => row.takenAtMs),
    id: Uint32Array.from(sorted, (row) => row.id),
    contentId: Uint32Array.from(sorted, (row) => row.id + 1000),
    folderId: new Uint32Array(sorted.length).fill(1),
    aspect: new Float32Array(sorted.length).fill(1.5),
    colour: Uint32Array.from(sorted, (row) => row.colour ?? 0),
    removed: Uint32Array.from(removed),
  };
}
