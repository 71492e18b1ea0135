/** The grid's view of the library: every photo that can be shown, newest first, as typed arrays. */
import type { Database, Statement } from 'better-sqlite3';
import { timelineFlags, type Timeline } from '../contract/timeline.ts';
import { ChangeReader } from './changes.ts';

type GridRow = [
  takenAtMs: number,
  id: number,
  contentId: number,
  folderId: number,
  aspect: number,
  colour: number,
];
const grid = `SELECT taken_at_ms, id, content_id, folder_id, aspect,
  colour | ((state = 'missing') << 24) | (encoded << 25) FROM photos WHERE content_id IS NOT NULL`;
// Left to itself SQLite follows the order by time, and so walks the whole library for a handful of changes: 28 ms at 100,000.
const changedGrid = grid.replace('FROM photos', '$& INDEXED BY photos_by_version');
const newestFirst = 'ORDER BY taken_at_ms DESC, id DESC';
// The shifts above are timelineFlags' bits, eight places up.
if (timelineFlags.missing !== 1 || timelineFlags.encoded !== 2) throw new RangeError('Timeline flags moved.');

export class TimelineReader {
  readonly #database: Database;
  readonly #changes: ChangeReader;
  readonly #sql;

  constructor(database: Database) {
    this.#database = database;
    this.#changes = new ChangeReader(database);
    const raw = <P extends unknown[], R>(sql: string) =>
      database.prepare<P, R>(sql).raw() as unknown as Statement<P, R>;
    this.#sql = {
      count: database
        .prepare<[], number>(
          "SELECT ifnull(sum(photos), 0) FROM tallies WHERE state IN ('ready', 'missing', 'waiting')",
        )
        .pluck(),
      all: raw<[], GridRow>(`${grid} ${newestFirst}`),
      changed: raw<[number], GridRow>(`${changedGrid} AND version > ? ${newestFirst}`),
      removed: database
        .prepare<[number], number>('SELECT photo_id FROM removed_photos WHERE version > ?')
        .pluck(),
    };
  }

  /** Where the library stands; see ChangeReader. */
  version(): number {
    return this.#changes.version();
  }

  generation(): number {
    return this.#changes.generation();
  }

  versions(): { readonly version: number; readonly generation: number } {
    return { version: this.version(), generation: this.generation() };
  }

  /**
   * All photos that can be shown, or with `since` those that changed after that version, and the ids that left.
   * A photo whose file changed keeps its old picture until the new one was looked at.
   * Cost: measured in docs/storage.md.
   */
  timeline(since?: number): Timeline {
    // One transaction, so that version, rows and removals speak of one moment.
    return this.#database.transaction(() => {
      const version = this.version();
      const generation = this.generation();
      if (since === undefined || since <= 0)
        return {
          version,
          generation,
          ...collectGrid(this.#sql.all.iterate(), this.#sql.count.get() ?? 0),
          removed: new Uint32Array(),
        };
      return {
        version,
        generation,
        ...collectGrid(this.#sql.changed.iterate(since), 64),
        removed: Uint32Array.from(this.#sql.removed.all(since)),
      };
    })();
  }
}

function collectGrid(
  rows: Iterable<GridRow>,
  expected: number,
): Omit<Timeline, 'version' | 'generation' | 'removed'> {
  let room = Math.max(expected, 64);
  const make = () => ({
    takenAtMs: new Float64Array(room),
    id: new Uint32Array(room),
    contentId: new Uint32Array(room),
    folderId: new Uint32Array(room),
    aspect: new Float32Array(room),
    colour: new Uint32Array(room),
  });
  let columns = make();
  let length = 0;
  for (const [takenAtMs, id, contentId, folderId, aspect, colour] of rows) {
    if (length === room) {
      room *= 2;
      const wider = make();
      for (const name of Object.keys(columns) as (keyof typeof columns)[])
        wider[name].set(columns[name] as never);
      columns = wider;
    }
    columns.takenAtMs[length] = takenAtMs;
    columns.id[length] = id;
    columns.contentId[length] = contentId;
    columns.folderId[length] = folderId;
    columns.aspect[length] = aspect;
    columns.colour[length] = colour;
    length += 1;
  }
  return {
    length,
    takenAtMs: columns.takenAtMs.subarray(0, length),
    id: columns.id.subarray(0, length),
    contentId: columns.contentId.subarray(0, length),
    folderId: columns.folderId.subarray(0, length),
    aspect: columns.aspect.subarray(0, length),
    colour: columns.colour.subarray(0, length),
  };
}
