/** What comes of a grouping: whom each face belongs to by its looks, and which two may be the same person. */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Grouping } from '../contract/people.ts';
import type { Who } from './persons.ts';

/** A question as it stands now, after the edits since the grouping that asked it. */
export interface Question {
  readonly a: Who;
  readonly b: Who;
  /** 0..1. */
  readonly likeness: number;
}

interface FaceRow {
  id: number;
  content: number;
  person: number | null;
  group: number | null;
  sure: number;
  confirmed: 0 | 1;
}

interface QuestionRow {
  aPerson: number | null;
  aGroup: number | null;
  bPerson: number | null;
  bGroup: number | null;
  likeness: number;
  signA: string;
  signB: string;
  putOff: 0 | 1;
}

/** Questions that are kept; nobody answers more before the next grouping. */
const keptQuestions = 2000;

export class PeopleGrouping {
  readonly #database: Database;
  readonly #sql;

  constructor(database: Database) {
    this.#database = database;
    this.#sql = {
      faces: database.prepare<[string], FaceRow>(
        `SELECT id, content_id AS content, person_id AS person, group_face AS "group", sure, confirmed FROM faces
         WHERE model = ? AND ignored = 0`,
      ),
      persons: database.prepare<[], number>('SELECT id FROM persons').pluck(),
      denied: database.prepare<[], { face: number; person: number }>(
        `SELECT f.id AS face, c.person_id AS person FROM face_claims c JOIN faces f ON f.spot_id = c.spot_id
         WHERE c.verdict = 'is-not'`,
      ),
      assign: database.prepare<[number | null, number | null, number, number]>(
        'UPDATE faces SET person_id = ?, group_face = ?, sure = ? WHERE id = ? AND confirmed = 0 AND ignored = 0',
      ),
      // Two faces that were of one group may not be any more: what is left of a group may be one face.
      lone: database
        .prepare<[], number>(
          'SELECT group_face FROM faces WHERE group_face IS NOT NULL GROUP BY group_face HAVING count(*) = 1',
        )
        .pluck(),
      dissolve: database.prepare<[number]>(
        'UPDATE faces SET group_face = NULL, sure = 0 WHERE group_face = ?',
      ),
      forget: database.prepare('DELETE FROM people_questions'),
      ask: database.prepare<[number, number, string, string, number]>(
        'INSERT INTO people_questions (face_a, face_b, sign_a, sign_b, likeness) VALUES (?, ?, ?, ?, ?)',
      ),
      questions: database.prepare<[], QuestionRow>(
        `SELECT a.person_id AS aPerson, a.group_face AS aGroup, b.person_id AS bPerson, b.group_face AS bGroup,
           q.likeness, q.sign_a AS signA, q.sign_b AS signB,
           EXISTS (SELECT 1 FROM questions_put_off o WHERE o.sign_a = q.sign_a AND o.sign_b = q.sign_b) AS putOff
         FROM people_questions q JOIN faces a ON a.id = q.face_a JOIN faces b ON b.id = q.face_b ORDER BY q.place`,
      ),
      apart: database.prepare<[], { a: number; b: number }>('SELECT a, b FROM persons_apart'),
      hidden: database.prepare<[], number>('SELECT id FROM persons WHERE hidden').pluck(),
      putOff: database.prepare<[string, string]>(
        'INSERT INTO questions_put_off (sign_a, sign_b) VALUES (?, ?) ON CONFLICT DO NOTHING',
      ),
    };
  }

  /**
   * Writes a grouping of a model's faces as one transaction. Decisions come first, also those that it had not seen. Faces that
   * came meanwhile stay unknown until the next one.
   * @returns how many faces belong elsewhere than before.
   */
  write(model: string, { groups, questions }: Grouping): number {
    return this.#database.transaction(() => {
      const wanted = this.#wanted(groups);
      let moved = 0;
      const faces = this.#sql.faces.all(model);
      const said = new Set(
        faces.flatMap(({ confirmed, content, person }) => (confirmed ? `${content} ${person}` : [])),
      );
      for (const { id, content, person, group, sure, confirmed } of faces) {
        if (confirmed) continue;
        const found = wanted.get(id) ?? nobody;
        const to = said.has(`${content} ${found.person}`) ? nobody : found;
        if (person === to.person && group === to.group && sure === to.sure) continue;
        this.#sql.assign.run(to.person, to.group, to.sure, id);
        if (person !== to.person || group !== to.group) moved += 1;
      }
      for (const group of this.#sql.lone.all()) this.#sql.dissolve.run(group);
      this.#ask(groups, questions);
      return moved;
    })();
  }

  /** Questions that are open, the most useful first; answered, put off and hidden ones are not. */
  questions(): Question[] {
    const apart = new Set(this.#sql.apart.all().map(({ a, b }) => pairOf({ person: a }, { person: b })));
    const hidden = new Set(this.#sql.hidden.all());
    const asked = new Set<string>();
    const open: Question[] = [];
    for (const row of this.#sql.questions.all()) {
      const a = whoOf(row.aPerson, row.aGroup);
      const b = whoOf(row.bPerson, row.bGroup);
      if (!a || !b || row.putOff) continue;
      if ([row.aPerson, row.bPerson].some((person) => person !== null && hidden.has(person))) continue;
      const pair = pairOf(a, b);
      if (pair === null || asked.has(pair) || apart.has(pair)) continue;
      asked.add(pair);
      open.push({ a, b, likeness: row.likeness });
    }
    return open;
  }

  /** A question is not asked again while both are who they are. */
  putOff(a: Who, b: Who): void {
    const pair = pairOf(a, b);
    const rows = this.#sql.questions.all().filter((row) => {
      const [one, other] = [whoOf(row.aPerson, row.aGroup), whoOf(row.bPerson, row.bGroup)];
      return one && other && pairOf(one, other) === pair;
    });
    for (const { signA, signB } of rows) this.#sql.putOff.run(signA, signB);
  }

  #wanted(groups: Grouping['groups']): Map<number, Assigned> {
    const persons = new Set(this.#sql.persons.all());
    const denied = new Set(this.#sql.denied.all().map(({ face, person }) => `${face} ${person}`));
    const wanted = new Map<number, Assigned>();
    for (const { person, faces } of groups) {
      if (person !== null && !persons.has(person)) continue;
      if (person === null && faces.length < 2) continue;
      const group = person === null ? Math.min(...faces.map(({ id }) => id)) : null;
      for (const { id, sure } of faces)
        if (person === null || !denied.has(`${id} ${person}`)) wanted.set(id, { person, group, sure });
    }
    return wanted;
  }

  #ask(groups: Grouping['groups'], questions: Grouping['questions']): void {
    this.#sql.forget.run();
    const signs = new Map<number, string>();
    const signOf = (at: number): string => {
      const sign = signs.get(at) ?? digest(groups[at]!.faces.map(({ id }) => id));
      signs.set(at, sign);
      return sign;
    };
    for (const { a, b, likeness } of questions.slice(0, keptQuestions)) {
      const [one, other] = [groups[a], groups[b]];
      if (!one || !other || one.faces.length === 0 || other.faces.length === 0) continue;
      const [signA, signB] = [signOf(a), signOf(b)].sort() as [string, string];
      this.#sql.ask.run(surest(one.faces), surest(other.faces), signA, signB, likeness);
    }
  }
}

interface Assigned {
  readonly person: number | null;
  readonly group: number | null;
  readonly sure: number;
}
const nobody: Assigned = { person: null, group: null, sure: 0 };

function whoOf(person: number | null, group: number | null): Who | null {
  if (person !== null) return { person };
  return group === null ? null : { group };
}

/** One key for a pair, whichever comes first; null when both are the same. */
function pairOf(a: Who, b: Who): string | null {
  const keys = [a, b].map((who) => ('person' in who ? `p${who.person}` : `g${who.group}`));
  if (keys[0] === keys[1]) return null;
  return keys.sort().join(' ');
}

function surest(faces: Grouping['groups'][number]['faces']): number {
  return faces.reduce((best, face) => (face.sure > best.sure ? face : best)).id;
}

function digest(ids: readonly number[]): string {
  const sorted = [...ids].sort((a, b) => a - b);
  return createHash('sha256').update(sorted.join(' ')).digest('hex').slice(0, 32);
}
