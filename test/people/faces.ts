/** A library with faces in it, and all that is kept of people, to compare. */
import Database from 'better-sqlite3';
import type { Box, FoundFace, Grouping } from '../../src-main/contract/people.ts';
import type { Store } from '../../src-main/store/store.ts';
import { addPhotos, hashOf, temporaryLibrary } from '../store/temporary-library.ts';

export const model = 'test-faces';
export const dim = 8;

/** A face in one of ten places of a photo; `looks` is the axis that its descriptor points along, a little off it. */
export function face(place: number, looks = 0, change: Partial<FoundFace> = {}): FoundFace {
  const descriptor = new Float32Array(dim).fill(0.01 * (place + 1));
  descriptor[looks % dim] = 1;
  const length = Math.hypot(...descriptor);
  return {
    box: boxAt(place),
    points: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95],
    score: 0.9,
    quality: 0.5 + place / 100,
    descriptor: descriptor.map((value) => value / length),
    ...change,
  };
}

export function boxAt(place: number): Box {
  return [place / 10, 0.2, 0.08, 0.3];
}

export interface Peopled {
  readonly store: Store;
  /** Ids of the faces by photo: `faces[1][0]` is the first face of the second photo. */
  readonly faces: number[][];
  readonly contents: { readonly id: number; readonly hash: string }[];
}

/**
 * One photo for each list of faces, a number standing for the looks of the face in that place. Faces of the same looks are one
 * group, as long as there are two.
 */
export function peopled(photos: readonly (readonly number[])[], store: Store = temporaryLibrary()): Peopled {
  const path = (i: number) => `/photos/${i}.jpg`;
  addPhotos(
    store,
    '/photos',
    Object.fromEntries(
      photos.map((_, i) => [path(i), { metadata: { takenAtMs: 1_000_000 * i, takenFrom: 'exif' as const } }]),
    ),
  );
  const contents = photos.map((_, i) => {
    const hash = hashOf(path(i));
    return { id: store.contents.byHash(hash)!.id as number, hash };
  });
  const faces = photos.map((looks, i) => {
    const { id, hash } = contents[i]!;
    store.people.faces.save(
      { contentId: id, hash, model },
      looks.map((one, place) => face(place, one)),
    );
    return idsOf(store, id);
  });
  groupByLooks(store, photos, faces);
  return { store, faces, contents };
}

export function idsOf(store: Store, content: number): number[] {
  return store.people.lists.ofContent(content).map(({ id }) => id);
}

/** As if the grouping had found every face of the same looks. */
export function groupByLooks(
  store: Store,
  photos: readonly (readonly number[])[],
  faces: readonly number[][],
): void {
  store.people.grouping.write(model, lookalikes(store, photos, faces));
}

export function lookalikes(
  store: Store,
  photos: readonly (readonly number[])[],
  faces: readonly number[][],
): Grouping {
  const byLooks = new Map<number, number[]>();
  for (const [i, looks] of photos.entries())
    for (const [j, one] of looks.entries()) byLooks.set(one, [...(byLooks.get(one) ?? []), faces[i]![j]!]);
  const groups = [...byLooks.values()].map((ids) => {
    const said = ids.map((id) => store.people.persons.face(id)!).find(({ confirmed }) => confirmed);
    return { person: said?.person ?? null, faces: ids.map((id) => ({ id, sure: 0.8 })) };
  });
  const questions = groups.slice(1).map((_, i) => ({ a: i, b: i + 1, likeness: 0.5 }));
  return { groups, unknown: [], questions };
}

/** Photos on which two faces were said to be the same person. */
export function claimedTwice(store: Store): number {
  const database = new Database(store.paths.database, { readonly: true });
  try {
    return database
      .prepare<[], number>(
        `SELECT count(*) FROM (SELECT 1 FROM face_claims c JOIN face_spots s ON s.id = c.spot_id
           WHERE c.verdict = 'is' GROUP BY s.hash, c.person_id HAVING count(*) > 1)`,
      )
      .pluck()
      .get()!;
  } finally {
    database.close();
  }
}

const tables = [
  'persons',
  'face_spots',
  'face_claims',
  'persons_apart',
  'questions_put_off',
  'people_questions',
  'faces',
  'face_looks',
  'people_edits',
  'people_edit_rows',
];

/** Every row of every table of people, each value as SQLite quotes it: equal texts are equal bytes. */
export function dump(store: Store): string[] {
  const database = new Database(store.paths.database, { readonly: true });
  try {
    return tables.flatMap((table) => {
      const columns = database
        .prepare<[], string>(`SELECT name FROM pragma_table_info('${table}')`)
        .pluck()
        .all()
        .filter((column) => column !== 'at_ms');
      return database
        .prepare<[], string>(
          `SELECT '${table} ' || ${columns.map((column) => `quote(${column})`).join(" || ' ' || ")} FROM ${table} ORDER BY 1`,
        )
        .pluck()
        .all();
    });
  } finally {
    database.close();
  }
}
