/** Faces and photos of people as screens and the command line list them. */
import type { Database, Statement } from 'better-sqlite3';
import type { Box, Face } from '../contract/people.ts';
import type { PhotoId } from '../contract/photo.ts';
import { idOf } from './people-cards.ts';
import type { Who } from './persons.ts';

export type FaceOrder = 'unsure' | 'newest' | 'best';
/** Faces of somebody, or those that stand on a shelf. */
export type FacesOf = Who | 'unknown' | 'ignored';

/** A face on one photo that shows it. */
export interface ReportedFace {
  readonly who: Who | null;
  readonly path: string;
  readonly box: Box;
  readonly quality: number;
}

/** A face that somebody named, on one photo that shows it and is there. */
export interface NamedFace {
  readonly path: string;
  readonly box: Box;
  readonly name: string;
}

export interface Page {
  readonly order: FaceOrder;
  readonly limit: number;
  readonly offset: number;
}

interface FaceRow {
  id: number;
  photo: PhotoId | null;
  contentId: number;
  x: number;
  y: number;
  w: number;
  h: number;
  quality: number;
  person: number | null;
  group: number | null;
  name: string | null;
  sure: number;
  confirmed: 0 | 1;
  ignored: 0 | 1;
  drawn: 0 | 1;
}

interface ReportRow {
  person: number | null;
  group: number | null;
  path: string;
  x: number;
  y: number;
  w: number;
  h: number;
  quality: number;
}

type Shelf = 'person' | 'group' | 'unknown' | 'ignored';
const where: Readonly<Record<Shelf, string>> = {
  person: 'person_id = @key',
  group: 'group_face = @key',
  unknown: 'person_id IS NULL AND group_face IS NULL AND ignored = 0',
  ignored: 'ignored = 1',
};
const orderBy: Readonly<Record<FaceOrder, string>> = {
  // What a person said is sure: it comes last.
  unsure: 'sure, quality DESC, id',
  newest: '(SELECT max(taken_at_ms) FROM photos WHERE content_id = faces.content_id) DESC, id DESC',
  best: 'quality DESC, id',
};
const select = `SELECT f.id, f.content_id AS contentId, f.x, f.y, f.w, f.h, f.quality, f.person_id AS person,
  f.group_face AS "group", (SELECT name FROM persons WHERE id = f.person_id) AS name, f.sure, f.confirmed, f.ignored, f.drawn,
  (SELECT id FROM photos WHERE content_id = f.content_id ORDER BY state = 'ready' DESC, id LIMIT 1) AS photo`;

type ListStatement = Statement<[{ key: number; limit: number; offset: number }], FaceRow>;

export class PeopleLists {
  readonly #lists = new Map<string, ListStatement>();
  readonly #sql;

