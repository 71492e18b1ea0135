/** What is known of duplicates, as the engine reads it: prints, pairs, and what decides between the photos of a group. */
import type { Database } from 'better-sqlite3';
import type { DuplicateClass } from '../contract/duplicate-kinds.ts';
import type { ContentId, PhotoId, TakenFrom } from '../contract/photo.ts';

/** A content's prints. */
export interface Prints {
  readonly contentId: ContentId;
  readonly print: Float32Array;
  /** Without its border; null where it has none. */
  readonly inner: Float32Array | null;
}

/** What two contents are judged by, beside their pictures. */
export interface ContentFacts {
  readonly id: ContentId;
  readonly hash: string;
  /** A file that holds it. */
  readonly path: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  /** Local wall clock, as if UTC; null where the photo itself does not say. */
  readonly takenAtMs: number | null;
  readonly takenFrom: TakenFrom | null;
  readonly camera: string | null;
}

/** One file of a content, with what decides whether it is the one to keep. */
export interface KeeperFacts extends ContentFacts {
  readonly photo: PhotoId;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly lens: string | null;
  readonly hasGps: boolean;
  /** 0..5, -1 rejected. */
  readonly rating: number | null;
  readonly keywords: number;
  readonly caption: string | null;
  /** Both null where the photo was not looked at. */
  readonly sharpness: number | null;
  readonly exposure: number | null;
  /** Mean quality of the faces on it, 0..1; null where there are none, or faces are turned off. */
  readonly faces: number | null;
  /** A person chose it, then; null: nobody has. */
  readonly chosenMs: number | null;
}

export interface AlikePair {
  readonly a: ContentId;
  readonly b: ContentId;
  readonly class: DuplicateClass;
  readonly distance: number;
}

const anyFile = "(SELECT path FROM photos WHERE content_id = c.id AND state = 'ready' ORDER BY id LIMIT 1)";

export class DuplicateReader {
  readonly #sql;

  constructor(database: Database) {
    const facts = `c.id, c.hash, c.format, c.width, c.height, c.taken_at_ms AS takenAtMs, c.taken_from AS takenFrom, c.camera`;
    this.#sql = {
      prints: database
        .prepare<[], [ContentId, Buffer, Buffer | null]>(
          `SELECT l.content_id, l.print, l.inner_print FROM duplicate_looks l
           WHERE l.print IS NOT NULL AND EXISTS (SELECT 1 FROM photos WHERE content_id = l.content_id AND state = 'ready')
           ORDER BY l.content_id`,
        )
        .raw(),
      facts: database.prepare<[number], ContentFacts>(
        `SELECT ${facts}, ${anyFile} AS path FROM contents c WHERE c.id = ? AND path IS NOT NULL`,
      ),
      taken: database
        .prepare<[], [ContentId, number]>(
          `SELECT id, taken_at_ms FROM contents c WHERE taken_at_ms IS NOT NULL
           AND EXISTS (SELECT 1 FROM photos WHERE content_id = c.id AND state = 'ready') ORDER BY taken_at_ms, id`,
        )
        .raw(),
      pairs: database.prepare<[], AlikePair>(
        `SELECT a, b, class, distance FROM duplicate_pairs WHERE class <> 'none' ORDER BY a, b`,
      ),
      files: database.prepare<[number], Omit<KeeperFacts, 'hasGps'> & { hasGps: 0 | 1 }>(
        `SELECT p.id AS photo, ${facts}, p.path, p.size_bytes AS bytes, p.modified_ms AS modifiedMs, c.lens,
           c.lat IS NOT NULL AS hasGps, c.rating, json_array_length(c.keywords) AS keywords, c.caption,
           l.sharpness, l.exposure, k.at_ms AS chosenMs,
           (SELECT avg(quality) FROM faces WHERE content_id = c.id AND ignored = 0) AS faces
         FROM photos p JOIN contents c ON c.id = p.content_id
         LEFT JOIN duplicate_looks l ON l.content_id = c.id
         LEFT JOIN chosen_keepers k ON k.path = p.path AND k.hash = c.hash
         WHERE p.content_id = ? AND p.state = 'ready' ORDER BY p.id`,
      ),
      copied: database
        .prepare<[], ContentId>(
          `SELECT content_id FROM photos WHERE content_id IS NOT NULL AND state = 'ready'
           GROUP BY content_id HAVING count(*) > 1 ORDER BY content_id`,
        )
        .pluck(),
      dismissed: database.prepare<[], [string, string]>('SELECT hash_a, hash_b FROM not_duplicates').raw(),
      hash: database.prepare<[number], string>('SELECT hash FROM contents WHERE id = ?').pluck(),
    };
  }

  /** Prints of all photos that are there and were looked at, in the order of their contents. 260 bytes each. */
  prints(): Prints[] {
    return this.#sql.prints.all().map(([contentId, print, inner]) => ({
      contentId,
      print: floats(print),
      inner: inner && floats(inner),
    }));
  }

  /** null for a content that no file holds now. */
  facts(id: ContentId): ContentFacts | null {
    return this.#sql.facts.get(id) ?? null;
  }

  /** Contents that say when they were taken, in that order. */
  taken(): { readonly id: ContentId; readonly atMs: number }[] {
    return this.#sql.taken.all().map(([id, atMs]) => ({ id, atMs }));
  }

  /** Pairs that are alike, in the order of their contents. */
  pairs(): AlikePair[] {
    return this.#sql.pairs.all();
  }

  /** Contents that several files hold. */
  copied(): ContentId[] {
    return this.#sql.copied.all();
  }

  /** The files of a content that are there. */
  files(id: ContentId): KeeperFacts[] {
    return this.#sql.files.all(id).map((row) => ({ ...row, hasGps: row.hasGps === 1 }));
  }

  /** Whether a person said that two are no duplicates; of one hash twice: its files are none. */
  dismissals(): (hashA: string, hashB: string) => boolean {
    const all = new Set(this.#sql.dismissed.all().map((pair) => pair.join()));
    return (one, other) => all.has(one < other ? `${one},${other}` : `${other},${one}`);
  }

  hashOf(id: ContentId): string {
    return this.#sql.hash.get(id) ?? '';
  }
}

function floats(bytes: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}
