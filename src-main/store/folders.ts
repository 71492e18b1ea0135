/** The watched folders, and what happens to photos when one comes or leaves. */
import { sep } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { Folder } from '../contract/api.ts';
import type { FolderId } from '../contract/photo.ts';
import type { Changes } from './changes.ts';
import type { Contents } from './contents.ts';

interface FolderRow {
  id: number;
  path: string;
  present: number;
  photos: number;
  added_at_ms: number;
  scanned_at_ms: number | null;
}

const select = `SELECT id, path, present, added_at_ms, scanned_at_ms,
  (SELECT ifnull(sum(photos), 0) FROM tallies
    WHERE folder_id = folders.id AND state IN ('ready', 'missing', 'waiting')) AS photos FROM folders`;

export class Folders {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #contents: Contents;
  readonly #sql;

  constructor(database: Database, changes: Changes, contents: Contents) {
    this.#database = database;
    this.#changes = changes;
    this.#contents = contents;
    this.#sql = {
      list: database.prepare<[], FolderRow>(`${select} ORDER BY path`),
      get: database.prepare<[number], FolderRow>(`${select} WHERE id = ?`),
      insert: database.prepare<[string, number]>('INSERT INTO folders (path, added_at_ms) VALUES (?, ?)'),
      adopt: database.prepare<[number, number, number]>(
        'UPDATE photos SET folder_id = ?, version = ? WHERE folder_id = ?',
      ),
      delete: database.prepare<[number]>('DELETE FROM folders WHERE id = ?'),
      deleteWords: database.prepare<[number]>(
        'DELETE FROM words WHERE rowid IN (SELECT id FROM photos WHERE folder_id = ? AND content_id IS NOT NULL)',
      ),
      deletePhotos: database.prepare<[number]>('DELETE FROM photos WHERE folder_id = ?'),
      forgetRemoved: database.prepare('DELETE FROM removed_photos'),
      scanned: database.prepare<[number, number]>('UPDATE folders SET scanned_at_ms = ? WHERE id = ?'),
      present: database.prepare<[number, number]>('UPDATE folders SET present = ? WHERE id = ?'),
      away: database.prepare<[number, number]>(
        "UPDATE photos SET state = 'missing', version = ? WHERE folder_id = ? AND state = 'ready'",
      ),
    };
  }

  /**
   * Watches a folder. Inside a folder that is watched already, the outer one is answered; around watched ones, these are
   * taken in and their photos keep their rows.
   * @param path  absolute, with links resolved (library/scan's checkFolder).
   */
  add(path: string): Folder {
    return this.#database.transaction(() => {
      const known = this.list();
      const outer = known.find((folder) => contains(folder.path, path));
      if (outer) return outer;
      const id = Number(this.#sql.insert.run(path, Date.now()).lastInsertRowid) as FolderId;
      const version = this.#changes.next();
      for (const inner of known) {
        if (!contains(path, inner.path)) continue;
        this.#sql.adopt.run(id, version, inner.id);
        this.#sql.delete.run(inner.id);
      }
      return this.#required(id);
    })();
  }

  list(): Folder[] {
    return this.#sql.list.all().map(toFolder);
  }

  get(id: FolderId): Folder | null {
    const row = this.#sql.get.get(id);
    return row ? toFolder(row) : null;
  }

  /**
   * Stops watching: the folder's photos leave the library at once, contents that stand nowhere else soon after. No file is touched.
   * Cost: 13 µs a photo, 1.3 s for 100,000.
   * @returns false when there is no such folder.
   */
  remove(id: FolderId): boolean {
    return this.#database.transaction(() => {
      if (!this.#sql.get.get(id)) return false;
      this.#sql.deleteWords.run(id);
      this.#sql.deletePhotos.run(id);
      this.#sql.delete.run(id);
      this.#contents.sweepSoon();
      // So many ids at once are no news worth listing: every window loads anew.
      this.#sql.forgetRemoved.run();
      this.#changes.newGeneration();
      return true;
    })();
  }

  scanned(id: FolderId, atMs: number): void {
    this.#sql.scanned.run(atMs, id);
  }

  /** Its disk is there, or is away: then its photos show as missing until a scan finds them again. */
  setPresent(id: FolderId, present: boolean): void {
    this.#database.transaction(() => {
      this.#sql.present.run(present ? 1 : 0, id);
      if (!present) this.#sql.away.run(this.#changes.next(), id);
    })();
  }

  #required(id: FolderId): Folder {
    const folder = this.get(id);
    if (!folder) throw new RangeError(`No folder ${id}.`);
    return folder;
  }
}

/** True when `inner` is `outer` or lies below it. */
export function contains(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

function toFolder(row: FolderRow): Folder {
  return {
    id: row.id,
    path: row.path,
    present: row.present === 1,
    photos: row.photos,
    addedAtMs: row.added_at_ms,
    scannedAtMs: row.scanned_at_ms,
  };
}
