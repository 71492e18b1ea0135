/** What the activity screen says of a job: pure sentences. */
import type { Job } from '../../src-main/contract/jobs.ts';
import { baseName } from '../layout/crumbs.ts';
import { formatTimeLeft } from '../layout/formats.ts';
import { formatMoment, formatSpan } from '../layout/moments.ts';
import { words } from '../words.ts';

const { activity } = words;

/** “Pictures”, “Archive”: the folders it works on; none means all. */
export const folderNames = (job: Job): readonly string[] => job.folders.map(baseName);

/** What it does: “Finding photos in “Pictures””, “Learning: Garden and birds”. @param run  name of the run that it works on. */
export function jobTitle(job: Job, run: string | null): string {
  if (job.kind === 'learn') return activity.learns(run);
  if (job.kind === 'apply') return activity.applies(run);
  if (job.kind === 'people') return job.phase === 'grouping' ? activity.grouping : activity.faces;
  if (job.kind === 'duplicates') return words.duplicates.activity;
  const what = job.phase === 'finding' ? activity.finding : activity.looking;
  return `${what} ${activity.inFolders(folderNames(job))}`;
}

/** The same, of one that has ended. */
export function endedTitle(job: Job, run: string | null): string {
  if (job.kind === 'learn') return activity.learned(run);
  if (job.kind === 'apply') return activity.applied(run);
  if (job.kind === 'people') return activity.lookedForFaces;
  if (job.kind === 'duplicates') return words.duplicates.activityDone;
  return activity.lookedAt(folderNames(job));
}

/** 0..1, or null while folders are still walked: the total grows, and a share of it would run backwards. */
export const shareOf = (job: Job): number | null =>
  job.phase !== 'finding' && job.phase !== 'grouping' && job.total > 0
    ? Math.min(1, job.done / job.total)
    : null;

/** “61,240 of 84,112 photos, about 14 min left, 27 photos/s”. */
export function progressLine(job: Job): string {
  if (job.state === 'waiting' && job.total === 0) return activity.waits;
  const running = job.state === 'running';
  const parts = [
    amountOf(job),
    running && job.secondsLeft !== null ? activity.left(formatTimeLeft(job.secondsLeft)) : '',
    running && job.photosPerSecond > 0 ? activity.rate(job.photosPerSecond) : '',
    job.failed > 0 ? activity.couldNot(job.failed) : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** How much is done, of how much. */
function amountOf(job: Job): string {
  if (job.phase === 'learning') return job.total > 0 ? activity.steps(job.done, job.total) : '';
  if (job.phase === 'measuring') return activity.measuring;
  // Its title says what it does; how long faces are compared is not known.
  if (job.phase === 'grouping') return '';
  if (shareOf(job) !== null) return activity.progress(job.done, job.total);
  return job.kind === 'index' ? activity.found(job.total) : '';
}

/** “Yesterday, 14:02, took 3 min: 1,200 added, 5 could not be read”. */
export function endedLine(job: Job, nowMs: number): string {
  const ended = job.endedAtMs ?? nowMs;
  const seconds = job.report?.seconds ?? (ended - (job.startedAtMs ?? ended)) / 1000;
  const when = activity.ended(capital(formatMoment(ended, nowMs)), formatSpan(seconds));
  if (job.state === 'failed') return `${when}. ${job.reason ?? ''}`.trim();
  const came = outcome(job);
  return came ? `${when}: ${came}` : when;
}

function outcome({ kind, report, state, done, failed, folders }: Job): string {
  if (kind !== 'index') return '';
  if (!report) return state === 'cancelled' && done > 0 ? activity.lookedAtSoFar(done) : '';
  const { added, updated, missing } = report;
  // The report names only the first that failed. A folder among them could not be opened: its disk is away.
  const away = report.failed.filter(({ path }) => folders.includes(path)).length;
  const parts = [
    added > 0 ? activity.report.added(added) : '',
    updated > 0 ? activity.report.updated(updated) : '',
    missing > 0 ? activity.report.missing(missing) : '',
    failed > 0 ? activity.couldNot(failed) : '',
    away > 0 ? activity.away(away) : '',
  ];
  return parts.filter(Boolean).join(', ') || activity.nothingNew;
}

const capital = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);
