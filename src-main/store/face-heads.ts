/** Heads behind a face model, learned from who people are: what they are learned from, what is kept of each, which one is in use. */
import type { Database } from 'better-sqlite3';
import type { FaceHead, FaceHeadFigures, FaceLessons, FacesLearned } from '../contract/learn-faces.ts';

/** Faces of one person that are learned from, the best ones, and faces of nobody known: more teach nothing and take time. */
const mostFacesEach = 100;
const mostUnknown = 2000;
/** Heads that are kept of a model, besides the one in use. */
const kept = 5;

interface HeadRow {
  id: number;
  model: string;
  atMs: number;
  figures: string;
  inUse: 0 | 1;
}

interface LessonRow {
  id: number;
  person: number | null;
  content: number;
  descriptor: Buffer;
}

export class FaceHeadReader {
  readonly #head;

  constructor(database: Database) {
    this.#head = database.prepare<[number], { head: Buffer; figures: string }>(
      'SELECT head, figures FROM face_heads WHERE id = ?',
    );
  }

  /** The model and its thresholds; null for one that is gone. */
  open(id: number): { readonly head: Uint8Array; readonly thresholds: FaceHeadFigures['thresholds'] } | null {
    const row = this.#head.get(id);
    if (!row) return null;
    return { head: row.head, thresholds: (JSON.parse(row.figures) as FaceHeadFigures).thresholds };
  }
}

export class FaceHeads extends FaceHeadReader {
  readonly #database: Database;
  readonly #sql;

  constructor(database: Database) {
    super(database);
    this.#database = database;
    this.#sql = {
      list: database.prepare<[string], HeadRow>(
        `SELECT id, model, at_ms AS atMs, figures, in_use AS inUse FROM face_heads WHERE model = ? ORDER BY id DESC`,
      ),
      inUse: database
        .prepare<[string], number>('SELECT id FROM face_heads WHERE model = ? AND in_use = 1')
        .pluck(),
      add: database.prepare<[string, number, string, Uint8Array]>(
        'INSERT INTO face_heads (model, at_ms, figures, head) VALUES (?, ?, ?, ?)',
      ),
      prune: database.prepare<[string, string, number]>(
        `DELETE FROM face_heads WHERE model = ? AND in_use = 0 AND id NOT IN
         (SELECT id FROM face_heads WHERE model = ? AND in_use = 0 ORDER BY id DESC LIMIT ?)`,
      ),
      rest: database.prepare<[string]>('UPDATE face_heads SET in_use = 0 WHERE model = ? AND in_use = 1'),
      use: database.prepare<[number]>('UPDATE face_heads SET in_use = 1 WHERE id = ?'),
      groupedWith: database.prepare<[string], { head: number | null }>(
        'SELECT head FROM faces_grouped_with WHERE model = ?',
      ),
      grouped: database.prepare<[string, number | null]>(
        'INSERT INTO faces_grouped_with VALUES (?, ?) ON CONFLICT DO UPDATE SET head = excluded.head',
      ),
      ready: database
        .prepare<[string, number, number], number>(
          `SELECT count(*) FROM persons p WHERE p.name IS NOT NULL AND (SELECT count(*) FROM (
             SELECT 1 FROM faces WHERE person_id = p.id AND confirmed = 1 AND model = ? LIMIT ?)) = ?`,
        )
        .pluck(),
      lessons: database.prepare<[string], LessonRow>(
        `SELECT f.id, p.id AS person, f.content_id AS content, f.descriptor FROM persons p
         JOIN faces f ON f.person_id = p.id AND f.confirmed = 1
         WHERE p.name IS NOT NULL AND f.model = ? ORDER BY f.quality DESC, f.id`,
      ),
      unknown: database.prepare<[string, number], LessonRow>(
        `SELECT f.id, NULL AS person, f.content_id AS content, f.descriptor FROM faces f
         WHERE f.model = ? AND f.ignored = 0 AND f.confirmed = 0
           AND (EXISTS (SELECT 1 FROM face_claims c WHERE c.spot_id = f.spot_id AND c.verdict = 'is-not')
             OR EXISTS (SELECT 1 FROM faces o WHERE o.content_id = f.content_id AND o.confirmed = 1))
         ORDER BY f.quality DESC, f.id LIMIT ?`,
      ),
      denied: database.prepare<[], { face: number; person: number }>(
        `SELECT f.id AS face, c.person_id AS person FROM face_claims c JOIN faces f ON f.spot_id = c.spot_id
         WHERE c.verdict = 'is-not'`,
      ),
    };
  }

  /** Of a face model, the latest first. */
  list(model: string): Omit<FaceHead, 'words'>[] {
    return this.#sql.list.all(model).map(({ figures, inUse, ...row }) => ({
      ...row,
      ...(JSON.parse(figures) as FaceHeadFigures),
      inUse: inUse === 1,
    }));
  }

  /** null while faces are told apart without any. */
  inUse(model: string): number | null {
    return this.#sql.inUse.get(model) ?? null;
  }

  /** @returns its id. Older ones that are not in use go. */
  add(model: string, { head, ...figures }: FacesLearned, atMs: number): number {
    return this.#database.transaction(() => {
      const { lastInsertRowid } = this.#sql.add.run(model, atMs, JSON.stringify(figures), head);
      this.#sql.prune.run(model, model, kept);
      return Number(lastInsertRowid);
    })();
  }

  /** From now on faces of the model are told apart with this head, or (null) without any. */
  use(model: string, id: number | null): void {
    this.#database.transaction(() => {
      this.#sql.rest.run(model);
      if (id !== null) this.#sql.use.run(id);
    })();
  }

  /** Faces were grouped with this head. */
  grouped(model: string, head: number | null): void {
    this.#sql.grouped.run(model, head);
  }

  /** Whether faces were last grouped with another head than the one in use: the program was ended before it could. */
  isBehind(model: string): boolean {
    return (this.#sql.groupedWith.get(model)?.head ?? null) !== this.inUse(model);
  }

  /** Persons with a name and so many confirmed faces, or more. Cost: 5 µs a person. */
  ready(model: string, faces: number): number {
    return this.#sql.ready.get(model, faces, faces) ?? 0;
  }

  /** What was named, and who was said not to be whom. Cost: 5 µs a face. */
  lessons(model: string): FaceLessons {
    const each = new Map<number, number>();
    const named = this.#sql.lessons.all(model).filter(({ person }) => {
      const count = each.get(person!) ?? 0;
      each.set(person!, count + 1);
      return count < mostFacesEach;
    });
    const rows = [...named, ...this.#sql.unknown.all(model, mostUnknown)];
    const places = new Map(rows.map(({ id }, place) => [id, place]));
    const dim = (rows[0]?.descriptor.byteLength ?? 0) / 4;
    const descriptors = new Float32Array(rows.length * dim);
    // Every system that Likeness runs on is little endian, as is the file.
    for (const [place, { descriptor }] of rows.entries())
      descriptors.set(new Float32Array(new Uint8Array(descriptor).buffer), place * dim);
    const isNot = this.#sql.denied.all().flatMap(({ face, person }) => {
      const place = places.get(face);
      return place === undefined ? [] : [place, person];
    });
    return {
      dim,
      descriptors,
      persons: Int32Array.from(rows, ({ person }) => person ?? -1),
      contents: Int32Array.from(rows, ({ content }) => content),
      isNot: Int32Array.from(isNot),
    };
  }
}
