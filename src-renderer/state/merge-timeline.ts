/** Brings what changed into the timeline that the window holds. Pure. */
import type { Timeline } from '../../src-main/contract/timeline.ts';

export const noPhotos: Timeline = {
  version: 0,
  generation: 0,
  length: 0,
  takenAtMs: new Float64Array(0),
  id: new Uint32Array(0),
  contentId: new Uint32Array(0),
  folderId: new Uint32Array(0),
  aspect: new Float32Array(0),
  colour: new Uint32Array(0),
  removed: new Uint32Array(0),
};

/**
 * @param held     newest first, equal times by higher id first.
 * @param changed  photos that came or changed since `held.version`, same order, and the ids that left.
 * @returns a new timeline of `changed.version`; `held` stays as it is.
 * Cost: one pass and one copy: 28 bytes a photo, 2.8 MB and a few ms at 100,000.
 */
export function mergeTimeline(held: Timeline, changed: Timeline): Timeline {
  const gone = new Set<number>(changed.removed);
  for (const id of changed.id) gone.add(id);
  const merged = emptyTimeline(held.length + changed.length);
  let length = 0;
  let next = 0;
  const put = (from: Timeline, index: number) => {
    merged.takenAtMs[length] = from.takenAtMs[index]!;
    merged.id[length] = from.id[index]!;
    merged.contentId[length] = from.contentId[index]!;
    merged.folderId[length] = from.folderId[index]!;
    merged.aspect[length] = from.aspect[index]!;
    merged.colour[length] = from.colour[index]!;
    length += 1;
  };
  for (let index = 0; index < held.length; index += 1) {
    if (gone.has(held.id[index]!)) continue;
    while (next < changed.length && comesFirst(changed, next, held, index)) put(changed, next++);
    put(held, index);
  }
  while (next < changed.length) put(changed, next++);
  return {
    version: changed.version,
    generation: changed.generation,
    length,
    takenAtMs: merged.takenAtMs.subarray(0, length),
    id: merged.id.subarray(0, length),
    contentId: merged.contentId.subarray(0, length),
    folderId: merged.folderId.subarray(0, length),
    aspect: merged.aspect.subarray(0, length),
    colour: merged.colour.subarray(0, length),
    removed: new Uint32Array(0),
  };
}

function comesFirst(a: Timeline, i: number, b: Timeline, j: number): boolean {
  const [timeA, timeB] = [a.takenAtMs[i]!, b.takenAtMs[j]!];
  return timeA > timeB || (timeA === timeB && a.id[i]! > b.id[j]!);
}

function emptyTimeline(length: number) {
  return {
    takenAtMs: new Float64Array(length),
    id: new Uint32Array(length),
    contentId: new Uint32Array(length),
    folderId: new Uint32Array(length),
    aspect: new Float32Array(length),
    colour: new Uint32Array(length),
  };
}
