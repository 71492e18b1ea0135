/** Photos as they are written: found on disk, looked at, failed, moved, gone. */
import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { wallClockMs } from '../contract/clock.ts';
import type { PreparedPhoto } from '../contract/engine.ts';
import type { ContentId, FolderId, PhotoId, PhotoState } from '../contract/photo.ts';
import type { Changes } from './changes.ts';
import type { Contents } from './contents.ts';
import { PhotoReader } from './photo-reader.ts';
import type { PhotoWords } from './photo-words.ts';
import type { Vectors } from './vectors.ts';

export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Time of the last change to the file, ms since 1970 UTC. */
  readonly modifiedMs: number;
  /** Name of a kind that is not read yet, as HEIC; null for one that is. */
  readonly unsupported: string | null;
}

export interface WaitingPhoto {
  readonly id: PhotoId;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Times that the engine died over it. */
  readonly attempts: number;
}

export interface UnencodedPhoto {
  readonly id: PhotoId;
  readonly contentId: ContentId;
  readonly path: string;
  readonly hash: string;
  readonly modifiedMs: number;
}

export interface Attached {
  /** Null when the bytes are new to the library: the photo still waits. */
  readonly contentId: ContentId | null;
  /** True when the content has the encoder's vectors. */
  readonly encoded: boolean;
  /** True when the photo is an older one whose file moved here: it kept its row, and the row `id` is gone. */
  readonly moved: boolean;
}

interface KnownFile {
  id: PhotoId;
  size: number;
  modified: number;
  state: PhotoState;
  kind: string | null;
  folder: FolderId;
  content: ContentId | null;
}

export interface PhotosParts {
  readonly changes: Changes;
  readonly contents: Contents;
  readonly vectors: Vectors;
  readonly words: PhotoWords;
}

export class Photos extends PhotoReader {
  readonly #database: Database;
  readonly #parts: PhotosParts;
  readonly #sql;
  /** Where the last pass for unencoded photos stopped, by encoder: a pass over the library then costs one pass over the index. */
  readonly #unencodedFrom = new Map<string, number>();

  constructor(database: Database, parts: PhotosParts) {
    super(database);
    this.#database = database;
    this.#parts = parts;
    // Seen files are noted in memory: an unchanged file costs the disk nothing, and a scan cut short is simply walked again.
    database.exec(
      'CREATE TEMP TABLE seen (scan INTEGER NOT NULL, photo_id INTEGER NOT NULL, PRIMARY KEY (scan, photo_id)) WITHOUT ROWID',
    );
    this.#sql = statements(database);
  }

