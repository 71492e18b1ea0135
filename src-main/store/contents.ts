/** Contents: the bytes of photos by hash, with everything read out of them. */
import type { Database } from 'better-sqlite3';
import type { PreparedPhoto } from '../contract/engine.ts';
import type { ContentId } from '../contract/photo.ts';

export interface Content {
  readonly id: ContentId;
  /** SHA-256, 64 hex digits. */
  readonly hash: string;
  /** A file that holds the bytes; null while all of them are missing. */
  readonly path: string | null;
}

export interface KnownContent {
  readonly id: ContentId;
  readonly takenAtMs: number | null;
}

export class ContentReader {
  readonly #get;
  readonly #byHash;
  readonly #wanted;

  constructor(database: Database) {
    this.#get = database.prepare<[number], { id: ContentId; hash: string; path: string | null }>(
      `SELECT id, hash, (SELECT path FROM photos
          WHERE content_id = contents.id AND state IN ('ready', 'waiting') ORDER BY state LIMIT 1) AS path
       FROM contents WHERE id = ?`,
    );
    this.#wanted = database
      .prepare<[string], number>(
        'SELECT 1 FROM photos WHERE content_id = (SELECT id FROM contents WHERE hash = ?) LIMIT 1',
      )
      .pluck();
    this.#byHash = database.prepare<[string], KnownContent>(
      'SELECT id, taken_at_ms AS takenAtMs FROM contents WHERE hash = ?',
    );
  }

  /** False also for bytes that no photo has any more, but which are not swept yet. */
  hasPhoto(hash: string): boolean {
    return this.#wanted.get(hash) !== undefined;
  }

  get(id: ContentId): Content | null {
    return this.#get.get(id) ?? null;
  }

  byHash(hash: string): KnownContent | null {
    return this.#byHash.get(hash) ?? null;
  }

  /** True until the content is swept. */
  has(hash: string): boolean {
    return this.byHash(hash) !== null;
  }
}

interface ContentRow {
  hash: string;
  size: number;
  format: string;
  width: number;
  height: number;
  colour: number;
  takenAt: number | null;
  takenFrom: string | null;
  zone: number | null;
  camera: string | null;
  lens: string | null;
  lat: number | null;
  lon: number | null;
  rating: number | null;
  keywords: string;
  caption: string | null;
  exposure: number | null;
  fNumber: number | null;
  iso: number | null;
  focal: number | null;
}

/** Contents looked at between two pauses: some 10 ms where all of them go. */
const sweepStep = 500;
const sweepPauseMs = 20;

export class Contents extends ContentReader {
  readonly #save;
  readonly #sweep;
  readonly #lastId;
  /** Contents up to this id have been looked at in the sweep under way. */
  #sweptTo = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(database: Database) {
    super(database);
    // Preparing the same bytes again (a newer reader, two copies at once) renews the details and keeps the id.
    this.#save = database
      .prepare<[ContentRow], number>(
        `INSERT INTO contents (hash, size_bytes, format, width, height, colour, taken_at_ms, taken_from, zone_minutes, camera, lens,
           lat, lon, rating, keywords, caption, exposure_seconds, f_number, iso, focal_length_mm)
         VALUES (@hash, @size, @format, @width, @height, @colour, @takenAt, @takenFrom, @zone, @camera, @lens,
           @lat, @lon, @rating, @keywords, @caption, @exposure, @fNumber, @iso, @focal)
         ON CONFLICT (hash) DO UPDATE SET (size_bytes, format, width, height, colour, taken_at_ms, taken_from, zone_minutes, camera,
           lens, lat, lon, rating, keywords, caption, exposure_seconds, f_number, iso, focal_length_mm)
         = (excluded.size_bytes, excluded.format, excluded.width, excluded.height, excluded.colour, excluded.taken_at_ms,
           excluded.taken_from, excluded.zone_minutes, excluded.camera, excluded.lens, excluded.lat, excluded.lon, excluded.rating,
           excluded.keywords, excluded.caption, excluded.exposure_seconds, excluded.f_number, excluded.iso, excluded.focal_length_mm)
         RETURNING id`,
      )
      .pluck();
    this.#sweep = database.prepare<[number, number]>(
      `DELETE FROM contents WHERE id > ? AND id <= ?
       AND NOT EXISTS (SELECT 1 FROM photos WHERE content_id = contents.id)`,
    );
    this.#lastId = database.prepare<[], number>('SELECT ifnull(max(id), 0) FROM contents').pluck();
  }

  save(hash: string, sizeBytes: number, prepared: PreparedPhoto): ContentId {
    const { metadata } = prepared;
    // The file's date belongs to the file, not to its bytes: each photo brings its own.
    const stated = metadata.takenFrom !== null && metadata.takenFrom !== 'file';
    return this.#save.get({
      hash,
      size: sizeBytes,
      format: prepared.format,
      width: prepared.width,
      height: prepared.height,
      colour: prepared.colour & 0xffffff,
      takenAt: stated && metadata.takenAtMs !== null ? Math.trunc(metadata.takenAtMs) : null,
      takenFrom: stated ? metadata.takenFrom : null,
      zone: stated ? metadata.zoneMinutes : null,
      camera: metadata.camera,
      lens: metadata.lens,
      lat: metadata.gps?.lat ?? null,
      lon: metadata.gps?.lon ?? null,
      rating: metadata.rating === null ? null : Math.round(metadata.rating),
      keywords: JSON.stringify(metadata.keywords),
      caption: metadata.caption,
      exposure: metadata.exposureSeconds,
      fNumber: metadata.fNumber,
      iso: metadata.iso,
      focal: metadata.focalLengthMm,
    }) as ContentId;
  }

  /**
   * Forgets contents that no photo has any more, with their vectors, a few at a time so that main stays prompt. What is not done
   * when the library closes is done after it opens again.
   */
  sweepSoon(): void {
    this.#sweptTo = 0;
    this.#timer ??= setTimeout(() => this.#sweepSome(), sweepPauseMs).unref();
  }

  /** The same at once. Returns how many. Cost: 25 µs a content that goes. */
  sweep(): number {
    return this.#sweep.run(0, Number.MAX_SAFE_INTEGER).changes;
  }

  close(): void {
    clearTimeout(this.#timer ?? undefined);
  }

  #sweepSome(): void {
    this.#sweep.run(this.#sweptTo, this.#sweptTo + sweepStep);
    this.#sweptTo += sweepStep;
    const more = this.#sweptTo < (this.#lastId.get() ?? 0);
    this.#timer = more ? setTimeout(() => this.#sweepSome(), sweepPauseMs).unref() : null;
  }
}
