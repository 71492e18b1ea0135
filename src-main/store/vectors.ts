/** Vectors: what an encoder made of a content. Two encoders' vectors are never mixed. */
import type { Database, Statement } from 'better-sqlite3';
import type { EncoderOutput } from '../contract/engine.ts';
import type { ContentId } from '../contract/photo.ts';
import type { Changes } from './changes.ts';
import { isEncoded } from './grid-columns.ts';

export interface StoredVector {
  readonly seq: number;
  readonly contentId: ContentId;
  /** [D], unit length. */
  readonly vector: Float32Array;
}

/** Both vectors of a content by the encoder that another one was made from. */
export interface TurnableVectors {
  readonly seq: number;
  readonly contentId: ContentId;
  readonly features: Float32Array;
  readonly embedding: Float32Array;
}

/** Before the name of an encoder that was forgotten, while its vectors go. */
const disowned = 'forgotten ';
/** Vectors dropped at once: some 5 ms. */
const dropStep = 500;

/** Vectors read out of half-precision models are off by this much at most. */
const lengthTolerance = 1e-3;

type VectorRow = [seq: number, contentId: ContentId, vector: Buffer];

export class VectorReader {
  protected readonly database: Database;
  readonly #sql;

  constructor(database: Database) {
    this.database = database;
    this.#sql = {
      key: database.prepare<[string], number>('SELECT key FROM encoders WHERE id = ?').pluck(),
      since: database
        .prepare<[number, string, number, number], VectorRow>(
          `SELECT seq, content_id, vector FROM vectors
           WHERE encoder_key = ? AND output = ? AND seq > ? ORDER BY seq LIMIT ?`,
        )
        .raw() as unknown as Statement<[number, string, number, number], VectorRow>,
      get: database
        .prepare<[number, number, string], Buffer>(
          'SELECT vector FROM vectors WHERE content_id = ? AND encoder_key = ? AND output = ?',
        )
        .pluck(),
      count: database
        .prepare<[number, string], number>(
          'SELECT count(*) FROM vectors WHERE encoder_key = ? AND output = ?',
        )
        .pluck(),
      bytes: database
        .prepare<[number, string], number>(
          'SELECT length(vector) FROM vectors WHERE encoder_key = ? AND output = ? LIMIT 1',
        )
        .pluck(),
      lastRemoved: database.prepare<[], number>('SELECT ifnull(max(seq), 0) FROM removed_contents').pluck(),
      turnable: database
        .prepare<[string, string, number, number], [number, ContentId, Buffer, Buffer]>(
          `SELECT f.seq, f.content_id, f.vector, e.vector FROM vectors f
           JOIN vectors e ON e.content_id = f.content_id AND e.encoder_key = f.encoder_key AND e.output = 'embedding'
           WHERE f.encoder_key = (SELECT key FROM encoders WHERE id = ?) AND f.output = 'features'
             AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.content_id = f.content_id
               AND v.encoder_key = (SELECT key FROM encoders WHERE id = ?))
             AND f.seq > ? ORDER BY f.seq LIMIT ?`,
        )
        .raw() as unknown as Statement<[string, string, number, number], [number, ContentId, Buffer, Buffer]>,
      missing: database
        .prepare<[string], number>(
          `SELECT count(*) FROM contents c
           WHERE EXISTS (SELECT 1 FROM photos p WHERE p.content_id = c.id AND p.state = 'ready')
             AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.content_id = c.id
               AND v.encoder_key = (SELECT key FROM encoders WHERE id = ?))`,
        )
        .pluck(),
      removed: database
        .prepare<[number], ContentId>('SELECT content_id FROM removed_contents WHERE seq > ? ORDER BY seq')
        .pluck(),
    };
  }

  /**
   * Vectors written after `afterSeq`, oldest first. A reader that starts with 0 and goes on with the last `seq` it got sees
   * every vector; one that was renewed comes again with a higher `seq`.
   * @param limit  rows an answer; 4,096 rows of 512 numbers are 8 MiB.
   */
  since(encoderId: string, output: EncoderOutput, afterSeq: number, limit: number): StoredVector[] {
    const key = this.encoderKey(encoderId);
    if (key === null) return [];
    return this.#sql.since
      .all(key, output, afterSeq, limit)
      .map(([seq, contentId, bytes]) => ({ seq, contentId, vector: toFloats(bytes) }));
  }

  get(encoderId: string, output: EncoderOutput, contentId: ContentId): Float32Array | null {
    const key = this.encoderKey(encoderId);
    const bytes = key === null ? undefined : this.#sql.get.get(contentId, key, output);
    return bytes ? toFloats(bytes) : null;
  }

  /** Contents that have a vector. Cost: a pass over one index. */
  count(encoderId: string, output: EncoderOutput): number {
    const key = this.encoderKey(encoderId);
    return key === null ? 0 : (this.#sql.count.get(key, output) ?? 0);
  }

  /** Length D of an encoder's vectors; null while there are none. */
  dims(encoderId: string, output: EncoderOutput): number | null {
    const key = this.encoderKey(encoderId);
    const bytes = key === null ? undefined : this.#sql.bytes.get(key, output);
    return bytes === undefined ? null : bytes / 4;
  }

  /**
   * Contents that have both vectors of one encoder and none of another, which may be computed from them; in the order of
   * writing, after `afterSeq`.
   */
  turnable(baseId: string, encoderId: string, afterSeq: number, limit: number): TurnableVectors[] {
    return this.#sql.turnable
      .all(baseId, encoderId, afterSeq, limit)
      .map(([seq, contentId, features, embedding]) => ({
        seq,
        contentId,
        features: toFloats(features),
        embedding: toFloats(embedding),
      }));
  }

  /** Contents of photos that are there and have no vectors of an encoder. Cost: a pass over all contents, 1 µs each. */
  missingCount(encoderId: string): number {
    return this.#sql.missing.get(encoderId) ?? 0;
  }

  /**
   * Contents that were forgotten after mark `after`, and the mark to go on from. Start with `removedMark()` taken before the
   * first `since`.
   */
  removedSince(after: number): { mark: number; contentIds: ContentId[] } {
    const mark = this.removedMark();
    return { mark, contentIds: mark > after ? this.#sql.removed.all(after) : [] };
  }

  removedMark(): number {
    return this.#sql.lastRemoved.get() ?? 0;
  }

  /** The number that stands for an encoder inside the library; null for one without vectors. */
  protected encoderKey(encoderId: string): number | null {
    return this.#sql.key.get(encoderId) ?? null;
  }
}

export class Vectors extends VectorReader {
  readonly #changes: Changes;
  readonly #sql;
  /** D by encoder and output, as far as known. */
  readonly #dims = new Map<string, number>();

  constructor(database: Database, changes: Changes) {
    super(database);
    this.#changes = changes;
    this.#sql = {
      encoder: database.prepare<[string]>('INSERT INTO encoders (id) VALUES (?) ON CONFLICT DO NOTHING'),
      // REPLACE, so that a renewed vector takes a new seq and every reader meets it.
      save: database.prepare<[number, number, string, Buffer]>(
        'INSERT OR REPLACE INTO vectors (content_id, encoder_key, output, vector) VALUES (?, ?, ?, ?)',
      ),
      disown: database.prepare<[string]>(
        `UPDATE encoders SET id = '${disowned}' || key || ' ' || id WHERE id = ?`,
      ),
      disowned: database
        .prepare<[], number>(`SELECT key FROM encoders WHERE id LIKE '${disowned}%' ORDER BY key LIMIT 1`)
        .pluck(),
      drop: database.prepare<[number, number]>(
        'DELETE FROM vectors WHERE seq IN (SELECT seq FROM vectors WHERE encoder_key = ? LIMIT ?)',
      ),
      dropEncoder: database.prepare<[number]>('DELETE FROM encoders WHERE key = ?'),
      touch: database.prepare<[number, number]>(
        `UPDATE photos SET version = ?, encoded = ${isEncoded('photos.content_id')} WHERE content_id = ?`,
      ),
    };
  }

  /**
   * Keeps an encoder's vectors of one content, in place of those it had.
   * @param encoderId  name of the encoder's weights.
   * @throws RangeError when a vector is not of unit length, holds NaN, or differs in length from this encoder's others.
   */
  save(
    contentId: ContentId,
    encoderId: string,
    vectors: Readonly<Partial<Record<EncoderOutput, Float32Array>>>,
  ): void {
    this.database.transaction(() => {
      const key = this.#register(encoderId);
      for (const output of ['features', 'embedding'] as const) {
        const vector = vectors[output];
        if (!vector) continue;
        this.#check(encoderId, output, vector);
        this.#sql.save.run(contentId, key, output, toBytes(vector));
      }
      this.#sql.touch.run(this.#changes.next(), contentId);
    })();
  }

  /** An encoder's vectors are no longer anybody's: `dropSome` drops them. */
  disown(encoderId: string): void {
    this.#sql.disown.run(encoderId);
  }

  /** Drops some vectors that are nobody's. @returns false when none is left. */
  dropSome(): boolean {
    const key = this.#sql.disowned.get();
    if (key === undefined) return false;
    if (this.#sql.drop.run(key, dropStep).changes < dropStep) this.#sql.dropEncoder.run(key);
    return true;
  }

  #register(encoderId: string): number {
    if (encoderId === '') throw new RangeError('A vector needs the name of its encoder.');
    const known = this.encoderKey(encoderId);
    if (known !== null) return known;
    return Number(this.#sql.encoder.run(encoderId).lastInsertRowid);
  }

  #check(encoderId: string, output: EncoderOutput, vector: Float32Array): void {
    const name = `${encoderId}/${output}`;
    const expected = this.#dims.get(name) ?? this.dims(encoderId, output) ?? vector.length;
    if (vector.length !== expected || expected === 0)
      throw new RangeError(`${name} has ${expected} numbers a vector, got ${vector.length}.`);
    this.#dims.set(name, expected);
    let squares = 0;
    for (const value of vector) squares += value * value;
    if (!(Math.abs(Math.sqrt(squares) - 1) <= lengthTolerance))
      throw new RangeError(`${name}: expected a vector of length 1, got ${Math.sqrt(squares)}.`);
  }
}

/** Every system that Likeness runs on is little endian, as is the file. */
function toBytes(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

function toFloats(bytes: Buffer): Float32Array {
  // A Buffer from SQLite may start anywhere; floats must start at a multiple of four.
  if (bytes.byteOffset % 4 === 0)
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return new Float32Array(new Uint8Array(bytes).buffer);
}