  constructor(database: Database) {
    for (const shelf of Object.keys(where) as Shelf[])
      for (const order of Object.keys(orderBy) as FaceOrder[])
        this.#lists.set(
          `${shelf} ${order}`,
          database.prepare(
            `${select} FROM (SELECT id, row_number() OVER () AS place FROM (
               SELECT id FROM faces WHERE ${where[shelf]} ORDER BY ${orderBy[order]} LIMIT @limit OFFSET @offset)) page
             JOIN faces f ON f.id = page.id ORDER BY page.place`,
          ) as unknown as ListStatement,
        );
    const together = (column: 'person_id' | 'group_face') =>
      database.prepare<[number], { person: number | null; group: number | null; photos: number }>(
        `SELECT o.person_id AS person, o.group_face AS "group", count(*) AS photos FROM faces m
         JOIN faces o ON o.content_id = m.content_id AND o.id <> m.id
         JOIN photos ph ON ph.content_id = m.content_id
         WHERE m.${column} = ? AND (o.person_id IS NOT NULL OR o.group_face IS NOT NULL)
           AND o.${column} IS NOT m.${column}
         GROUP BY 1, 2 ORDER BY photos DESC, 1, 2 LIMIT 20`,
      );
    const photos = (column: 'person_id' | 'group_face') =>
      database
        .prepare<[number], PhotoId>(
          `SELECT ph.id FROM (SELECT DISTINCT content_id FROM faces WHERE ${column} = ?) f
           JOIN photos ph ON ph.content_id = f.content_id ORDER BY ph.taken_at_ms DESC, ph.id DESC`,
        )
        .pluck();
    this.#sql = {
      counts: {
        unknown: database.prepare<[], number>(`SELECT count(*) FROM faces WHERE ${where.unknown}`).pluck(),
        ignored: database.prepare<[], number>('SELECT count(*) FROM faces WHERE ignored = 1').pluck(),
        all: database.prepare<[], number>('SELECT count(*) FROM faces').pluck(),
        people: database
          .prepare<[], number>('SELECT count(DISTINCT person_id) FROM faces WHERE person_id IS NOT NULL')
          .pluck(),
      },
      face: database.prepare<[number], FaceRow>(`${select} FROM faces f WHERE f.id = ?`),
      ofContent: database.prepare<[number], FaceRow>(
        `${select} FROM faces f WHERE f.content_id = ? ORDER BY f.x, f.id`,
      ),
      contentOf: database.prepare<[number], { id: number; hash: string; path: string }>(
        `SELECT c.id, c.hash, ph.path FROM photos ph JOIN contents c ON c.id = ph.content_id WHERE ph.id = ?`,
      ),
      together: { person: together('person_id'), group: together('group_face') },
      photos: { person: photos('person_id'), group: photos('group_face') },
      named: database.prepare<[], { path: string; name: string; x: number; y: number; w: number; h: number }>(
        `SELECT ph.path, p.name, f.x, f.y, f.w, f.h FROM persons p JOIN faces f ON f.person_id = p.id AND f.confirmed = 1
         JOIN photos ph ON ph.content_id = f.content_id AND ph.state = 'ready' WHERE p.name IS NOT NULL ORDER BY ph.path, f.x, f.id`,
      ),
      report: database.prepare<[], ReportRow>(
        `SELECT f.person_id AS person, f.group_face AS "group", ph.path, f.x, f.y, f.w, f.h, f.quality FROM faces f
         CROSS JOIN photos ph ON ph.content_id = f.content_id AND ph.state = 'ready'
         WHERE f.ignored = 0 ORDER BY ph.path, f.x, f.id`,
      ),
    };
  }

  faces(of: FacesOf, { order, limit, offset }: Page): Face[] {
    const [shelf, key] = shelfOf(of);
    return this.#lists.get(`${shelf} ${order}`)!.all({ key, limit, offset }).flatMap(toFace);
  }

  /** Faces on each shelf, all that were found, and persons who have one. */
  counts(): { unknown: number; ignored: number; all: number; people: number } {
    const { unknown, ignored, all, people } = this.#sql.counts;
    return { unknown: unknown.get()!, ignored: ignored.get()!, all: all.get()!, people: people.get()! };
  }

  /** null for one that is gone. */
  face(id: number): Face | null {
    const row = this.#sql.face.get(id);
    return row ? (toFace(row)[0] ?? null) : null;
  }

  /** Faces of one photo, left to right. */
  ofContent(contentId: number): Face[] {
    return this.#sql.ofContent.all(contentId).flatMap(toFace);
  }

  /** The bytes of a photo; null while they are not known. */
  contentOf(photo: number): { readonly id: number; readonly hash: string; readonly path: string } | null {
    return this.#sql.contentOf.get(photo) ?? null;
  }

  /** Who is on the same photos, most often first; 20 at most. */
  together(who: Who): { readonly who: Who; readonly photos: number }[] {
    const rows =
      'person' in who ? this.#sql.together.person.all(who.person) : this.#sql.together.group.all(who.group);
    return rows.map(({ photos, ...row }) => ({ who: whoOf(row)!, photos }));
  }

  /** Every photo that shows them, copies too, newest first. */
  photos(who: Who): PhotoId[] {
    return 'person' in who ? this.#sql.photos.person.all(who.person) : this.#sql.photos.group.all(who.group);
  }

  /** Every face that somebody named, once for each photo that shows it and is there, by path. */
  named(): NamedFace[] {
    return this.#sql.named.all().map(({ path, name, x, y, w, h }) => ({ path, name, box: [x, y, w, h] }));
  }

  /** Every face that matters, once for each photo that shows it and is there, by path. */
  report(): ReportedFace[] {
    return this.#sql.report.all().map(({ path, quality, x, y, w, h, ...row }) => ({
      who: whoOf(row),
      path,
      quality,
      box: [x, y, w, h],
    }));
  }
}

function shelfOf(of: FacesOf): [Shelf, number] {
  if (typeof of === 'string') return [of, 0];
  return 'person' in of ? ['person', of.person] : ['group', of.group];
}

function whoOf({ person, group }: { person: number | null; group: number | null }): Who | null {
  if (person !== null) return { person };
  return group === null ? null : { group };
}

/** None for a face whose photos have all left the library: its content goes with the next sweep. */
function toFace({ photo, x, y, w, h, person, group, confirmed, ignored, drawn, ...row }: FaceRow): Face[] {
  if (photo === null) return [];
  const who = whoOf({ person, group });
  return [
    {
      ...row,
      photo,
      box: [x, y, w, h],
      who: who && idOf(who),
      confirmed: confirmed === 1,
      ignored: ignored === 1,
      drawn: drawn === 1,
    },
  ];
}
