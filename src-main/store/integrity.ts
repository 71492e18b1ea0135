/** Whether the library's file is sound, in sentences that doctor can print. */
import type { Database } from 'better-sqlite3';
import { aspectOf, isEncoded } from './grid-columns.ts';

/** What the triggers should have counted, against a count; only differences. */
const wrongTallies = `SELECT folder_id, state, sum(photos) AS off FROM (
    SELECT folder_id, state, kind, encoded, photos FROM tallies
    UNION ALL SELECT folder_id, state, ifnull(kind, ''), encoded, -1 FROM photos
  ) GROUP BY folder_id, state, kind, encoded HAVING off <> 0`;

/** Photos whose copies of their content's values have gone stale. */
const staleCopies = `SELECT count(*) FROM photos p JOIN contents c ON c.id = p.content_id
  WHERE p.aspect <> ${aspectOf('c')} OR p.colour <> c.colour OR p.encoded <> ${isEncoded('c.id')}`;

export function checkIntegrity(database: Database): { ok: boolean; details: string[] } {
  const details: string[] = [];
  const findings = database.prepare<[], string>('PRAGMA integrity_check(20)').pluck().all();
  if (findings.length !== 1 || findings[0] !== 'ok') details.push(...findings);
  for (const { table, parent } of database
    .prepare<[], { table: string; parent: string }>('PRAGMA foreign_key_check')
    .all())
    details.push(`A row of ${table} speaks of a row of ${parent} that is not there.`);
  for (const row of database
    .prepare<[], { folder_id: number; state: string; off: number }>(wrongTallies)
    .all())
    details.push(`The count of ${row.state} photos of folder ${row.folder_id} is off by ${row.off}.`);
  const stale = database.prepare<[], number>(staleCopies).pluck().get() ?? 0;
  if (stale > 0) details.push(`${stale} photos show another shape, colour or mark than their content has.`);
  try {
    database.exec("INSERT INTO words (words) VALUES ('integrity-check')");
  } catch (thrown) {
    details.push(`The word index is damaged: ${thrown instanceof Error ? thrown.message : String(thrown)}.`);
  }
  return { ok: details.length === 0, details };
}