  /**
   * Notes files that a scan found. New ones wait to be looked at, changed ones wait again, and a missing one whose file is as it
   * was comes back. Call it for every file of the folder with one `scan` number, then `endScan`.
   */
  seen(
    folderId: FolderId,
    entries: readonly FoundFile[],
    scan: number,
  ): { added: number; updated: number; unchanged: number } {
    const counts = { added: 0, updated: 0, unchanged: 0 };
    this.#database.transaction(() => {
      const version = this.#parts.changes.next();
      for (const entry of entries) {
        const known = this.#sql.byPath.get(entry.path);
        const id = known
          ? this.#seenAgain(known, entry, { folderId, version, counts })
          : this.#insert(folderId, entry, version);
        if (!known) counts.added += 1;
        this.#sql.see.run(scan, id);
      }
    })();
    return counts;
  }

  /**
   * Ends a scan of a whole folder: its photos that were not seen are missing. Those that had not been looked at are forgotten,
   * since nothing about them would be lost.
   */
  endScan(folderId: FolderId, scan: number): { missing: number } {
    return this.#database.transaction(() => {
      const version = this.#parts.changes.next();
      const forgotten = this.#sql.forgetUnseen.run(folderId, scan).changes;
      const missing = this.#sql.missUnseen.run(version, folderId, scan).changes;
      this.#sql.endSeen.run(scan);
      return { missing: forgotten + missing };
    })();
  }

  /** Photos to look at, newest file first; those of folders whose disk is away are left out. */
  waiting(limit: number, folderIds?: readonly FolderId[]): WaitingPhoto[] {
    return folderIds
      ? this.#sql.waitingIn.all(JSON.stringify(folderIds), limit)
      : this.#sql.waiting.all(limit);
  }

  waitingCount(folderIds?: readonly FolderId[]): number {
    return (
      (folderIds ? this.#sql.waitingCountIn.get(JSON.stringify(folderIds)) : this.#sql.waitingCount.get()) ??
      0
    );
  }

  /**
   * Photos whose content lacks vectors of an encoder, one photo a content. Goes round: each call goes on where the last one
   * stopped; empty means that none is left.
   */
  unencoded(encoderId: string, limit: number): UnencodedPhoto[] {
    const from = this.#unencodedFrom.get(encoderId) ?? Number.MAX_SAFE_INTEGER;
    let found = this.#sql.unencoded.all(from, encoderId, limit);
    if (found.length === 0 && from !== Number.MAX_SAFE_INTEGER)
      found = this.#sql.unencoded.all(Number.MAX_SAFE_INTEGER, encoderId, limit);
    const last = found.at(-1);
    if (last) this.#unencodedFrom.set(encoderId, last.contentId);
    else this.#unencodedFrom.delete(encoderId);
    return found;
  }

  /**
   * Tells whose bytes a waiting photo has. Bytes that the library knows make it ready at once; where a photo with these bytes
   * lost its file, this is that photo, moved.
   * @param hash  SHA-256 of the file as it is now.
   * @param identity  the file's size and date when it was hashed.
   * @param encoderId  whose vectors `encoded` speaks of; the library's encoder when left out.
   */
  attach(
    id: PhotoId,
    hash: string,
    identity: { readonly sizeBytes: number; readonly modifiedMs: number },
    encoderId?: string | null,
  ): Attached {
    return this.#database.transaction(() => {
      const content = this.#parts.contents.byHash(hash);
      if (!content) return { contentId: null, encoded: false, moved: false };
      const encoder = encoderId ?? this.#sql.encoder.get() ?? '';
      const modifiedMs = Math.trunc(identity.modifiedMs);
      const moved = this.#settle(id, content, { sizeBytes: identity.sizeBytes, modifiedMs });
      const encoded = this.#sql.encoded.get(content.id, encoder) !== undefined;
      return { contentId: content.id, encoded, moved };
    })();
  }

  /**
   * Keeps what was read out of a photo's bytes; the photo is ready.
   * @param encoderId  whose vectors `prepared` brings; null when it brings none.
   */
  savePrepared(
    id: PhotoId,
    hash: string,
    sizeBytes: number,
    prepared: PreparedPhoto,
    encoderId: string | null,
  ): { contentId: ContentId } {
    return this.#database.transaction(() => {
      const { contents, vectors } = this.#parts;
      const contentId = contents.save(hash, sizeBytes, prepared);
      const takenAtMs = contents.byHash(hash)?.takenAtMs ?? null;
      const file = this.#sql.file.get(id);
      // The photo may have left the library while the engine looked at it: then its content goes with the next sweep.
      if (file) this.#settle(id, { id: contentId, takenAtMs }, { sizeBytes, modifiedMs: file.modifiedMs });
      if (encoderId !== null && prepared.vectors) vectors.save(contentId, encoderId, prepared.vectors);
      return { contentId };
    })();
  }

  /** Sets a photo aside with the reason, one sentence. It leaves the grid. */
  fail(id: PhotoId, reason: string): void {
    this.#database.transaction(() => {
      this.#parts.words.remove(id);
      this.#sql.fail.run(reason, this.#parts.changes.next(), id);
    })();
  }

  /** Notes that the engine died over a photo. Returns how often it has by now. */
  attempted(id: PhotoId): number {
    return this.#sql.attempted.get(id) ?? 0;
  }

  /** Failed photos wait again; all of them when `ids` is left out. Returns how many. */
  retry(ids?: readonly number[]): number {
    return ids ? this.#sql.retryThese.run(JSON.stringify(ids)).changes : this.#sql.retryAll.run().changes;
  }

  #insert(folderId: FolderId, entry: FoundFile, version: number): PhotoId {
    const state = entry.unsupported === null ? 'waiting' : 'unsupported';
    const { lastInsertRowid } = this.#sql.insert.run(
      folderId,
      entry.path,
      entry.sizeBytes,
      Math.trunc(entry.modifiedMs),
      state,
      entry.unsupported,
      version,
    );
    return Number(lastInsertRowid) as PhotoId;
  }

  #seenAgain(
    known: KnownFile,
    entry: FoundFile,
    scan: { folderId: FolderId; version: number; counts: { updated: number; unchanged: number } },
  ): PhotoId {
    const { id } = known;
    const modifiedMs = Math.trunc(entry.modifiedMs);
    const same =
      known.size === entry.sizeBytes && known.modified === modifiedMs && known.kind === entry.unsupported;
    if (same) {
      scan.counts.unchanged += 1;
      if (known.state === 'missing' || known.folder !== scan.folderId)
        this.#sql.back.run(scan.folderId, scan.version, id);
      return id;
    }
    scan.counts.updated += 1;
    if (entry.unsupported !== null) {
      this.#parts.words.remove(id);
      this.#sql.turnUnsupported.run(entry.unsupported, entry.sizeBytes, modifiedMs, scan.version, id);
    } else this.#sql.changed.run(scan.folderId, entry.sizeBytes, modifiedMs, scan.version, id);
    return id;
  }

  /** Gives photo `id` its content. Returns true when an older photo of these bytes moved to this file and took its place. */
  #settle(
    id: PhotoId,
    content: { readonly id: ContentId; readonly takenAtMs: number | null },
    file: { readonly sizeBytes: number; readonly modifiedMs: number },
  ): boolean {
    const { changes, words } = this.#parts;
    const here = this.#sql.file.get(id);
    if (!here) return false;
    // A file that was only touched is where it was; one that brings these bytes anew may be an older photo, moved.
    const old =
      here.content === content.id
        ? undefined
        : this.#sql.siblings
            .all(content.id, id)
            .find(({ state, path }) => state === 'missing' || (!existsSync(path) && existsSync(here.path)));
    if (old) {
      if (here.content !== null) this.#sql.leaveGrid.run(changes.next(), id);
      words.remove(id);
      this.#sql.delete.run(id);
      this.#sql.move.run(here.path, here.folder, old.id);
      this.#sql.seeInstead.run(old.id, id);
    }
    const target = old?.id ?? id;
    const takenAtMs = content.takenAtMs ?? wallClockMs(file.modifiedMs);
    this.#sql.ready.run(content.id, file.sizeBytes, file.modifiedMs, takenAtMs, changes.next(), target);
    words.save(target);
    return old !== undefined;
  }
}

