/** What the activity screen and the problems list say. */
import { formatNumber } from '../layout/formats.ts';
import { list as listOf, photos } from './counts.ts';

const list = (names: readonly string[]): string =>
  listOf(
    names.map((name) => `“${name}”`),
    (count) => `${formatNumber(count)} more`,
  );

export const workWords = {
  activity: {
    running: (count: number) => (count === 1 ? '1 running' : `${formatNumber(count)} running`),
    pausedCount: (count: number) => (count === 1 ? '1 paused' : `${formatNumber(count)} paused`),
    idle: 'Nothing to do',
    now: 'Now',
    finding: 'Finding photos',
    looking: 'Understanding photos',
    faces: 'Looking for faces',
    grouping: 'Putting like faces together',
    lookedForFaces: 'Looked for faces',
    inFolders: (names: readonly string[]) => (names.length === 0 ? 'in all folders' : `in ${list(names)}`),
    learns: (run: string | null) => (run === null ? 'Learning' : `Learning “${run}”`),
    learned: (run: string | null) => (run === null ? 'Learned' : `Learned “${run}”`),
    applies: (run: string | null) =>
      run === null ? 'Preparing another encoder' : `Preparing the encoder of “${run}”`,
    applied: (run: string | null) =>
      run === null ? 'Prepared another encoder' : `Prepared the encoder of “${run}”`,
    steps: (done: number, total: number) => `step ${formatNumber(done)} of ${formatNumber(total)}`,
    measuring: 'Checking the result',
    open: 'Open',
    found: (total: number) => `${photos(total)} found so far`,
    progress: (done: number, total: number) => `${formatNumber(done)} of ${photos(total)}`,
    left: (time: string) => (time === 'under a minute' ? 'under a minute left' : `about ${time} left`),
    rate: (perSecond: number) =>
      `${formatNumber(perSecond < 10 ? perSecond : Math.round(perSecond))} photos/s`,
    couldNot: (count: number) =>
      count === 1 ? '1 could not be read' : `${formatNumber(count)} could not be read`,
    states: {
      waiting: 'Waiting',
      running: 'Running',
      paused: 'Paused',
      done: 'Done',
      failed: 'Stopped',
      cancelled: 'Cancelled',
    },
    waits: 'Starts when the work above is done',
    pause: 'Pause',
    resume: 'Resume',
    cancel: 'Cancel',
    cancelled: 'Cancelled',
    cancelledText: 'What was looked at so far is kept.',
    again: 'Go on',
    watching: (count: number) =>
      count === 1 ? 'Watching 1 folder' : `Watching ${formatNumber(count)} folders`,
    upToDate: 'Up to date',
    busy: 'Working',
    lastLook: (when: string) => `Last look ${when}`,
    justNow: 'just now',
    notYet: 'Not looked yet',
    away: (count: number) =>
      count === 1 ? '1 folder not connected' : `${formatNumber(count)} folders not connected`,
    toFolders: 'Folders',
    unread: 'Kinds not read yet',
    unreadText: 'These files are left as they are. Likeness cannot show them yet.',
    ofKind: (kind: string, count: number) => `${formatNumber(count)} ${kind}`,
    finished: 'Finished',
    lookedAt: (names: readonly string[]) =>
      names.length === 0 ? 'Looked at all folders' : `Looked at ${list(names)}`,
    ended: (when: string, span: string) => `${when}, took ${span}`,
    nothingNew: 'no changes',
    lookedAtSoFar: (count: number) => `${photos(count)} looked at`,
    report: {
      added: (count: number) => `${formatNumber(count)} added`,
      updated: (count: number) => `${formatNumber(count)} changed`,
      missing: (count: number) => `${formatNumber(count)} missing`,
    },
    see: 'See problems',
    tryAgain: 'Try again',
    older: (count: number) => `Show ${formatNumber(count)} older`,
    empty: 'No work so far',
    emptyText: 'Once a folder is added, what Likeness does with it is listed here.',
  },
  problems: {
    toLookAt: (count: number) => `${formatNumber(count)} to look at, all other photos are fine`,
    kinds: { all: 'All', failed: 'Cannot open', missing: 'Missing', unsupported: 'Not read yet' },
    show: 'Show',
    withCount: (label: string, count: number) => `${label} ${formatNumber(count)}`,
    away: (name: string) => `“${name}” is not connected`,
    awayText: (count: number) =>
      `${photos(count)} can still be searched and seen small. They open again when the disk is back.`,
    folder: 'Folder',
    thisFile: 'This file',
    line: (reason: string, folder: string) => `${reason} In ${folder}`,
    lookAgain: 'Look again',
    reveal: 'Show in folder',
    notRevealed: 'Your system did not open the folder',
    retry: 'Try again',
    retryAll: 'Try all again',
    retrying: 'Trying again',
    retryingAll: 'Trying all of them again',
    news: (count: number) => `${formatNumber(count)} new`,
    list: 'Problems',
    pages: 'Pages',
    range: (from: number, to: number, total: number) =>
      `${formatNumber(from)}–${formatNumber(to)} of ${formatNumber(total)}`,
    previous: 'Previous page',
    next: 'Next page',
    never: 'Likeness never repairs or changes an original by itself.',
    empty: 'No problems',
    emptyText: (count: number) =>
      count === 1
        ? 'The one photo here can be read and shown.'
        : `All ${photos(count)} can be read and shown.`,
    emptyNone: 'Photos that cannot be read or shown are listed here, with the reason.',
  },
} as const;
