/** Photos as they are read: for the viewer, the lists, and the search that names its finds. */
import type { Database, Statement } from 'better-sqlite3';
import { formatWallClock } from '../contract/clock.ts';
import type {
  ContentId,
  FolderId,
  PhotoDetails,
  PhotoId,
  PhotoState,
  Problem,
  TakenFrom,
} from '../contract/photo.ts';
import { TimelineReader } from './timeline-reader.ts';

interface DetailsRow {
  id: number;
  path: string;
  state: PhotoState;
  kind: string | null;
  reason: string | null;
  sizeBytes: number;
  contentId: number | null;
  takenAtMs: number | null;
  hash: string | null;
  format: string | null;
  width: number | null;
  height: number | null;
  takenFrom: TakenFrom | null;
  zoneMinutes: number | null;
  camera: string | null;
  lens: string | null;
  exposureSeconds: number | null;
  fNumber: number | null;
  iso: number | null;
  focalLengthMm: number | null;
  lat: number | null;
  lon: number | null;
  rating: number | null;
  keywords: string | null;
  caption: string | null;
}

interface LearnableRow {
  path: string;
  folder: string;
  contentId: number;
  takenAtMs: number | null;
  shownAtMs: number;
  caption: string | null;
  keywords: string;
}

/** A photo as a training takes it. */
export interface LearnablePhoto {
  readonly path: string;
  /** The watched folder that it was found in. */
  readonly folder: string;
  /** As the file itself states it; null where it states nothing. */
  readonly takenAtMs: number | null;
  /** Where the timeline shows it: its file's date where it states no time. */
  readonly shownAtMs: number;
  readonly caption: string | null;
  readonly keywords: readonly string[];
}

interface ProblemRow {
  id: number;
  path: string;
  state: Problem['kind'];
  kind: string | null;
  reason: string | null;
}

const details = `SELECT p.id, p.path, p.state, p.kind, p.reason, p.size_bytes AS sizeBytes, p.content_id AS contentId,
  p.taken_at_ms AS takenAtMs, c.hash, c.format, c.width, c.height, c.taken_from AS takenFrom, c.zone_minutes AS zoneMinutes,
  c.camera, c.lens, c.exposure_seconds AS exposureSeconds, c.f_number AS fNumber, c.iso, c.focal_length_mm AS focalLengthMm,
  c.lat, c.lon, c.rating, c.keywords, c.caption
  FROM photos p LEFT JOIN contents c ON c.id = p.content_id`;

export class PhotoReader extends TimelineReader {
  readonly #sql;