function statements(database: Database) {
  const waiting = `SELECT p.id, p.path, p.size_bytes AS sizeBytes, p.modified_ms AS modifiedMs, p.attempts FROM photos p
    CROSS JOIN folders f ON f.id = p.folder_id AND f.present = 1 WHERE p.state = 'waiting'`;
  const newestFirst = 'ORDER BY p.modified_ms DESC, p.id LIMIT ?';
  const waitingTally = `SELECT sum(photos) FROM tallies JOIN folders ON id = folder_id AND present = 1 WHERE state = 'waiting'`;
  // The second condition is the index's own, word for word: without it SQLite would not use it.
  const retry =
    "UPDATE photos SET state = 'waiting', reason = NULL, attempts = 0 WHERE state = 'failed' AND state IN ('failed', 'missing', 'unsupported')";
  const unseen = 'folder_id = ? AND NOT EXISTS (SELECT 1 FROM seen WHERE scan = ? AND photo_id = photos.id)';
  return {
    byPath: database.prepare<[string], KnownFile>(
      `SELECT id, size_bytes AS size, modified_ms AS modified, state, kind, folder_id AS folder, content_id AS content
       FROM photos WHERE path = ?`,
    ),
    file: database.prepare<
      [number],
      { path: string; folder: FolderId; content: ContentId | null; modifiedMs: number }
    >(
      'SELECT path, folder_id AS folder, content_id AS content, modified_ms AS modifiedMs FROM photos WHERE id = ?',
    ),
    insert: database.prepare<[number, string, number, number, string, string | null, number]>(
      `INSERT INTO photos (folder_id, path, size_bytes, modified_ms, state, kind, version) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    see: database.prepare<[number, number]>('INSERT OR IGNORE INTO seen VALUES (?, ?)'),
    seeInstead: database.prepare<[number, number]>(
      'UPDATE OR REPLACE seen SET photo_id = ? WHERE photo_id = ?',
    ),
    endSeen: database.prepare<[number]>('DELETE FROM seen WHERE scan = ?'),
    back: database.prepare<[number, number, number]>(
      `UPDATE photos SET folder_id = ?, state = iif(state = 'missing', 'ready', state), version = ? WHERE id = ?`,
    ),
    changed: database.prepare<[number, number, number, number, number]>(
      `UPDATE photos SET folder_id = ?, size_bytes = ?, modified_ms = ?, state = 'waiting', kind = NULL, reason = NULL,
         attempts = 0, version = ? WHERE id = ?`,
    ),
    turnUnsupported: database.prepare<[string, number, number, number, number]>(
      `UPDATE photos SET state = 'unsupported', kind = ?, size_bytes = ?, modified_ms = ?, reason = NULL,
         content_id = NULL, taken_at_ms = NULL, version = ? WHERE id = ?`,
    ),
    forgetUnseen: database.prepare<[number, number]>(
      `DELETE FROM photos WHERE content_id IS NULL AND ${unseen}`,
    ),
    // A changed file that left before it was looked at must count as changed when it comes back: no file has this size.
    missUnseen: database.prepare<[number, number, number]>(
      `UPDATE photos SET state = 'missing', size_bytes = iif(state = 'waiting', -1, size_bytes), version = ? WHERE content_id IS NOT NULL AND state <> 'missing' AND ${unseen}`,
    ),
    waiting: database.prepare<[number], WaitingPhoto>(`${waiting} ${newestFirst}`),
    waitingIn: database.prepare<[string, number], WaitingPhoto>(
      `${waiting} AND p.folder_id IN (SELECT value FROM json_each(?)) ${newestFirst}`,
    ),
    waitingCount: database.prepare<[], number | null>(waitingTally).pluck(),
    waitingCountIn: database
      .prepare<[string], number | null>(`${waitingTally} AND folder_id IN (SELECT value FROM json_each(?))`)
      .pluck(),
    unencoded: database.prepare<[number, string, number], UnencodedPhoto>(
      `SELECT p.id, c.id AS contentId, p.path, c.hash, p.modified_ms AS modifiedMs FROM contents c
       CROSS JOIN photos p ON p.id = (SELECT min(id) FROM photos WHERE content_id = c.id AND state = 'ready')
       WHERE c.id < ? AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.content_id = c.id
         AND v.encoder_key = (SELECT key FROM encoders WHERE id = ?))
       ORDER BY c.id DESC LIMIT ?`,
    ),
    encoder: database.prepare<[], string>("SELECT value FROM settings WHERE name = 'encoder'").pluck(),
    encoded: database
      .prepare<[number, string], number>(
        'SELECT 1 FROM vectors WHERE content_id = ? AND encoder_key = (SELECT key FROM encoders WHERE id = ?) LIMIT 1',
      )
      .pluck(),
    siblings: database.prepare<[number, number], { id: PhotoId; state: PhotoState; path: string }>(
      `SELECT id, state, path FROM photos WHERE content_id = ? AND id <> ? ORDER BY state = 'missing' DESC, id LIMIT 4`,
    ),
    leaveGrid: database.prepare<[number, number]>(
      "UPDATE photos SET state = 'waiting', content_id = NULL, taken_at_ms = NULL, version = ? WHERE id = ?",
    ),
    delete: database.prepare<[number]>('DELETE FROM photos WHERE id = ?'),
    move: database.prepare<[string, number, number]>(
      'UPDATE photos SET path = ?, folder_id = ? WHERE id = ?',
    ),
    ready: database.prepare<[number, number, number, number, number, number]>(
      `UPDATE photos SET state = 'ready', kind = NULL, reason = NULL, attempts = 0, content_id = ?, size_bytes = ?,
         modified_ms = ?, taken_at_ms = ?, version = ? WHERE id = ?`,
    ),
    fail: database.prepare<[string, number, number]>(
      `UPDATE photos SET state = 'failed', kind = NULL, reason = ?, content_id = NULL, taken_at_ms = NULL, version = ?
       WHERE id = ?`,
    ),
    attempted: database
      .prepare<[number], number>('UPDATE photos SET attempts = attempts + 1 WHERE id = ? RETURNING attempts')
      .pluck(),
    retryAll: database.prepare(retry),
    retryThese: database.prepare<[string]>(`${retry} AND id IN (SELECT value FROM json_each(?))`),
  };
}
