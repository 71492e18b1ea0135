/** Faces to learn from, by person, and which pairs of them are known to be of two people. */
import type { FaceLessons } from '../../src-main/contract/learn-faces.ts';
import type { Random } from '../random.ts';

/** A person's faces, as rows of the descriptors. */
export interface PersonFaces {
  readonly person: number;
  readonly rows: readonly number[];
}

/** Of a batch, this share at most are faces of nobody known; they only push. */
const unknownShare = 0.25;
const gapPairs = 500;
/** Faces of one person in a batch. */
export const facesEach = 4;

export class FaceSet {
  readonly lessons: FaceLessons;
  /** Most faces first. */
  readonly people: readonly PersonFaces[];
  /** Rows of nobody known of whom something is known to be otherwise: they stand beside somebody, or are not somebody. */
  readonly unknown: readonly number[];
  readonly #isNot = new Set<string>();

  constructor(lessons: FaceLessons) {
    this.lessons = lessons;
    const { persons, contents, isNot } = lessons;
    const rows = Map.groupBy(persons.keys(), (row) => persons[row]!);
    for (let at = 0; at < isNot.length; at += 2) this.#isNot.add(`${isNot[at]} ${isNot[at + 1]}`);
    const denied = new Set(isNot.filter((_, at) => at % 2 === 0));
    const besides = new Set(contents.filter((_, row) => persons[row]! >= 0));
    this.unknown = (rows.get(-1) ?? []).filter((row) => denied.has(row) || besides.has(contents[row]!));
    rows.delete(-1);
    this.people = [...rows]
      .map(([person, own]) => ({ person, rows: own }))
      .toSorted((a, b) => b.rows.length - a.rows.length || a.person - b.person);
  }

  /** Whether two faces are known to be of two people. */
  areTwo(a: number, b: number): boolean {
    const { persons, contents } = this.lessons;
    if (a === b) return false;
    const [one, other] = [persons[a]!, persons[b]!];
    if (one >= 0 && other >= 0) return one !== other;
    if (contents[a] === contents[b]) return true;
    return this.#isNot.has(`${a} ${other}`) || this.#isNot.has(`${b} ${one}`);
  }

  /**
   * How much farther apart faces of two people are than two of one, in squared distances: a mean over drawn pairs. Above 0, however
   * the faces are.
   */
  gap(people: readonly PersonFaces[], random: Random): number {
    const many = people.filter(({ rows }) => rows.length > 1);
    let sum = 0;
    for (let i = 0; i < gapPairs; i++) {
      const { person, rows } = many[random.integer(many.length)]!;
      const [a, b] = random.shuffle([...rows]) as [number, number];
      const others = people.filter((one) => one.person !== person);
      const other = others[random.integer(others.length)]!.rows;
      // |a - c|² - |a - b|² of unit vectors.
      sum += 2 * (this.#cosine(a, b) - this.#cosine(a, other[random.integer(other.length)]!));
    }
    return Math.max(sum / gapPairs, 1e-3);
  }

  #cosine(a: number, b: number): number {
    const { descriptors, dim } = this.lessons;
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += descriptors[a * dim + d]! * descriptors[b * dim + d]!;
    return sum;
  }

  /**
   * B faces: some of each of many people, drawn anew each time, and faces of nobody known.
   * @param people  to draw from. @returns rows, each once; fewer than B where there are not so many.
   */
  draw(people: readonly PersonFaces[], batch: number, random: Random): number[] {
    const drawn: number[] = [];
    const spare: number[] = [];
    const room = batch - Math.min(this.unknown.length, Math.floor(batch * unknownShare));
    for (const { rows } of random.shuffle([...people])) {
      const own = random.shuffle([...rows]);
      drawn.push(...own.slice(0, facesEach));
      spare.push(...own.slice(facesEach));
      if (drawn.length >= room) break;
    }
    drawn.length = Math.min(drawn.length, room);
    const fill = [...random.shuffle([...this.unknown]), ...random.shuffle(spare)];
    return [...drawn, ...fill.slice(0, batch - drawn.length)];
  }
}

/**
 * People dealt into folds, so that each is held out once: those with many faces first, one to each fold in turn.
 * @returns for each fold the people in it.
 */
export function dealFolds(people: readonly PersonFaces[], folds: number, random: Random): PersonFaces[][] {
  const mixed = random.shuffle([...people]).toSorted((a, b) => b.rows.length - a.rows.length);
  const dealt: PersonFaces[][] = Array.from({ length: folds }, () => []);
  for (const [i, person] of mixed.entries()) dealt[i % folds]!.push(person);
  return dealt;
}
