/** Change numbers: how the window and the search index learn what they have not seen yet. */
import type { Database, Statement } from 'better-sqlite3';

const greatest = `SELECT max(
  (SELECT ifnull(max(version), 0) FROM photos WHERE content_id IS NOT NULL),
  (SELECT ifnull(max(version), 0) FROM removed_photos))`;

/** Reads where the library stands. Cheap: two index look-ups. */
export class ChangeReader {
  readonly #greatest: Statement<[], number>;
  readonly #generation: Statement<[], string>;

  constructor(database: Database) {
    this.#greatest = database.prepare<[], number>(greatest).pluck();
    this.#generation = database
      .prepare<[], string>("SELECT value FROM settings WHERE name = 'generation'")
      .pluck();
  }

  /** Number of the last change that the grid can see; 0 for an empty library. */
  version(): number {
    return this.#greatest.get() ?? 0;
  }

  /** Rises when rows vanished without a trace of their own: whoever holds a copy loads anew. */
  generation(): number {
    return Number(this.#generation.get() ?? 1);
  }
}

/** Gives out numbers. One writer has the library, so the next number lives in memory; a rollback leaves a gap. */
export class Changes extends ChangeReader {
  readonly #setGeneration: Statement<[string]>;
  #last: number;

  constructor(database: Database) {
    super(database);
    this.#setGeneration = database.prepare<[string]>(
      "INSERT INTO settings VALUES ('generation', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    );
    this.#last = this.version();
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  newGeneration(): void {
    this.#setGeneration.run(String(this.generation() + 1));
  }
}