  constructor(database: Database) {
    super(database);
    this.#sql = {
      byId: database.prepare<[number], DetailsRow>(`${details} WHERE p.id = ?`),
      byPath: database.prepare<[string], DetailsRow>(`${details} WHERE p.path = ?`),
      copies: database
        .prepare<[number, number], string>(
          'SELECT path FROM photos WHERE content_id = ? AND id <> ? ORDER BY path LIMIT 1000',
        )
        .pluck(),
      pathOf: database.prepare<[number], string>('SELECT path FROM photos WHERE id = ?').pluck(),
      idOf: database.prepare<[string], PhotoId>('SELECT id FROM photos WHERE path = ?').pluck(),
      content: database.prepare<[number], { contentId: ContentId; hash: string; path: string }>(
        `SELECT c.id AS contentId, c.hash, p.path FROM photos p JOIN contents c ON c.id = p.content_id WHERE p.id = ?`,
      ),
      learnable: database.prepare<[], LearnableRow>(
        `SELECT p.path, f.path AS folder, p.content_id AS contentId, c.taken_at_ms AS takenAtMs,
           p.taken_at_ms AS shownAtMs, c.caption, c.keywords
         FROM photos p JOIN folders f ON f.id = p.folder_id JOIN contents c ON c.id = p.content_id
         WHERE p.state = 'ready' ORDER BY p.path`,
      ),
      lastId: database.prepare<[], number>('SELECT ifnull(max(id), 0) FROM photos').pluck(),
      readyFrom: database
        .prepare<[number], PhotoId>(
          "SELECT id FROM photos WHERE id >= ? AND state = 'ready' ORDER BY id LIMIT 1",
        )
        .pluck(),
      problems: database.prepare<[number, number], ProblemRow>(
        `SELECT id, path, state, kind, reason FROM photos WHERE state IN ('failed', 'missing', 'unsupported')
         ORDER BY state, path LIMIT ? OFFSET ?`,
      ),
      failures: database.prepare<[string], { path: string; reason: string }>(
        `SELECT path, ifnull(reason, '') AS reason FROM photos
         WHERE state = 'failed' AND folder_id IN (SELECT value FROM json_each(?)) ORDER BY path`,
      ),
      unsupported: database.prepare<[], { kind: string; photos: number }>(
        `SELECT kind, sum(photos) AS photos FROM tallies WHERE state = 'unsupported' AND photos > 0 GROUP BY kind ORDER BY kind`,
      ),
      unsupportedIn: database.prepare<[string], { kind: string; photos: number }>(
        `SELECT kind, sum(photos) AS photos FROM tallies WHERE state = 'unsupported' AND photos > 0
         AND folder_id IN (SELECT value FROM json_each(?)) GROUP BY kind ORDER BY kind`,
      ),
      missingSince: database
        .prepare<[string, number], number>(
          `SELECT count(*) FROM photos WHERE folder_id IN (SELECT value FROM json_each(?)) AND state = 'missing' AND version > ?`,
        )
        .pluck(),
      tally: database.prepare<[], { state: PhotoState; encoded: number; photos: number }>(
        'SELECT state, encoded, sum(photos) AS photos FROM tallies GROUP BY state, encoded',
      ),
    } satisfies Record<string, Statement<never[], unknown>>;
  }

  /** Everything known about one photo; null when the library does not hold it. */
  details(by: { readonly id: number } | { readonly path: string }): PhotoDetails | null {
    const row = 'id' in by ? this.#sql.byId.get(by.id) : this.#sql.byPath.get(by.path);
    if (!row) return null;
    const copies = row.contentId === null ? [] : this.#sql.copies.all(row.contentId, row.id);
    return toDetails(row, copies);
  }

  pathOf(id: PhotoId): string | null {
    return this.#sql.pathOf.get(id) ?? null;
  }

  idOf(path: string): PhotoId | null {
    return this.#sql.idOf.get(path) ?? null;
  }

  /** A photo's content and file; null when the photo is unknown or has not been looked at. */
  content(
    id: PhotoId,
  ): { readonly contentId: ContentId; readonly hash: string; readonly path: string } | null {
    return this.#sql.content.get(id) ?? null;
  }

  /** A photo that can be read, chosen by a whole number; null where there is none. */
  anyReady(seed: number): PhotoId | null {
    // 0x9e3779b1 is odd: neighbouring seeds choose photos that lie far apart.
    const place = (Math.imul(seed, 0x9e3779b1) >>> 0) % (this.#sql.lastId.get()! + 1);
    return this.#sql.readyFrom.get(place) ?? this.#sql.readyFrom.get(0) ?? null;
  }

  /**
   * Photos that are there and can be read, by path; of those with the same bytes the first that is wanted. Until it has ended,
   * its connection takes no other question. Cost: 4 µs a photo.
   */
  *learnable(wanted: (photo: LearnablePhoto) => boolean = () => true): Generator<LearnablePhoto> {
    const contents = new Set<number>();
    for (const { contentId, keywords, ...row } of this.#sql.learnable.iterate()) {
      if (contents.has(contentId)) continue;
      const photo = { ...row, keywords: JSON.parse(keywords) as string[] };
      if (!wanted(photo)) continue;
      contents.add(contentId);
      yield photo;
    }
  }

  /** What cannot be shown and why: failed ones first, then missing, then kinds not read yet; each by path. */
  problems(
    limit: number,
    offset: number,
  ): { problems: Problem[]; total: number; unsupported: Record<string, number> } {
    const tallies = this.tallies();
    return {
      problems: this.#sql.problems.all(limit, offset).map(toProblem),
      total: tallies.failed + tallies.missing + tallies.unsupported,
      unsupported: this.unsupportedCounts(),
    };
  }

  /** The failed photos of some folders. */
  failures(folderIds: readonly FolderId[]): { readonly path: string; readonly reason: string }[] {
    return this.#sql.failures.all(JSON.stringify(folderIds));
  }

  /** Pictures of kinds not read yet, by kind; of all folders when none are given. */
  unsupportedCounts(folderIds?: readonly FolderId[]): Record<string, number> {
    const rows = folderIds
      ? this.#sql.unsupportedIn.all(JSON.stringify(folderIds))
      : this.#sql.unsupported.all();
    return Object.fromEntries(rows.map(({ kind, photos }) => [kind, photos]));
  }

  /** How many photos of some folders went missing after a version, and have not been found elsewhere. */
  missingSince(version: number, folderIds: readonly FolderId[]): number {
    return this.#sql.missingSince.get(JSON.stringify(folderIds), version) ?? 0;
  }

  /** Photos in each state, and those that the library's encoder has encoded, from counters: costs nothing. */
  tallies(): Record<PhotoState | 'encoded', number> {
    const counted = { waiting: 0, ready: 0, failed: 0, unsupported: 0, missing: 0, encoded: 0 };
    for (const { state, encoded, photos } of this.#sql.tally.all()) {
      counted[state] += photos;
      if (encoded === 1) counted.encoded += photos;
    }
    return counted;
  }
}

function toDetails(row: DetailsRow, copies: readonly string[]): PhotoDetails {
  const { contentId, takenAtMs, zoneMinutes, kind, keywords, lat, lon, ...rest } = row;
  return {
    ...rest,
    reason: row.reason ?? (kind === null ? null : notReadYet(kind)),
    takenAt: takenAtMs === null ? null : formatWallClock(takenAtMs, zoneMinutes),
    takenFrom: row.takenFrom ?? (contentId === null ? null : 'file'),
    gps: lat === null || lon === null ? null : { lat, lon },
    place: null,
    keywords: keywords === null ? [] : (JSON.parse(keywords) as string[]),
    copies,
  };
}

function toProblem({ id, path, state, kind, reason }: ProblemRow): Problem {
  const fallback = { failed: 'It could not be read.', missing: 'The file is gone, or its disk is away.' };
  return {
    id,
    path,
    kind: state,
    reason: state === 'unsupported' ? notReadYet(kind ?? 'This kind') : (reason ?? fallback[state]),
  };
}

function notReadYet(kind: string): string {
  return `${kind} pictures are not supported yet.`;
}
