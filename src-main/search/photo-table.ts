/** Every photo that can be shown, in memory: what ranking needs of it. */
import type { Filter } from '../contract/search.ts';
import type { Timeline } from '../contract/timeline.ts';
import { IdRows } from './id-rows.ts';

/**
 * One row a photo, in columns; a removed row is filled with the last one. It follows the library's timeline, so
 * catching up after a change costs what changed.
 * Cost: 24 bytes a photo.
 */
export class PhotoTable {
  #size = 0;
  #version = 0;
  #generation = -1;
  #rows = new IdRows();
  #ids = new Uint32Array(1024);
  #contentIds = new Uint32Array(1024);
  #folderIds = new Uint32Array(1024);
  #takenAtMs = new Float64Array(1024);

  get size(): number {
    return this.#size;
  }
  /** What to ask the timeline's changes since. */
  get version(): number {
    return this.#version;
  }
  /** Of the timeline followed; when the library's differs, `clear` and start over. */
  get generation(): number {
    return this.#generation;
  }
  /** The columns. Only rows 0..size - 1 count; good until the next `follow`. */
  get ids(): Uint32Array {
    return this.#ids;
  }
  get contentIds(): Uint32Array {
    return this.#contentIds;
  }
  get takenAtMs(): Float64Array {
    return this.#takenAtMs;
  }

  /** The row of a photo, or -1. */
  rowOf(photoId: number): number {
    return this.#rows.get(photoId);
  }

  clear(): void {
    this.#size = 0;
    this.#version = 0;
    this.#generation = -1;
    this.#rows = new IdRows();
  }

  /** Takes over photos that came, changed or left. */
  follow(changes: Timeline): void {
    for (const id of changes.removed) this.#remove(id);
    this.#reserve(this.#size + changes.length);
    for (let index = 0; index < changes.length; index += 1) {
      const id = changes.id[index]!;
      let row = this.#rows.get(id);
      if (row < 0) {
        row = this.#size;
        this.#size += 1;
        this.#rows.set(id, row);
      }
      this.#ids[row] = id;
      this.#contentIds[row] = changes.contentId[index]!;
      this.#folderIds[row] = changes.folderId[index]!;
      this.#takenAtMs[row] = changes.takenAtMs[index]!;
    }
    this.#version = changes.version;
    this.#generation = changes.generation;
  }

  /** Whether the photo in `row` may be ranked at all. */
  passes(row: number, { folderId, fromMs, toMs }: Filter): boolean {
    const takenAtMs = this.#takenAtMs[row]!;
    return (
      (folderId === undefined || this.#folderIds[row] === folderId) &&
      (fromMs === undefined || takenAtMs >= fromMs) &&
      (toMs === undefined || takenAtMs < toMs)
    );
  }

  #remove(id: number): void {
    const row = this.#rows.get(id);
    if (row < 0) return;
    this.#size -= 1;
    const last = this.#size;
    if (row !== last) {
      for (const column of [this.#ids, this.#contentIds, this.#folderIds, this.#takenAtMs])
        column[row] = column[last]!;
      this.#rows.set(this.#ids[row]!, row);
    }
    this.#rows.delete(id);
  }

  #reserve(size: number): void {
    if (size <= this.#ids.length) return;
    const capacity = Math.max(size, this.#ids.length * 2);
    this.#ids = grown(this.#ids, new Uint32Array(capacity));
    this.#contentIds = grown(this.#contentIds, new Uint32Array(capacity));
    this.#folderIds = grown(this.#folderIds, new Uint32Array(capacity));
    this.#takenAtMs = grown(this.#takenAtMs, new Float64Array(capacity));
  }
}

function grown<Column extends Uint32Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
