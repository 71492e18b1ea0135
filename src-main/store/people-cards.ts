/**
 * Cards of persons and groups, as lists show them. A card reads every face of somebody, so each is kept until something of it has
 * changed: triggers on faces note whose. 60,000 faces are then listed in a few milliseconds.
 */
import type { Database } from 'better-sqlite3';
import type { PeopleId, PersonCard } from '../contract/people.ts';
import type { ChangeReader } from './changes.ts';
import type { Persons, Who } from './persons.ts';

/** Of their best faces, a fan is made from this many. */
const fanFrom = 16;
const fanSize = 3;

interface Described {
  readonly id: number;
  /** float32, little endian. */
  readonly descriptor: Buffer;
}

/** What faces alone say. */
interface Looks {
  readonly faces: number;
  /** The cover first. */
  readonly fan: readonly number[];
}

/** What the photos say that they are on. */
interface Shown {
  readonly photos: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

export class PeopleCards {
  readonly #changes: ChangeReader;
  readonly #persons: Persons;
  readonly #looks = new Map<PeopleId, Looks>();
  readonly #shown = new Map<PeopleId, Shown>();
  /** Where the library stood when `#shown` was read. */
  #shownAt = '';
  readonly #sql;

  constructor(database: Database, parts: { changes: ChangeReader; persons: Persons }) {
    this.#changes = parts.changes;
    this.#persons = parts.persons;
    database.exec(dirtyTable);
    const of = (column: 'person_id' | 'group_face') => ({
      count: database.prepare<[number], number>(`SELECT count(*) FROM faces WHERE ${column} = ?`).pluck(),
      best: database.prepare<[number, number], Described>(
        `SELECT id, descriptor FROM faces WHERE ${column} = ? ORDER BY quality DESC, content_id LIMIT ?`,
      ),
      shown: database.prepare<[number], Shown>(
        `SELECT count(ph.id) AS photos, min(ct.taken_at_ms) AS fromMs, max(ct.taken_at_ms) AS toMs
         FROM (SELECT DISTINCT content_id FROM faces WHERE ${column} = ?) f
         CROSS JOIN contents ct ON ct.id = f.content_id CROSS JOIN photos ph ON ph.content_id = f.content_id`,
      ),
    });
    this.#sql = {
      person: of('person_id'),
      group: of('group_face'),
      cover: database.prepare<[number, number], Described>(
        'SELECT id, descriptor FROM faces WHERE spot_id = ? AND person_id = ? LIMIT 1',
      ),
      persons: database
        .prepare<[], number>('SELECT DISTINCT person_id FROM faces WHERE person_id IS NOT NULL')
        .pluck(),
      groups: database
        .prepare<[], number>('SELECT DISTINCT group_face FROM faces WHERE group_face IS NOT NULL')
        .pluck(),
      dirty: database.prepare<[], { person: number; group: number }>(
        'SELECT person_id AS person, group_face AS "group" FROM people_dirty',
      ),
      clean: database.prepare('DELETE FROM people_dirty'),
    };
  }

  /** Everybody who has a face on a photo; groups have two or more. Most photos first. */
  list(): { people: PersonCard[]; groups: PersonCard[] } {
    const sorted = (whos: readonly Who[]) =>
      this.cards(whos)
        .filter((card) => card !== null)
        .sort((a, b) => b.photos - a.photos || b.faces - a.faces || number(a.id) - number(b.id));
    const { people, groups } = this.#everybody();
    return { people: sorted(people), groups: sorted(groups).filter(({ faces }) => faces > 1) };
  }

  /** null for somebody who is on no photo now. */
  card(who: Who): PersonCard | null {
    return this.cards([who])[0] ?? null;
  }

  /** One for each, in their order; null for somebody who is on no photo now. */
  cards(whos: readonly Who[]): (PersonCard | null)[] {
    this.#forgetChanged();
    return whos.map((who) => this.#cardOf(who));
  }

  /**
   * Makes cards ahead, for so long, so that the next list need not.
   * @returns whether some are left to make.
   */
  prepare(milliseconds: number): boolean {
    this.#forgetChanged();
    const untilMs = performance.now() + milliseconds;
    const { people, groups } = this.#everybody();
    for (const who of [...people, ...groups]) {
      if (this.#looks.has(idOf(who)) && this.#shown.has(idOf(who))) continue;
      if (performance.now() > untilMs) return true;
      this.#cardOf(who);
    }
    return false;
  }

  #everybody(): { people: Who[]; groups: Who[] } {
    return {
      people: this.#sql.persons.all().map((person) => ({ person })),
      groups: this.#sql.groups.all().map((group) => ({ group })),
    };
  }

  #cardOf(who: Who): PersonCard | null {
    const id = idOf(who);
    const looks = this.#looksOf(id, who);
    const shown = looks && this.#shownOf(id, who);
    if (!looks || !shown || shown.photos === 0) return null;
    const { name, hidden } = this.#personOf(who);
    const { faces, fan } = looks;
    return { id, name, hidden, faces, cover: fan[0]!, fan, ...shown };
  }

