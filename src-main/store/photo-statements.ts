/** The SQL that photos are written with. */
import type { Database } from 'better-sqlite3';
import { aspectOf, isEncoded } from './grid-columns.ts';
import type { ContentId, FolderId, PhotoId, PhotoState } from '../contract/photo.ts';

export interface WaitingPhoto {
  readonly id: PhotoId;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Times that the engine died over it. */
  readonly attempts: number;
  /** 1 when it was looked at before and its file has changed since; 0 for a new one. */
  readonly known: 0 | 1;
}

export interface UnencodedPhoto {
  readonly id: PhotoId;
  readonly contentId: ContentId;
  readonly path: string;
  readonly hash: string;
  readonly modifiedMs: number;
}

export interface KnownFile {
  id: PhotoId;
  size: number;
  modified: number;
  state: PhotoState;
  kind: string | null;
  folder: FolderId;
  content: ContentId | null;
}

interface ReadyPhoto {
  id: number;
  content: number;
  sizeBytes: number;
  modifiedMs: number;
  takenAtMs: number;
  version: number;
}

/** What a photo loses when it leaves the grid. */
const offGrid = 'content_id = NULL, taken_at_ms = NULL, aspect = NULL, colour = NULL, encoded = 0';

/** All statements of Photos, prepared once, after the table in memory that they speak of. */
export function photoStatements(database: Database) {
  // Seen files are noted in memory: an unchanged file costs the disk nothing, and a scan cut short is simply walked again.
  database.exec(
    'CREATE TEMP TABLE seen (scan INTEGER NOT NULL, photo_id INTEGER NOT NULL, PRIMARY KEY (scan, photo_id)) WITHOUT ROWID',
  );
  const waiting = `SELECT p.id, p.path, p.size_bytes AS sizeBytes, p.modified_ms AS modifiedMs, p.attempts,
    p.content_id IS NOT NULL AS known FROM photos p
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
         ${offGrid}, version = ? WHERE id = ?`,
    ),
    forgetUnseen: database.prepare<[number, number]>(
      `DELETE FROM photos WHERE content_id IS NULL AND ${unseen}`,
    ),
    // A changed file that left before it was looked at must count as changed when it comes back: no file has this size.
    missUnseen: database.prepare<[number, number, number]>(
      `UPDATE photos SET state = 'missing', size_bytes = iif(state = 'waiting', -1, size_bytes), version = ? WHERE content_id IS NOT NULL AND state <> 'missing' AND ${unseen}`,
    ),
    miss: database.prepare<[number, number]>(
      `UPDATE photos SET state = 'missing', size_bytes = iif(state = 'waiting', -1, size_bytes), version = ?
       WHERE id = ? AND content_id IS NOT NULL`,
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
      `UPDATE photos SET state = 'waiting', ${offGrid}, version = ? WHERE id = ?`,
    ),
    delete: database.prepare<[number]>('DELETE FROM photos WHERE id = ?'),
    move: database.prepare<[string, number, number]>(
      'UPDATE photos SET path = ?, folder_id = ? WHERE id = ?',
    ),
    ready: database.prepare<[ReadyPhoto]>(
      `UPDATE photos SET state = 'ready', kind = NULL, reason = NULL, attempts = 0, content_id = @content,
         (aspect, colour) = (SELECT ${aspectOf('c')}, c.colour FROM contents c WHERE c.id = @content),
         encoded = ${isEncoded('@content')}, size_bytes = @sizeBytes, modified_ms = @modifiedMs,
         taken_at_ms = @takenAtMs, version = @version WHERE id = @id`,
    ),
    redraw: database.prepare<[number, number]>(
      `UPDATE photos SET (aspect, colour) = (SELECT ${aspectOf('c')}, c.colour FROM contents c WHERE c.id = content_id),
         version = ? WHERE content_id = ?`,
    ),
    fail: database.prepare<[string, number, number]>(
      `UPDATE photos SET state = 'failed', kind = NULL, reason = ?, ${offGrid}, version = ?
       WHERE id = ?`,
    ),
    attempted: database
      .prepare<[number], number>('UPDATE photos SET attempts = attempts + 1 WHERE id = ? RETURNING attempts')
      .pluck(),
    retryAll: database.prepare(retry),
    retryThese: database.prepare<[string]>(`${retry} AND id IN (SELECT value FROM json_each(?))`),
  };
}
