/** Photos as collections see them: when and where they were taken, and whose bytes they are. */
import type { Database } from 'better-sqlite3';
import type { ContentId, PhotoId } from '../contract/photo.ts';

interface TakenRow {
  readonly id: PhotoId;
  readonly path: string;
  readonly hash: string;
  /** Local wall clock, as if UTC. */
  readonly takenAtMs: number;
  readonly lat: number | null;
  readonly lon: number | null;
}

export class CollectionReader {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      taken: database.prepare<[], TakenRow>(
        `SELECT p.id, p.path, c.hash, c.taken_at_ms AS takenAtMs, c.lat, c.lon FROM photos p JOIN contents c ON c.id = p.content_id
         WHERE p.state = 'ready' AND c.taken_at_ms IS NOT NULL`,
      ),
      files: database.prepare<[], { id: PhotoId; contentId: ContentId; path: string; hash: string }>(
        `SELECT p.id, p.content_id AS contentId, p.path, c.hash FROM photos p JOIN contents c ON c.id = p.content_id
         WHERE p.state = 'ready' ORDER BY p.path`,
      ),
    };
  }

  /** Photos that say themselves when they were taken, in no order. */
  taken(): TakenRow[] {
    return this.#sql.taken.all();
  }

  /** Every photo that is there, by its path. */
  files(): {
    readonly id: PhotoId;
    readonly contentId: ContentId;
    readonly path: string;
    readonly hash: string;
  }[] {
    return this.#sql.files.all();
  }
}
