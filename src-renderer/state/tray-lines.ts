/** The lines on the work under way at the foot of the sidebar: photos that are looked at, and a run that learns. */
import type { Job } from '../../src-main/contract/jobs.ts';
import type { Run } from '../../src-main/contract/learn.ts';
import { words } from '../words.ts';
import type { RunProgress } from './learn-runs.svelte.ts';

export interface TrayLine {
  readonly kind: 'job' | 'run';
  /** Of the job or the run. */
  readonly id: number;
  readonly title: string;
  readonly line: string;
  /** 0..1; null while the whole is not known. */
  readonly share: number | null;
  readonly paused: boolean;
  readonly waiting: boolean;
}

/** A job with its forecast made calm, as the list of jobs keeps it. */
export function trayOfJob(job: Job): TrayLine {
  const paused = job.state === 'paused';
  const title = paused
    ? words.tray.paused
    : job.state === 'waiting'
      ? words.tray.waiting
      : job.kind === 'apply'
        ? words.learn.tray.preparing
        : job.kind === 'people'
          ? job.phase === 'grouping'
            ? words.tray.grouping
            : words.tray.faces
          : job.kind === 'duplicates'
            ? job.phase === 'comparing'
              ? words.duplicates.trayComparing
              : words.duplicates.tray
            : job.phase === 'finding'
              ? words.tray.finding
              : words.tray.looking;
  // While folders are still walked the total grows: a share of it would run backwards.
  const grouping = job.phase === 'grouping';
  const share = job.phase !== 'finding' && !grouping && job.total > 0 ? job.done / job.total : null;
  const line = grouping
    ? words.tray.progress(job.done, job.total)
    : share === null
      ? words.tray.found(job.total)
      : joined(
          words.tray.progress(job.done, job.total),
          left(job.state === 'running' ? job.secondsLeft : null),
        );
  return { kind: 'job', id: job.id, title, line, share, paused, waiting: job.state === 'waiting' };
}

/** @param progress  null before its first look. @param job  that works on it; null where none does. */
export function trayOfRun(run: Run, progress: RunProgress | null, job: Job | null): TrayLine {
  const said = words.learn.tray;
  const state = run.use === 'preparing' ? job?.state : run.state;
  const [paused, waiting] = [state === 'paused', state === 'waiting'];
  const title = paused
    ? words.tray.paused
    : waiting
      ? words.tray.waiting
      : run.use === 'preparing'
        ? said.preparing
        : said[phaseOf(progress, job)];
  const told = { kind: 'run', id: run.id, title, paused, waiting } as const;
  if (progress && run.use !== 'preparing' && phaseOf(progress, job) === 'learning') {
    const { look, share, secondsLeft } = progress;
    const pass = words.learn.run.pass(Math.min(look.passes, Math.floor(look.pass) + 1), look.passes);
    return { ...told, share, line: joined(pass, left(paused ? null : (job?.secondsLeft ?? secondsLeft))) };
  }
  const known = job !== null && job.total > 0;
  return {
    ...told,
    share: known ? Math.min(1, job.done / job.total) : null,
    line: known
      ? joined(words.tray.progress(job.done, job.total), left(paused ? null : job.secondsLeft))
      : run.name,
  };
}

/** What a run is at. Where no job is known yet, its looks tell. */
export function phaseOf(progress: RunProgress | null, job: Job | null): 'looking' | 'learning' | 'checking' {
  switch (job?.phase) {
    case 'measuring':
      return 'checking';
    case 'learning':
      return 'learning';
    case 'preparing':
      return 'looking';
    default:
      return progress ? 'learning' : 'looking';
  }
}

const left = (seconds: number | null): string => (seconds === null ? '' : words.tray.left(seconds));
const joined = (...parts: readonly string[]): string => parts.filter(Boolean).join(' · ');
