/** Everything that is kept of people, here and in copies of the library. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** All tables of people; children before those that they speak of. */
export const peopleTables = [
  'face_heads',
  'faces_grouped_with',
  'people_edits',
  'questions_put_off',
  'people_questions',
  'faces',
  'face_looks',
  'face_claims',
  'persons_apart',
  'persons',
  'face_spots',
] as const;

/**
 * Removes people from copies of the library that were kept before its shape changed; what was there is overwritten. A copy that cannot
 * be opened goes whole: nobody could see what it still holds.
 * @param backups  folder of the copies.
 * Cost: a pass over the people of each copy, three at most.
 */
export function forgetPeopleInCopies(backups: string): void {
  for (const name of copiesIn(backups)) {
    const path = join(backups, name);
    try {
      const copy = new Database(path);
      try {
        copy.pragma('secure_delete = ON');
        const there = new Set(
          copy.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all(),
        );
        copy.transaction(() => {
          for (const table of peopleTables) if (there.has(table)) copy.exec(`DELETE FROM ${table}`);
        })();
      } finally {
        copy.close();
      }
    } catch {
      rmSync(path, { force: true });
    }
  }
}

function copiesIn(backups: string): readonly string[] {
  try {
    return readdirSync(backups).filter((name) => name.endsWith('.db'));
  } catch {
    // No copy was ever made.
    return [];
  }
}
