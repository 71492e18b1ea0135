/** Every sentence that the window shows, a section for each screen. Rules in CONTRIBUTING.md: sentence case, verb first, no jargon. */
import { formatNumber, formatTimeLeft } from './layout/formats.ts';
import { browseWords } from './words/browse.ts';
import { photos } from './words/counts.ts';
import { collectionWords } from './words/collections.ts';
import { duplicateWords } from './words/duplicates.ts';
import { encoderWords } from './words/encoders.ts';
import { folderWords } from './words/folders.ts';
import { learnWords } from './words/learn.ts';
import { peopleWords } from './words/people.ts';
import { settingsWords } from './words/settings.ts';
import { workWords } from './words/work.ts';

export { photos };

export const words = {
  client: {
    unreachable: 'Likeness does not answer.',
    unreachableHint: 'Close this window, start Likeness again, and try once more.',
    refused: (status: number) => `Likeness refused the request (${status}).`,
    fault: 'Likeness hit a fault of its own.',
  },
  app: {
    name: 'Likeness',
    library: 'Library',
    hideSidebar: 'Hide sidebar',
    showSidebar: 'Show sidebar',
    back: 'Back',
    close: 'Close',
    tryAgain: 'Try again',
    sections: {
      photos: 'Photos',
      search: 'Search',
      people: 'People',
      duplicates: 'Duplicates',
      collections: 'Collections',
      learn: 'Learn',
      folders: 'Folders',
      problems: 'Problems',
      activity: 'Activity',
      settings: 'Settings',
    },
  },
  toasts: { label: 'Messages' },
  keys: {
    title: 'Keyboard shortcuts',
    sections: {
      anywhere: 'Anywhere',
      grid: 'Grid',
      photo: 'Photo',
      viewer: 'Viewer',
      people: 'People',
      duplicates: 'Duplicates',
      learn: 'Learn',
    },
    labels: {
      search: 'Search',
      shortcuts: 'This sheet',
      settings: 'Settings',
      sections: 'Go to a section',
      toasts: 'To the messages',
      undo: 'Undo, of people and duplicates',
      back: 'Back',
      escape: 'Back, close, clear',
      move: 'Move',
      page: 'A screen up, down',
      first: 'First, End for last',
      extend: 'Extend selection',
      toggle: 'Select or not',
      selectAll: 'Select all',
      larger: 'Larger, smaller',
      toDate: 'Go to date',
      open: 'Open',
      similar: 'Similar photos',
      reveal: 'Show in folder',
      step: 'Previous, next',
      info: 'Info',
      actualSize: 'Zoom 100%',
      zoom: 'Zoom in, out',
      faces: 'Faces and names',
      drawFace: 'Mark a missed face',
      yes: 'Same person, right face',
      no: 'Not the same, wrong face',
      later: 'Not sure',
      rename: 'Rename',
      group: 'Previous, next group',
      keeper: 'Choose keeper',
      binOthers: 'Bin what is marked',
      mark: 'Mark for the bin or not',
      notDuplicates: 'Not duplicates',
      flip: 'Flip between the two',
      zoomBoth: 'Zoom both',
      skip: 'Skip the group',
      pauseLearning: 'Pause, resume',
    },
  },
  tray: {
    label: 'Activity',
    finding: 'Finding photos',
    looking: 'Understanding photos',
    faces: 'Looking for faces',
    grouping: 'Putting like faces together',
    paused: 'Paused',
    waiting: 'Waiting',
    open: 'Open activity',
    pause: 'Pause',
    resume: 'Resume',
    progress: (done: number, total: number) => `${formatNumber(done)} of ${formatNumber(total)}`,
    left: (seconds: number) => `${formatTimeLeft(seconds)} left`,
    tenths: (share: number) => `Understanding photos, ${share}%`,
    indexed: (count: number, failed: number) =>
      failed === 0
        ? `The work is done: ${photos(count)} in the library.`
        : `The work is done: ${photos(count)} in the library, ${formatNumber(failed)} could not be read.`,
    found: (total: number) => `${photos(total)} so far`,
  },
  ...browseWords,
  ...folderWords,
  ...learnWords,
  ...workWords,
  ...settingsWords,
  ...encoderWords,
  ...peopleWords,
  ...collectionWords,
  ...duplicateWords,
} as const;