  #personOf(who: Who): { name: string | null; hidden: boolean; coverSpot: number | null } {
    const person = 'person' in who ? this.#persons.get(who.person) : null;
    return person ?? { name: null, hidden: false, coverSpot: null };
  }

  #looksOf(id: PeopleId, who: Who): Looks | null {
    const known = this.#looks.get(id);
    if (known) return known;
    const [sql, key] = 'person' in who ? [this.#sql.person, who.person] : [this.#sql.group, who.group];
    const best = sql.best.all(key, fanFrom);
    if (best.length === 0) return null;
    const { coverSpot } = this.#personOf(who);
    const chosen =
      coverSpot === null || !('person' in who) ? undefined : this.#sql.cover.get(coverSpot, who.person);
    const looks = { faces: sql.count.get(key) ?? 0, fan: fanOf(chosen ?? best[0]!, best) };
    this.#looks.set(id, looks);
    return looks;
  }

  #shownOf(id: PeopleId, who: Who): Shown {
    const known = this.#shown.get(id);
    if (known) return known;
    const [sql, key] = 'person' in who ? [this.#sql.person, who.person] : [this.#sql.group, who.group];
    const shown = sql.shown.get(key)!;
    this.#shown.set(id, shown);
    return shown;
  }

  #forgetChanged(): void {
    const dirty = this.#sql.dirty.all();
    for (const { person, group } of dirty) {
      if (person > 0) this.#drop(`p${person}`);
      if (group > 0) this.#drop(`g${group}`);
    }
    if (dirty.length > 0) this.#sql.clean.run();
    const now = `${this.#changes.generation()} ${this.#changes.version()}`;
    if (now !== this.#shownAt) this.#shown.clear();
    this.#shownAt = now;
  }

  #drop(id: PeopleId): void {
    this.#looks.delete(id);
    this.#shown.delete(id);
  }
}

export function idOf(who: Who): PeopleId {
  return 'person' in who ? `p${who.person}` : `g${who.group}`;
}

/** The cover, then each time the face that is least like those chosen. */
function fanOf(cover: Described, from: readonly Described[]): number[] {
  const fan = [cover];
  const others = from.filter(({ id }) => id !== cover.id).map((face) => ({ ...face, nearest: -1 }));
  while (fan.length < fanSize && others.length > 0) {
    const latest = fan.at(-1)!;
    for (const other of others) other.nearest = Math.max(other.nearest, cosine(latest, other));
    const least = others.reduce((best, other) => (other.nearest < best.nearest ? other : best));
    others.splice(others.indexOf(least), 1);
    fan.push(least);
  }
  return fan.map(({ id }) => id);
}

function number(id: PeopleId): number {
  return Number(id.slice(1));
}

/** Of two descriptors of one model; those of two models are not alike at all. */
function cosine({ descriptor: a }: Described, { descriptor: b }: Described): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let at = 0; at < a.length; at += 4) sum += a.readFloatLE(at) * b.readFloatLE(at);
  return sum;
}

const dirty = (row: 'NEW' | 'OLD') =>
  `INSERT OR IGNORE INTO people_dirty VALUES (ifnull(${row}.person_id, 0), ifnull(${row}.group_face, 0));`;
const dirtyTable = `
  CREATE TEMP TABLE people_dirty (
    person_id INTEGER NOT NULL, group_face INTEGER NOT NULL, PRIMARY KEY (person_id, group_face)
  ) STRICT, WITHOUT ROWID;
  CREATE TEMP TRIGGER face_dirties_new AFTER INSERT ON main.faces BEGIN ${dirty('NEW')} END;
  CREATE TEMP TRIGGER face_dirties AFTER UPDATE ON main.faces BEGIN ${dirty('OLD')} ${dirty('NEW')} END;
  CREATE TEMP TRIGGER face_dirties_old AFTER DELETE ON main.faces BEGIN ${dirty('OLD')} END;
  CREATE TEMP TRIGGER person_dirties AFTER UPDATE ON main.persons BEGIN
    INSERT OR IGNORE INTO people_dirty VALUES (NEW.id, 0);
  END;
  CREATE TEMP TRIGGER person_dirties_new AFTER INSERT ON main.persons BEGIN
    INSERT OR IGNORE INTO people_dirty VALUES (NEW.id, 0);
  END;`;
