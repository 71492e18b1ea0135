/** What the welcome, the folders screen and the folder browser say. */
import { formatNumber } from '../layout/formats.ts';
import { photos, pictures } from './counts.ts';

export const folderWords = {
  welcome: {
    title: 'Find any photo by what is in it.',
    lead: 'Choose where your photos are. Likeness looks at each one, so you can search with plain words, or by another photo.',
    drop: 'Drop a folder here',
    dropHint: 'Disks and network shares work too',
    dropNow: 'Drop it anywhere',
    steps: [
      { title: 'Look', text: 'Reads names, dates and cameras. You can browse from the first second.' },
      { title: 'Understand', text: 'Works out what each photo shows, while you use the app.' },
      { title: 'Search', text: 'Results come in from the start and get fuller as it goes on.' },
    ],
    found: 'On this computer',
    private: 'Private and offline.',
    privateText:
      'Nothing leaves this computer: no account, no tracking. Your originals are only ever read, never changed or moved.',
  },
  folders: {
    watched: (count: number) => (count === 1 ? '1 watched' : `${formatNumber(count)} watched`),
    add: 'Add folder…',
    addThis: 'Add',
    addNamed: (name: string) => `Add “${name}”`,
    alsoHere: 'Also on this computer',
    /** Counting stops early in a large folder: then the number is a least one. */
    suggestion: (path: string, count: number) => {
      if (count === 0) return path;
      const hundreds = Math.floor((count - 1) / 100) * 100;
      return `${path} · ${count < 1000 ? pictures(count) : `more than ${pictures(hundreds)}`}`;
    },
    rescanAll: 'Look for changes',
    rescan: (name: string) => `Look for changes in “${name}”`,
    never: 'Not looked at yet',
    lookedNow: 'Looked at just now',
    looked: (ago: string) => `Looked at ${ago}`,
    looking: 'Looking now',
    away: 'Not connected',
    awayLine: (path: string) =>
      `${path} is away. Its photos can still be searched and seen small; they open again when the disk is back.`,
    remove: (name: string) => `Remove “${name}”…`,
    removeAsk: (name: string) => `Remove “${name}” from Likeness?`,
    removeText: (count: number) =>
      count === 0
        ? 'The folder stays on the disk.'
        : `Its ${photos(count)} stay on the disk. Likeness only forgets what it knows about them.`,
    removeDo: 'Remove folder',
    keep: 'Keep',
    removed: (path: string) => `Removed ${path}`,
    removedText: 'Its photos are where they were, on the disk.',
    addAgain: 'Undo',
    inside: (path: string) => `Already watched as part of ${path}`,
    readOnly: 'Folders are only ever read. New and changed photos are noticed by themselves.',
    empty: 'No folders yet',
    emptyText: 'Add a folder, or drop one on this window. Its photos show up while Likeness looks at them.',
  },
  browser: {
    title: 'Choose a folder',
    path: 'Where you are',
    type: 'Type a path',
    typed: 'Path of a folder',
    open: 'Open',
    folders: 'Folders in here',
    none: 'No folders in here.',
    pictures: (count: number) =>
      count === 0 ? 'No pictures right in here; folders below count too' : `${pictures(count)} right in here`,
    cancel: 'Cancel',
    dropped: (name: string) => `A browser does not say where a dropped folder lies. Find “${name}” here.`,
    notFolder: 'That is a file. Drop the folder that holds it.',
  },
} as const;
