/** Who is on which photo, as a search asks it: by content, for many photos at once. */
import type { Database } from 'better-sqlite3';
import type { PeopleId } from '../contract/people.ts';

export interface NamedPerson {
  readonly id: PeopleId;
  readonly name: string;
}

export class PeopleReader {
  readonly #sql;

  constructor(database: Database) {
    const numbers = <P extends unknown[]>(sql: string) => database.prepare<P, number>(sql).pluck();
    this.#sql = {
      ofPerson: numbers<[number]>('SELECT DISTINCT content_id FROM faces WHERE person_id = ?'),
      ofGroup: numbers<[number]>('SELECT DISTINCT content_id FROM faces WHERE group_face = ?'),
      shown: numbers<[]>('SELECT content_id FROM faces WHERE ignored = 0'),
      looked: numbers<[]>('SELECT content_id FROM face_looks WHERE done = 1 AND failure IS NULL'),
      named: database.prepare<[], { id: number; name: string }>(
        `SELECT id, name FROM persons WHERE name IS NOT NULL AND hidden = 0
         AND EXISTS (SELECT 1 FROM faces WHERE person_id = persons.id) ORDER BY id`,
      ),
    };
  }

  /** Contents that show somebody, in no order; none for somebody who is not there any more. Cost: 1 µs each. */
  contentsOf(id: PeopleId): number[] {
    const key = Number(id.slice(1));
    return id.startsWith('p') ? this.#sql.ofPerson.all(key) : this.#sql.ofGroup.all(key);
  }

  /** The content of each face that matters: one that shows three comes three times. Cost: 20 ms for 60,000 faces. */
  contentsOfFaces(): number[] {
    return this.#sql.shown.all();
  }

  /** Contents that were looked at for faces, and could be read. Cost: 25 ms for 100,000. */
  lookedAt(): number[] {
    return this.#sql.looked.all();
  }

  /** Who has a name and is on a photo, but for those who are hidden. */
  named(): NamedPerson[] {
    return this.#sql.named.all().map(({ id, name }) => ({ id: `p${id}`, name }));
  }
}
