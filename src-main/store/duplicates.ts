/** Duplicates as they are found and decided about: looks, pairs, dismissals, keepers, and the journal of the bin. */
import type { Database } from 'better-sqlite3';
import type { DuplicateClass } from '../contract/duplicate-kinds.ts';
import type { Binned } from '../contract/duplicates.ts';
import type { ContentId, PhotoId } from '../contract/photo.ts';
import { DuplicateReader } from './duplicate-reader.ts';

/** A content that waits for a look, by one file that holds it. */
export interface UnseenContent {
  readonly id: ContentId;
  readonly hash: string;
  readonly path: string;
}

/** What a look found. */
export interface DuplicateLook {
  readonly print: Float32Array;
  readonly inner: Float32Array | null;
  readonly sharpness: number;
  readonly exposure: number;
}

export interface JudgedPair {
  readonly a: ContentId;
  readonly b: ContentId;
  readonly class: DuplicateClass | 'none';
  readonly distance: number;
}

/** A file on its way to the bin or back. */
export interface BinnedPhoto {
  readonly path: string;
  readonly hash: string;
  readonly sizeBytes: number;
  readonly state: 'going' | 'gone' | 'back' | 'stayed';
  readonly reason: string | null;
}

const isThere = "EXISTS (SELECT 1 FROM photos WHERE content_id = c.id AND state = 'ready')";
const unseen = `NOT EXISTS (SELECT 1 FROM duplicate_looks l WHERE l.content_id = c.id AND l.version = ? AND l.done)`;

export class Duplicates extends DuplicateReader {
  readonly #database: Database;
  readonly #sql;
  #version = 0;

