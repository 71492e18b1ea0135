/** The durable job list: what was asked for, how far it has come, what came of it. */
import type { Database } from 'better-sqlite3';
import type { IndexReport, Job, JobKind } from '../contract/jobs.ts';

export interface JobRecord extends Job {
  readonly run: number | null;
  readonly encoder: string | null;
  readonly report: IndexReport | null;
}
/** What a job works on, besides folders. */
export type JobSubject = Pick<JobRecord, 'run' | 'encoder'>;
export type JobChange = Partial<Omit<JobRecord, 'id' | 'kind' | 'folders' | keyof JobSubject>>;

interface JobRow {
  id: number;
  kind: JobKind;
  state: Job['state'];
  folders: string;
  run: number | null;
  encoder: string | null;
  phase: Job['phase'];
  done: number;
  total: number;
  failed: number;
  photosPerSecond: number;
  secondsLeft: number | null;
  startedAtMs: number | null;
  endedAtMs: number | null;
  reason: string | null;
  report: string | null;
}

const columns = `id, kind, state, folders, run_id AS run, encoder, phase, done, total, failed, photos_per_second AS photosPerSecond,
  seconds_left AS secondsLeft, started_at_ms AS startedAtMs, ended_at_ms AS endedAtMs, reason, report`;
/** Ended jobs that are kept to look back on. */
const keptJobs = 100;

const firstPhase: Readonly<Record<JobKind, Job['phase']>> = {
  index: 'finding',
  learn: 'preparing',
  apply: 'preparing',
  people: 'looking',
  duplicates: 'looking',
};

const noSubject: JobSubject = { run: null, encoder: null };

export class JobRecords {
  readonly #database: Database;
  readonly #sql;

  constructor(database: Database) {
    this.#database = database;
    this.#sql = {
      create: database.prepare<[string, string, string, number | null, string | null]>(
        "INSERT INTO jobs (kind, state, folders, phase, run_id, encoder) VALUES (?, 'waiting', ?, ?, ?, ?)",
      ),
      // How a run ended stands in its job: that goes with the run alone.
      prune: database.prepare<[number]>(
        `DELETE FROM jobs WHERE state IN ('done', 'failed', 'cancelled') AND (kind <> 'learn' OR run_id IS NULL) AND id <= (
           SELECT id FROM jobs WHERE state IN ('done', 'failed', 'cancelled') ORDER BY id DESC LIMIT 1 OFFSET ?)`,
      ),
      get: database.prepare<[number], JobRow>(`SELECT ${columns} FROM jobs WHERE id = ?`),
      list: database.prepare<[], JobRow>(`SELECT ${columns} FROM jobs ORDER BY id DESC`),
      update: database.prepare<[Omit<JobRow, 'kind' | 'folders' | 'run' | 'encoder'>]>(
        `UPDATE jobs SET state = @state, phase = @phase, done = @done, total = @total, failed = @failed,
           photos_per_second = @photosPerSecond, seconds_left = @secondsLeft, started_at_ms = @startedAtMs,
           ended_at_ms = @endedAtMs, reason = @reason, report = @report WHERE id = @id`,
      ),
      wakeInterrupted: database.prepare("UPDATE jobs SET state = 'waiting' WHERE state = 'running'"),
    };
  }

  /** @param folders  absolute paths; empty for all. */
  create(kind: JobKind, folders: readonly string[], { run, encoder }: JobSubject = noSubject): number {
    const phase = firstPhase[kind];
    return this.#database.transaction(() => {
      this.#sql.prune.run(keptJobs);
      const { lastInsertRowid } = this.#sql.create.run(kind, JSON.stringify(folders), phase, run, encoder);
      return Number(lastInsertRowid);
    })();
  }

  get(id: number): JobRecord | null {
    const row = this.#sql.get.get(id);
    return row ? toRecord(row) : null;
  }

  /** Newest first. */
  list(): JobRecord[] {
    return this.#sql.list.all().map(toRecord);
  }

  /** @throws RangeError when there is no such job. */
  update(id: number, change: JobChange): JobRecord {
    const job = this.get(id);
    if (!job) throw new RangeError(`No job ${id}.`);
    const { folders, kind, run, encoder, report, ...rest } = { ...job, ...change };
    this.#sql.update.run({ ...rest, id, report: report === null ? null : JSON.stringify(report) });
    return { folders, kind, run, encoder, report, ...rest, id };
  }

  /** Jobs that ran when the program was killed wait again. Called once, when the library opens. */
  wakeInterrupted(): number {
    return this.#sql.wakeInterrupted.run().changes;
  }
}

function toRecord(row: JobRow): JobRecord {
  return {
    ...row,
    folders: JSON.parse(row.folders) as string[],
    report: row.report === null ? null : (JSON.parse(row.report) as IndexReport),
  };
}
