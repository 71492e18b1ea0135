/**
 * What a person decided about faces. A decision is kept with a spot, a box on a photo that is known by its bytes; a face takes up
 * what its spot says. So a new look, another model, or a folder that left and came back loses none.
 */
import type { Database } from 'better-sqlite3';
import type { Box } from '../contract/people.ts';
import { matchBoxes } from './match-boxes.ts';

export interface Spot {
  readonly id: number;
  readonly box: Box;
}

interface SettleRow {
  id: number;
  person: number | null;
  groupFace: number | null;
  sure: number;
  confirmed: 0 | 1;
  ignored: 0 | 1;
  /** What its spot says. */
  saidIs: number | null;
  saidIgnored: 0 | 1;
  /** Its spot says that it is not whom it is shown as. */
  denied: 0 | 1;
}

interface BoxRow {
  id: number;
  x: number;
  y: number;
  w: number;
  h: number;
}

export class FaceFacts {
  readonly #sql;

  constructor(database: Database) {
    this.#sql = {
      spotOf: database.prepare<[number], number | null>('SELECT spot_id FROM faces WHERE id = ?').pluck(),
      isSpokenOf: database
        .prepare<[number], number>(
          `SELECT 1 FROM faces f JOIN face_spots s ON s.id = f.spot_id
           WHERE f.id = ? AND (s.ignored OR EXISTS (SELECT 1 FROM face_claims WHERE spot_id = s.id))`,
        )
        .pluck(),
      create: database
        .prepare<[number], number>(
          `INSERT INTO face_spots (hash, x, y, w, h) SELECT c.hash, f.x, f.y, f.w, f.h
           FROM faces f JOIN contents c ON c.id = f.content_id WHERE f.id = ? RETURNING id`,
        )
        .pluck(),
      draw: database
        .prepare<[string, number, number, number, number], number>(
          'INSERT INTO face_spots (hash, x, y, w, h, drawn) VALUES (?, ?, ?, ?, ?, 1) RETURNING id',
        )
        .pluck(),
      take: database.prepare<[number | null, number]>('UPDATE faces SET spot_id = ? WHERE id = ?'),
      ignore: database.prepare<[0 | 1, number]>('UPDATE face_spots SET ignored = ? WHERE id = ?'),
      dropIs: database.prepare<[number]>("DELETE FROM face_claims WHERE spot_id = ? AND verdict = 'is'"),
      dropOf: database.prepare<[number, number]>(
        'DELETE FROM face_claims WHERE spot_id = ? AND person_id = ?',
      ),
      claim: database.prepare<[number, number, 'is' | 'is-not']>(
        'INSERT INTO face_claims (spot_id, person_id, verdict) VALUES (?, ?, ?)',
      ),
      claimsOf: database.prepare<[number], { id: number; spot: number; verdict: 'is' | 'is-not' }>(
        'SELECT id, spot_id AS spot, verdict FROM face_claims WHERE person_id = ? ORDER BY id',
      ),
      hasOf: database
        .prepare<[number, number], 'is' | 'is-not'>(
          'SELECT verdict FROM face_claims WHERE spot_id = ? AND person_id = ?',
        )
        .pluck(),
      rivals: database.prepare<[number, number], { spot: number; ignored: 0 | 1 }>(
        `SELECT o.id AS spot, o.ignored FROM face_spots s JOIN face_spots o ON o.hash = s.hash AND o.id <> s.id
         JOIN face_claims c ON c.spot_id = o.id AND c.person_id = ? AND c.verdict = 'is' WHERE s.id = ?`,
      ),
      // By photo: the other index would walk all faces of the person for each of them.
      besides: database.prepare<[number, number]>(
        `UPDATE faces SET person_id = NULL, sure = 0 WHERE +person_id = ? AND confirmed = 0
           AND content_id = (SELECT content_id FROM faces WHERE id = ?)`,
      ),
      drop: database.prepare<[number]>('DELETE FROM face_claims WHERE id = ?'),
      hand: database.prepare<[number, number]>('UPDATE face_claims SET person_id = ? WHERE id = ?'),
      settled: database.prepare<[number], SettleRow>(
        `SELECT f.id, f.person_id AS person, f.group_face AS groupFace, f.sure, f.confirmed, f.ignored,
           (SELECT person_id FROM face_claims WHERE spot_id = f.spot_id AND verdict = 'is') AS saidIs,
           ifnull(s.ignored, 0) AS saidIgnored,
           EXISTS (SELECT 1 FROM face_claims n
             WHERE n.spot_id = f.spot_id AND n.person_id = f.person_id AND n.verdict = 'is-not') AS denied
         FROM faces f LEFT JOIN face_spots s ON s.id = f.spot_id WHERE f.id = ?`,
      ),
      settle: database.prepare<[Omit<SettleRow, 'saidIs' | 'saidIgnored' | 'denied'>]>(
        `UPDATE faces SET person_id = @person, group_face = @groupFace, sure = @sure, confirmed = @confirmed, ignored = @ignored
         WHERE id = @id`,
      ),
      free: database.prepare<[number]>(
        'UPDATE faces SET person_id = NULL, group_face = NULL, sure = 0 WHERE id = ? AND confirmed = 0',
      ),
      groupOf: database.prepare<[number], number | null>('SELECT group_face FROM faces WHERE id = ?').pluck(),
      lone: database.prepare<[number, number]>(
        `UPDATE faces SET group_face = NULL, sure = 0 WHERE group_face = ?
           AND (SELECT count(*) FROM (SELECT 1 FROM faces WHERE group_face = ? LIMIT 2)) = 1`,
      ),
      spots: database.prepare<[string], BoxRow>(
        'SELECT id, x, y, w, h FROM face_spots WHERE hash = ? ORDER BY id',
      ),
      lasting: database.prepare<[string], BoxRow>(
        `SELECT id, x, y, w, h FROM face_spots WHERE hash = ? AND (drawn OR EXISTS (
           SELECT 1 FROM face_claims WHERE spot_id = face_spots.id AND verdict = 'is')) ORDER BY id`,
      ),
      faces: database.prepare<[string], BoxRow & { spot: number | null; drawn: 0 | 1 }>(
        `SELECT id, x, y, w, h, spot_id AS spot, drawn FROM faces
         WHERE content_id = (SELECT id FROM contents WHERE hash = ?) ORDER BY id`,
      ),
    };
  }

  /** The spot that keeps what is decided about a face; made at the first decision. */
  spotOf(face: number): number {
    const known = this.#sql.spotOf.get(face) ?? null;
    if (known !== null) return known;
    const spot = this.#sql.create.get(face);
    if (spot === undefined) throw new RangeError(`No face ${face}.`);
    this.#sql.take.run(spot, face);
    return spot;
  }

  /** Whether something was decided about a face: who it is, or is not, or that it does not matter. */
  isSpokenOf(face: number): boolean {
    return this.#sql.isSpokenOf.get(face) !== undefined;
  }

  /** A spot that a person drew. @param hash  of the photo's bytes. @returns its id. */
  draw(hash: string, [x, y, w, h]: Box): number {
    return this.#sql.draw.get(hash, x, y, w, h)!;
  }

  /** The face at a spot is this person, and nobody else. */
  claimIs(spot: number, person: number): void {
    if (this.#sql.hasOf.get(spot, person) === 'is') return;
    this.#sql.dropIs.run(spot);
    this.#sql.dropOf.run(spot, person);
    this.#sql.claim.run(spot, person, 'is');
  }

  /** The face at a spot is not this person. */
  claimIsNot(spot: number, person: number): void {
    if (this.#sql.hasOf.get(spot, person) === 'is-not') return;
    this.#sql.dropOf.run(spot, person);
    this.#sql.claim.run(spot, person, 'is-not');
  }

  /** Other spots of the photo that were said to be this person. Ignored ones may be, too. */
  rivals(spot: number, person: number): { readonly spot: number; readonly ignored: boolean }[] {
    return this.#sql.rivals.all(person, spot).map((row) => ({ spot: row.spot, ignored: row.ignored === 1 }));
  }

  ignore(spot: number, ignored: boolean): void {
    this.#sql.ignore.run(ignored ? 1 : 0, spot);
  }

  /**
   * All that was said about a person holds of another one from now on. Where both were spoken of, «is» wins; where both were said to
   * be on one photo, which only photos that are away now can bring, the other one is there.
   */
  handOver(from: number, to: number): void {
    for (const { id, spot, verdict } of this.#sql.claimsOf.all(from)) {
      const other = this.#sql.hasOf.get(spot, to);
      if (other === 'is' || (other === 'is-not' && verdict === 'is-not')) {
        this.#sql.drop.run(id);
        continue;
      }
      if (verdict === 'is' && this.rivals(spot, to).length > 0) {
        this.#sql.drop.run(id);
        continue;
      }
      if (other === 'is-not') this.#sql.dropOf.run(spot, to);
      this.#sql.hand.run(to, id);
    }
  }

  /**
   * Faces are where their spots say; what no spot speaks of stays, unless it was the same person on the same photo by looks alone.
   * Groups of one face that are left behind end.
   */
  settle(faces: Iterable<number>): void {
    const left = new Set<number>();
    for (const face of faces) {
      const row = this.#sql.settled.get(face);
      if (!row) continue;
      const next = settled(row);
      if (same(row, next)) continue;
      this.#sql.settle.run(next);
      if (next.confirmed) this.#sql.besides.run(next.person!, face);
      if (row.groupFace !== null && next.groupFace === null) left.add(row.groupFace);
    }
    for (const group of left) this.#sql.lone.run(group, group);
  }

  /** A face that belonged to somebody by looks alone belongs to nobody. */
  free(face: number): void {
    const group = this.#sql.groupOf.get(face) ?? null;
    this.#sql.free.run(face);
    if (group !== null) this.#sql.lone.run(group, group);
  }

  /** Boxes that the engine is to describe whatever its detector finds: faces that were drawn, or said to be somebody. By id. */
  lasting(hash: string): Spot[] {
    return this.#sql.lasting.all(hash).map(toSpot);
  }

  /**
   * Ties the faces of a photo to its spots by their overlap, and settles them. A face that was described for its spot keeps it.
   * @param own  face → the spot that it was described for.
   */
  match(hash: string, own: ReadonlyMap<number, number> = new Map()): void {
    const faces = this.#sql.faces.all(hash);
    const spots = this.#sql.spots.all(hash);
    const here = new Set(spots.map(({ id }) => id));
    const spotOf = new Map<number, number>();
    for (const { id, spot, drawn } of faces) {
      const kept = own.get(id) ?? (drawn ? spot : null);
      if (kept !== null && here.has(kept)) spotOf.set(id, kept);
    }
    const taken = new Set(spotOf.values());
    const loose = faces.filter(({ id }) => !spotOf.has(id));
    const free = spots.filter(({ id }) => !taken.has(id));
    const matched = matchBoxes(loose.map(toBox), free.map(toBox));
    for (const [i, { id }] of loose.entries()) {
      const at = matched[i] ?? null;
      if (at !== null) spotOf.set(id, free[at]!.id);
    }
    for (const { id, spot } of faces) {
      const next = spotOf.get(id) ?? null;
      if (next !== spot) this.#sql.take.run(next, id);
    }
    this.settle(faces.map(({ id }) => id));
  }
}

type Settled = Omit<SettleRow, 'saidIs' | 'saidIgnored' | 'denied'>;

function settled({
  id,
  person,
  groupFace,
  sure,
  confirmed,
  saidIs,
  saidIgnored,
  denied,
}: SettleRow): Settled {
  const nobody: Settled = { id, person: null, groupFace: null, sure: 0, confirmed: 0, ignored: 0 };
  if (saidIgnored) return { ...nobody, ignored: 1 };
  if (saidIs !== null) return { ...nobody, person: saidIs, sure: 1, confirmed: 1 };
  if (denied || confirmed) return nobody;
  return { id, person, groupFace, sure, confirmed: 0, ignored: 0 };
}

function same(a: Settled, b: Settled): boolean {
  return (
    a.person === b.person &&
    a.groupFace === b.groupFace &&
    a.sure === b.sure &&
    a.confirmed === b.confirmed &&
    a.ignored === b.ignored
  );
}

function toBox({ x, y, w, h }: BoxRow): Box {
  return [x, y, w, h];
}

function toSpot(row: BoxRow): Spot {
  return { id: row.id, box: toBox(row) };
}
