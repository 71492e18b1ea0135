/** Which encoder the library is searched with, and which ones were before: every switch is one transaction. */
import type { Database } from 'better-sqlite3';
import type { RunRecords } from './runs.ts';
import type { SettingsRecords } from './settings.ts';
import type { Vectors } from './vectors.ts';

export class EncoderChoice {
  readonly #database: Database;
  readonly #settings: SettingsRecords;
  readonly #vectors: Vectors;
  readonly #runs: RunRecords;
  readonly #sql;

  constructor(
    database: Database,
    parts: { readonly settings: SettingsRecords; readonly vectors: Vectors; readonly runs: RunRecords },
  ) {
    this.#database = database;
    this.#settings = parts.settings;
    this.#vectors = parts.vectors;
    this.#runs = parts.runs;
    this.#sql = {
      earlier: database.prepare<[], string>('SELECT id FROM earlier_encoders ORDER BY place').pluck(),
      push: database.prepare<[string]>('INSERT INTO earlier_encoders (id) VALUES (?)'),
      drop: database.prepare<[string]>('DELETE FROM earlier_encoders WHERE id = ?'),
    };
  }

  /** Encoders that were in use before, the latest last; each at most once, the one in use never. */
  earlier(): string[] {
    return this.#sql.earlier.all();
  }

  /**
   * Searches the library with an encoder from now on, if every photo has its vectors.
   * @returns contents that still lack them; 0: it is in use now.
   * Cost: a pass over contents and photos, 2 µs each.
   */
  switchTo(id: string): number {
    return this.#database.transaction(() => {
      const missing = this.#vectors.missingCount(id);
      if (missing > 0) return missing;
      const before = this.#settings.encoder();
      this.#runs.markRolledBack(id, false);
      if (before === id) return 0;
      this.#sql.drop.run(id);
      this.#sql.drop.run(before);
      if (before !== '') this.#sql.push.run(before);
      this.#settings.setEncoder(id);
      return 0;
    })();
  }

  /**
   * Back to the encoder before, whose vectors are kept; photos that came since may lack some.
   * @param installed  ids of encoders that can be used.
   * @returns the one in use now; null when there was none before.
   */
  goBack(installed: ReadonlySet<string>): string | null {
    return this.#database.transaction(() => {
      const target = this.earlier().findLast((id) => installed.has(id));
      if (target === undefined) return null;
      this.#runs.markRolledBack(this.#settings.encoder(), true);
      this.#runs.markRolledBack(target, false);
      this.#sql.drop.run(target);
      this.#settings.setEncoder(target);
      return target;
    })();
  }

  /** Forgets an encoder that is no longer installed: nobody goes back to it, and its vectors can be dropped. */
  forget(id: string): void {
    this.#database.transaction(() => {
      this.#sql.drop.run(id);
      this.#vectors.disown(id);
    })();
  }
}
