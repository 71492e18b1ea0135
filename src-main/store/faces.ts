/** Looks for faces: which photos wait for one, and what it found. */
import type { Database } from 'better-sqlite3';
import type { Box, FoundFace } from '../contract/people.ts';
import type { FaceFacts, Spot } from './face-facts.ts';
import { FaceReader } from './face-reader.ts';
import { matchBoxes } from './match-boxes.ts';

/** A content that waits for a look, by one file that holds it. */
export interface FacelessContent {
  readonly id: number;
  readonly hash: string;
  readonly path: string;
}

/** What was looked at, and by what. */
export interface FaceLook {
  readonly contentId: number;
  readonly hash: string;
  readonly model: string;
}

interface FaceColumns {
  id: number | null;
  contentId: number;
  model: string;
  n: number;
  x: number;
  y: number;
  w: number;
  h: number;
  points: string;
  score: number;
  quality: number;
  descriptor: Buffer;
  drawn: 0 | 1;
}

const hasReady = "EXISTS (SELECT 1 FROM photos WHERE content_id = c.id AND state = 'ready')";
const unlooked = `NOT EXISTS (SELECT 1 FROM face_looks l WHERE l.content_id = c.id AND l.model = ? AND l.done)`;
/** Descriptors read out of half-precision models are off by this much at most. */
const lengthTolerance = 1e-3;

export class Faces extends FaceReader {
  readonly #database: Database;
  readonly #facts: FaceFacts;
  readonly #sql;

