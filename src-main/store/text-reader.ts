/** Finds photos by the words of their names, folders, keywords and captions. */
import type { Database } from 'better-sqlite3';
import type { PhotoId } from '../contract/photo.ts';
import { matchExpression, phraseExpression } from './words.ts';

export class TextReader {
  readonly #match;
  readonly #count;

  constructor(database: Database) {
    this.#match = database.prepare<[string], PhotoId>('SELECT rowid FROM words WHERE words MATCH ?').pluck();
    this.#count = database
      .prepare<[string], number>('SELECT count(*) FROM words WHERE words MATCH ?')
      .pluck();
  }

  /** The photos that one word finds, in no order. Cost: 0.2 µs a photo found. */
  find(word: string): PhotoId[] {
    const expression = matchExpression(word);
    return expression === null ? [] : this.#match.all(expression);
  }

  /** How many photos one word finds, without fetching them. Cost: 0.05 µs a photo found. */
  count(word: string): number {
    const expression = matchExpression(word);
    return expression === null ? 0 : (this.#count.get(expression) ?? 0);
  }

  /** The photos that carry a name, its words in a row and no longer ones, in no order. */
  findName(name: string): PhotoId[] {
    const expression = phraseExpression(name);
    return expression === null ? [] : this.#match.all(expression);
  }
}