  constructor(database: Database) {
    super(database);
    this.#database = database;
    const number = <P extends unknown[]>(sql: string) => database.prepare<P, number>(sql).pluck();
    this.#sql = {
      waiting: database.prepare<[number, number, number], UnseenContent>(
        `SELECT c.id, c.hash, (SELECT path FROM photos WHERE content_id = c.id AND state = 'ready' ORDER BY id LIMIT 1) AS path
         FROM contents c WHERE c.id < ? AND ${isThere} AND ${unseen} ORDER BY c.id DESC LIMIT ?`,
      ),
      waitingCount: number<[number]>(
        `SELECT count(*) FROM contents c WHERE c.id > 0 AND ${isThere} AND ${unseen}`,
      ),
      attempted: number<[number, number]>(
        `INSERT INTO duplicate_looks (content_id, version, done, attempts) VALUES (?, ?, 0, 1)
         ON CONFLICT DO UPDATE SET attempts = iif(version = excluded.version, attempts, 0) + 1,
           version = excluded.version, done = 0 RETURNING attempts`,
      ),
      look: database.prepare<
        [number, number, string | null, Buffer | null, Buffer | null, number | null, number | null]
      >(
        `INSERT OR REPLACE INTO duplicate_looks
           (content_id, version, done, failure, print, inner_print, sharpness, exposure) VALUES (?, ?, 1, ?, ?, ?, ?, ?)`,
      ),
      pair: database.prepare<[number, number, string, number, string, number]>(
        'INSERT OR REPLACE INTO duplicate_pairs (a, b, class, distance, encoder, search) VALUES (?, ?, ?, ?, ?, ?)',
      ),
      again: database.prepare<[number, number, number, string]>(
        'UPDATE duplicate_pairs SET search = ? WHERE a = ? AND b = ? AND encoder = ?',
      ),
      stale: database.prepare<[number]>('DELETE FROM duplicate_pairs WHERE search < ?'),
      lastSearch: database.prepare<[], { id: number; atMs: number; lastContent: number }>(
        'SELECT id, at_ms AS atMs, last_content AS lastContent FROM duplicate_searches ORDER BY id DESC LIMIT 1',
      ),
      greatestSearch: number<[]>('SELECT ifnull(max(search), 0) FROM duplicate_pairs'),
      searched: database.prepare<[number, number, number]>(
        'INSERT OR REPLACE INTO duplicate_searches (id, at_ms, last_content) VALUES (?, ?, ?)',
      ),
      lastContent: number<[]>('SELECT ifnull(max(id), 0) FROM contents'),
      fresh: number<[number]>(`SELECT count(*) FROM contents c WHERE c.id > ? AND ${isThere}`),
      nextDismissal: number<[]>('SELECT ifnull(max(dismissal), 0) + 1 FROM not_duplicates'),
      dismiss: database.prepare<[string, string, number]>(
        'INSERT OR IGNORE INTO not_duplicates (hash_a, hash_b, dismissal) VALUES (?, ?, ?)',
      ),
      undismiss: database.prepare<[number]>('DELETE FROM not_duplicates WHERE dismissal = ?'),
      keep: database.prepare<[string, string, number]>(
        'INSERT OR REPLACE INTO chosen_keepers (path, hash, at_ms) VALUES (?, ?, ?)',
      ),
      file: database.prepare<[number], { path: string; hash: string; sizeBytes: number }>(
        `SELECT p.path, c.hash, p.size_bytes AS sizeBytes FROM photos p JOIN contents c ON c.id = p.content_id
         WHERE p.id = ? AND p.state = 'ready'`,
      ),
      bin: number<[number]>('INSERT INTO bins (at_ms) VALUES (?) RETURNING id'),
      going: database.prepare<[number, string, string, number]>(
        "INSERT INTO binned_photos (bin_id, path, hash, size_bytes, state) VALUES (?, ?, ?, ?, 'going')",
      ),
      settle: database.prepare<[string, string | null, number, string]>(
        'UPDATE binned_photos SET state = ?, reason = ? WHERE bin_id = ? AND path = ?',
      ),
      binned: database.prepare<[number], BinnedPhoto>(
        'SELECT path, hash, size_bytes AS sizeBytes, state, reason FROM binned_photos WHERE bin_id = ? ORDER BY path',
      ),
      bins: database.prepare<[], { id: number; atMs: number }>(
        'SELECT id, at_ms AS atMs FROM bins ORDER BY id DESC LIMIT 100',
      ),
      oneBin: database.prepare<[number], { id: number; atMs: number }>(
        'SELECT id, at_ms AS atMs FROM bins WHERE id = ?',
      ),
    };
  }

  /** Rises with every decision, and when what was found is worth grouping; begins anew with the program. */
  get version(): number {
    return this.#version;
  }

  /** Contents that wait for a look of this version, newest first. @param before  only those with a smaller id. */
  waiting(version: number, limit: number, before = Number.MAX_SAFE_INTEGER): UnseenContent[] {
    return this.#sql.waiting.all(before, version, limit);
  }

  waitingCount(version: number): number {
    return this.#sql.waitingCount.get(version) ?? 0;
  }

  /** Notes that the engine died over a content. @returns how often it has by now. */
  attempted(id: ContentId, version: number): number {
    return this.#sql.attempted.get(id, version)!;
  }

  /** Keeps what a look found, or (a sentence) why there is nothing. */
  saveLook(id: ContentId, version: number, look: DuplicateLook | string): void {
    if (typeof look === 'string') this.#sql.look.run(id, version, look, null, null, null, null);
    else {
      const { print, inner, sharpness, exposure } = look;
      this.#sql.look.run(id, version, null, bytes(print), inner && bytes(inner), sharpness, exposure);
    }
  }

  /** Number of the search that begins now. */
  nextSearch(): number {
    return Math.max(this.#sql.lastSearch.get()?.id ?? 0, this.#sql.greatestSearch.get() ?? 0) + 1;
  }

  /** Of some pairs [a, b, a, b…], those that were not judged yet with this encoder; the others are of this search, too. */
  unjudged(pairs: Int32Array, encoder: string, search: number): number[] {
    const left: number[] = [];
    this.#database.transaction(() => {
      for (let i = 0; i < pairs.length; i += 2)
        if (this.#sql.again.run(search, pairs[i]!, pairs[i + 1]!, encoder).changes === 0) left.push(i / 2);
    })();
    return left;
  }

  savePairs(pairs: readonly JudgedPair[], encoder: string, search: number): void {
    this.#database.transaction(() => {
      for (const pair of pairs) {
        // One of them may have left the library meanwhile.
        if (this.hashOf(pair.a) === '' || this.hashOf(pair.b) === '') continue;
        this.#sql.pair.run(pair.a, pair.b, pair.class, pair.distance, encoder, search);
      }
    })();
  }

  /** What was found so far is worth grouping: `version` rises. */
  found(): void {
    this.#version += 1;
  }

  /** The search is over: pairs that it has not met are no candidates any more. */
  endSearch(search: number, lastContent: number): void {
    this.#database.transaction(() => {
      this.#sql.stale.run(search);
      this.#sql.searched.run(search, Date.now(), lastContent);
    })();
  }

  lastContent(): number {
    return this.#sql.lastContent.get() ?? 0;
  }

  /** When the library was last searched, and contents that came since; null and 0 before the first time. */
  lastSearch(): { readonly atMs: number | null; readonly fresh: number } {
    const last = this.#sql.lastSearch.get();
    if (!last) return { atMs: null, fresh: 0 };
    return { atMs: last.atMs, fresh: this.#sql.fresh.get(last.lastContent) ?? 0 };
  }

  /** None of these is a duplicate of another one; of one hash twice: its files are none. @returns the number to take it back by. */
  dismiss(hashes: readonly string[]): number {
    const dismissal = this.#sql.nextDismissal.get()!;
    this.#database.transaction(() => {
      for (const [i, one] of hashes.entries())
        for (const other of hashes.slice(i + 1))
          this.#sql.dismiss.run(
            ...(one < other ? ([one, other] as const) : ([other, one] as const)),
            dismissal,
          );
    })();
    this.#version += 1;
    return dismissal;
  }

  /** @returns false when there is no such dismissal. */
  undismiss(dismissal: number): boolean {
    const { changes } = this.#sql.undismiss.run(dismissal);
    this.#version += 1;
    return changes > 0;
  }

  keep(path: string, hash: string): void {
    this.#sql.keep.run(path, hash, Date.now());
    this.#version += 1;
  }

  /** A photo's file, by its id; null when it is not there. */
  file(photo: PhotoId): { readonly path: string; readonly hash: string; readonly sizeBytes: number } | null {
    return this.#sql.file.get(photo) ?? null;
  }

  /** Writes down which files are about to go to the bin. @returns the number of this going. */
  binBegins(files: readonly { path: string; hash: string; sizeBytes: number }[]): number {
    return this.#database.transaction(() => {
      const bin = this.#sql.bin.get(Date.now())!;
      for (const { path, hash, sizeBytes } of files) this.#sql.going.run(bin, path, hash, sizeBytes);
      return bin;
    })();
  }

  /** Notes what became of a file. @param reason  why it stayed, or is not back, a sentence. */
  binSettles(
    bin: number,
    path: string,
    state: 'gone' | 'back' | 'stayed',
    reason: string | null = null,
  ): void {
    this.#sql.settle.run(state, reason, bin, path);
    this.#version += 1;
  }

  binnedPhotos(bin: number): BinnedPhoto[] {
    return this.#sql.binned.all(bin);
  }

  /** The last hundred, newest first. */
  binned(): Binned[] {
    return this.#sql.bins.all().map((bin) => this.#describe(bin));
  }

  /** null when there is none of this number. */
  bin(id: number): Binned | null {
    const bin = this.#sql.oneBin.get(id);
    return bin ? this.#describe(bin) : null;
  }

  #describe({ id, atMs }: { id: number; atMs: number }): Binned {
    const all = this.#sql.binned.all(id);
    const gone = all.filter(({ state }) => state !== 'stayed');
    return {
      id,
      atMs,
      photos: gone.length,
      bytes: gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      restored: all.filter(({ state }) => state === 'back').length,
      failed: all.flatMap(({ path, reason }) => (reason === null ? [] : [{ path, reason }])),
    };
  }
}

function bytes(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}
