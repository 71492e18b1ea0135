/** Persons: those whom a person at the screen has dealt with, and which faces belong to whom. */
import type { Database } from 'better-sqlite3';

/** A person by its id, or a group by looks by the id of its first face. */
export type Who = { readonly person: number } | { readonly group: number };

export interface PersonRow {
  readonly id: number;
  readonly name: string | null;
  readonly hidden: boolean;
  readonly coverSpot: number | null;
}

/** A face as an edit needs it. */
export interface Member {
  readonly id: number;
  readonly contentId: number;
  readonly person: number | null;
  readonly group: number | null;
  readonly confirmed: boolean;
}

interface MemberRow {
  id: number;
  contentId: number;
  person: number | null;
  group: number | null;
  confirmed: 0 | 1;
}

const person = 'SELECT id, name, hidden, cover_spot AS coverSpot FROM persons';
const member =
  'SELECT id, content_id AS contentId, person_id AS person, group_face AS "group", confirmed FROM faces';

export class Persons {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      get: database.prepare<[number], Omit<PersonRow, 'hidden'> & { hidden: 0 | 1 }>(
        `${person} WHERE id = ?`,
      ),
      named: database.prepare<[string], number>('SELECT id FROM persons WHERE name_key = ?').pluck(),
      create: database.prepare<[]>('INSERT INTO persons DEFAULT VALUES'),
      name: database.prepare<[string | null, string | null, number]>(
        'UPDATE persons SET name = ?, name_key = ? WHERE id = ?',
      ),
      hide: database.prepare<[0 | 1, number]>('UPDATE persons SET hidden = ? WHERE id = ?'),
      cover: database.prepare<[number, number]>('UPDATE persons SET cover_spot = ? WHERE id = ?'),
      remove: database.prepare<[number]>('DELETE FROM persons WHERE id = ?'),
      apart: database.prepare<[number, number]>(
        'INSERT INTO persons_apart (a, b) VALUES (?, ?) ON CONFLICT DO NOTHING',
      ),
      together: database.prepare<[number, number]>('DELETE FROM persons_apart WHERE a = ? AND b = ?'),
      apartFrom: database
        .prepare<[number, number], number>(
          'SELECT b FROM persons_apart WHERE a = ? UNION SELECT a FROM persons_apart WHERE b = ? ORDER BY 1',
        )
        .pluck(),
      ofPerson: database.prepare<[number], MemberRow>(
        `${member} WHERE person_id = ? ORDER BY quality DESC, id`,
      ),
      ofGroup: database.prepare<[number], MemberRow>(
        `${member} WHERE group_face = ? ORDER BY quality DESC, id`,
      ),
      face: database.prepare<[number], MemberRow>(`${member} WHERE id = ?`),
      besides: database.prepare<[number, number], MemberRow>(
        `${member} WHERE content_id = ? AND +person_id = ?`,
      ),
    };
  }

  get(id: number): PersonRow | null {
    const row = this.#sql.get.get(id);
    return row ? { ...row, hidden: row.hidden === 1 } : null;
  }

  /** Who has this name, however its capitals are. */
  named(name: string): number | null {
    return this.#sql.named.get(nameKey(name)) ?? null;
  }

  /** Somebody without a name or a face yet. @returns the id. */
  create(): number {
    return Number(this.#sql.create.run().lastInsertRowid);
  }

  name(id: number, name: string | null): void {
    this.#sql.name.run(name, name === null ? null : nameKey(name), id);
  }

  hide(id: number, hidden: boolean): void {
    this.#sql.hide.run(hidden ? 1 : 0, id);
  }

  /** The face at this spot stands for the person. */
  cover(id: number, spot: number): void {
    this.#sql.cover.run(spot, id);
  }

  /** Two are not the same, for ever. */
  tellApart(a: number, b: number): void {
    if (a !== b) this.#sql.apart.run(Math.min(a, b), Math.max(a, b));
  }

  apartFrom(id: number): number[] {
    return this.#sql.apartFrom.all(id, id);
  }

  /** Two are the same after all; whom the one is not, the other is not either. The one without claims goes. */
  absorb(from: number, into: number): void {
    for (const other of this.apartFrom(from)) {
      this.#sql.together.run(Math.min(from, other), Math.max(from, other));
      this.tellApart(into, other);
    }
    this.#sql.remove.run(from);
  }

  /** Faces of somebody, the best first. */
  members(who: Who): Member[] {
    const rows = 'person' in who ? this.#sql.ofPerson.all(who.person) : this.#sql.ofGroup.all(who.group);
    return rows.map(toMember);
  }

  face(id: number): Member | null {
    const row = this.#sql.face.get(id);
    return row ? toMember(row) : null;
  }

  /** Faces of one photo that belong to a person. */
  onPhoto(contentId: number, person: number): Member[] {
    return this.#sql.besides.all(contentId, person).map(toMember);
  }
}

function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function toMember({ confirmed, ...row }: MemberRow): Member {
  return { ...row, confirmed: confirmed === 1 };
}
