/** Which encoder the library is searched with, and which ones were before: every switch is one transaction. */
import type { Database } from 'better-sqlite3';
import type { RunRecords } from './runs.ts';
import type { SettingsRecords } from './settings.ts';
import type { Vectors } from './vectors.ts';

interface Choice {
  readonly id: string;
  readonly run: number | null;
}

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
      earlier: database.prepare<[], Choice>('SELECT id, run_id AS run FROM earlier_encoders ORDER BY place'),
      push: database.prepare<[string, number | null]>(
        'INSERT INTO earlier_encoders (id, run_id) VALUES (?, ?)',
      ),
      drop: database.prepare<[string]>('DELETE FROM earlier_encoders WHERE id = ?'),
      run: database
        .prepare<[], number>("SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'encoder-run'")
        .pluck(),
      setRun: database.prepare<[string]>(
        "INSERT INTO settings VALUES ('encoder-run', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      ),
      clearRun: database.prepare("DELETE FROM settings WHERE name = 'encoder-run'"),
    };
  }

  /** The run whose encoder is in use; null where no run made it. Two runs may have made the same encoder. */
  run(): number | null {
    return this.#sql.run.get() ?? null;
  }

  /** Encoders that were in use before, the latest last; each at most once, the one in use never. */
  earlier(): string[] {
    return this.#sql.earlier.all().map(({ id }) => id);
  }

  /**
   * Searches the library with an encoder from now on, if every photo has its vectors.
   * @param run  the run that made it.
   * @returns contents that still lack them; 0: it is in use now.
   * Cost: a pass over contents and photos, 2 µs each.
   */
  switchTo(id: string, run: number | null): number {
    return this.#database.transaction(() => {
      const before: Choice = { id: this.#settings.encoder(), run: this.run() };
      if (before.id !== id) {
        const missing = this.#vectors.missingCount(id);
        if (missing > 0) return missing;
        this.#sql.drop.run(id);
        this.#sql.drop.run(before.id);
        if (before.id !== '') this.#sql.push.run(before.id, before.run);
      }
      this.#choose({ id, run });
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
      const target = this.#sql.earlier.all().findLast(({ id }) => installed.has(id));
      if (!target) return null;
      const from = this.run();
      if (from !== null) this.#runs.setRolledBack(from, true);
      this.#sql.drop.run(target.id);
      this.#choose(target);
      return target.id;
    })();
  }

  #choose({ id, run }: Choice): void {
    this.#settings.setEncoder(id);
    if (run === null) this.#sql.clearRun.run();
    else {
      this.#sql.setRun.run(String(run));
      this.#runs.setRolledBack(run, false);
    }
  }

  /** Forgets an encoder that is no longer installed: nobody goes back to it, and its vectors can be dropped. */
  forget(id: string): void {
    this.#database.transaction(() => {
      this.#sql.drop.run(id);
      this.#vectors.disown(id);
    })();
  }
}