  constructor(database: Database, facts: FaceFacts) {
    super(database);
    this.#database = database;
    this.#facts = facts;
    this.#sql = {
      waiting: database.prepare<[number, string, number], FacelessContent>(
        `SELECT c.id, c.hash, (SELECT path FROM photos WHERE content_id = c.id AND state = 'ready' LIMIT 1) AS path
         FROM contents c WHERE c.id < ? AND ${hasReady} AND ${unlooked} ORDER BY c.id DESC LIMIT ?`,
      ),
      waitingCount: database
        .prepare<[string], number>(
          `SELECT count(*) FROM contents c WHERE c.id > 0 AND ${hasReady} AND ${unlooked}`,
        )
        .pluck(),
      lookedCount: database
        .prepare<[string], number>('SELECT count(*) FROM face_looks WHERE model = ? AND done = 1')
        .pluck(),
      model: database
        .prepare<[number], string>('SELECT model FROM face_looks WHERE content_id = ? AND done')
        .pluck(),
      attempted: database
        .prepare<[number, string], number>(
          `INSERT INTO face_looks (content_id, model, done, attempts) VALUES (?, ?, 0, 1)
           ON CONFLICT DO UPDATE SET attempts = iif(model = excluded.model, attempts, 0) + 1, model = excluded.model, done = 0
           RETURNING attempts`,
        )
        .pluck(),
      looked: database.prepare<[number, string, string | null]>(
        `INSERT INTO face_looks (content_id, model, done, failure) VALUES (?, ?, 1, ?)
         ON CONFLICT DO UPDATE SET model = excluded.model, done = 1, attempts = 0, failure = excluded.failure`,
      ),
      known: database.prepare<[number], { id: number; x: number; y: number; w: number; h: number }>(
        'SELECT id, x, y, w, h FROM faces WHERE content_id = ? ORDER BY id',
      ),
      insert: database.prepare<[FaceColumns]>(
        `INSERT INTO faces (content_id, model, n, x, y, w, h, points, score, quality, descriptor, drawn)
         VALUES (@contentId, @model, @n, @x, @y, @w, @h, @points, @score, @quality, @descriptor, @drawn)`,
      ),
      renew: database.prepare<[FaceColumns]>(
        `UPDATE faces SET model = @model, n = @n, x = @x, y = @y, w = @w, h = @h, points = @points, score = @score,
           quality = @quality, descriptor = @descriptor, drawn = @drawn WHERE id = @id`,
      ),
      remove: database.prepare<[number]>('DELETE FROM faces WHERE id = ?'),
      at: database
        .prepare<[number, number], number>('SELECT id FROM faces WHERE content_id = ? AND n = ?')
        .pluck(),
      picture: database.prepare<[number], { contentId: number; hash: string; n: number }>(
        'SELECT f.content_id AS contentId, c.hash, f.n FROM faces f JOIN contents c ON c.id = f.content_id WHERE f.id = ?',
      ),
    };
  }

  /**
   * Contents that a model has not looked at, newest first; those with a photo that is there.
   * @param before  only contents with a smaller id: where the last answer ended.
   */
  waiting(model: string, limit: number, before = Number.MAX_SAFE_INTEGER): FacelessContent[] {
    return this.#sql.waiting.all(before, model, limit);
  }

  /** Cost: a pass over the contents, 1 µs each. */
  waitingCount(model: string): number {
    return this.#sql.waitingCount.get(model) ?? 0;
  }

  lookedCount(model: string): number {
    return this.#sql.lookedCount.get(model) ?? 0;
  }

  /** The model that looked at a content; null when none has. */
  lookedBy(contentId: number): string | null {
    return this.#sql.model.get(contentId) ?? null;
  }

  /** Notes that the engine died over a content. @returns how often it has by now. */
  attempted(contentId: number, model: string): number {
    return this.#sql.attempted.get(contentId, model)!;
  }

  /** Notes why a content cannot be looked at, one sentence. Faces of before stay. */
  failed(contentId: number, model: string, reason: string): void {
    this.#sql.looked.run(contentId, model, reason);
  }

  /**
   * Keeps what a look found, in place of the faces of before: those that are the same face keep their row. Every face takes up
   * what was decided about it.
   * @param found  the engine's answer; its last faces are those of `spots`, in their order.
   * @throws RangeError when a descriptor is not of unit length.
   */
  save({ contentId, hash, model }: FaceLook, found: readonly FoundFace[], spots: readonly Spot[] = []): void {
    this.#database.transaction(() => {
      const detected = found
        .slice(0, found.length - spots.length)
        .map((face, n) => ({ face, n, spot: null }));
      const bySpot = spots.map((spot, i) => ({
        face: found[detected.length + i]!,
        n: detected.length + i,
        spot,
      }));
      // Where the detector finds what a person had drawn, its face is the better one.
      const refound = matchBoxes(
        spots.map(({ box }) => box),
        detected.map(({ face }) => face.box),
      );
      const kept = [...detected, ...bySpot.filter((_, i) => refound[i] === null)];
      const known = this.#sql.known.all(contentId);
      const before = matchBoxes(
        kept.map(({ face }) => face.box),
        known.map(({ x, y, w, h }): Box => [x, y, w, h]),
      );
      const stays = new Set(before);
      for (const [at, { id }] of known.entries()) if (!stays.has(at)) this.#sql.remove.run(id);
      const own = new Map<number, number>();
      for (const [i, { face, n, spot }] of kept.entries()) {
        const at = before[i] ?? null;
        const id = this.#write(at === null ? null : known[at]!.id, face, {
          contentId,
          model,
          n,
          drawn: spot !== null,
        });
        if (spot) own.set(id, spot.id);
      }
      this.#sql.looked.run(contentId, model, null);
      this.#facts.match(hash, own);
    })();
  }

  /** Adds one face that a person drew, described for its spot. @returns its id. */
  add(look: FaceLook, face: FoundFace, { n, spot }: { readonly n: number; readonly spot: number }): number {
    const id = this.#write(null, face, { contentId: look.contentId, model: look.model, n, drawn: true });
    this.#facts.match(look.hash, new Map([[id, spot]]));
    return id;
  }

  /** The face that stood at a place of the engine's answer; null when it gave way to another one. */
  at(contentId: number, n: number): number | null {
    return this.#sql.at.get(contentId, n) ?? null;
  }

  /** Which picture is a face's: HASH-N.jpg. */
  picture(face: number): { readonly contentId: number; readonly hash: string; readonly n: number } | null {
    return this.#sql.picture.get(face) ?? null;
  }

  #write(
    id: number | null,
    { box: [x, y, w, h], points, score, quality, descriptor }: FoundFace,
    { drawn, ...of }: { contentId: number; model: string; n: number; drawn: boolean },
  ): number {
    checkUnit(descriptor);
    const row: FaceColumns = {
      ...of,
      id,
      x,
      y,
      w,
      h,
      score,
      quality,
      points: JSON.stringify(points),
      descriptor: Buffer.from(descriptor.buffer, descriptor.byteOffset, descriptor.byteLength),
      drawn: drawn ? 1 : 0,
    };
    if (id === null) return Number(this.#sql.insert.run(row).lastInsertRowid);
    this.#sql.renew.run(row);
    return id;
  }
}

function checkUnit(descriptor: Float32Array): void {
  let squares = 0;
  for (const value of descriptor) squares += value * value;
  if (Math.abs(Math.sqrt(squares) - 1) <= lengthTolerance) return;
  throw new RangeError(`Expected a descriptor of length 1, got ${Math.sqrt(squares)}.`);
}
