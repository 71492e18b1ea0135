/** What the grid, the timeline, the viewer and the search screens say. */
import { formatNumber } from '../layout/formats.ts';
import { photos } from './counts.ts';

export const browseWords = {
  grid: {
    label: 'Photos',
    photo: (date: string, time: string) => `Photo, ${date}, ${time}`,
    away: 'Its disk or its file is away',
    awayLabel: (label: string) => `${label}, away`,
    similar: 'Similar photos',
    newAbove: (count: string) => `${count} new`,
    rows: 'Rows',
    squares: 'Squares',
    layout: 'Layout',
    size: 'Photo size',
    sizeText: (step: number, steps: number) => `${step} of ${steps}`,
    selectDay: (day: string) => `Select ${day}`,
  },
  timeline: {
    empty: 'No photos yet',
    emptyText: 'Add a folder and its photos show up here within a minute.',
    lookingTitle: 'The first photos are on their way',
    lookingText: (found: number) =>
      found === 0
        ? 'Likeness is walking your folders. Photos show up here as they are read.'
        : `Likeness has found ${photos(found)} so far. They show up here as they are read.`,
    addFolder: 'Add folder…',
    scale: 'Go to a date',
  },
  selection: {
    bar: (count: number) => `${photos(count)} selected`,
    count: (count: number) => `${formatNumber(count)} selected`,
    similar: 'Similar',
    open: 'Open',
    reveal: 'Show in folder',
    clear: 'Clear the selection',
    onlyOne: 'Works for one photo at a time',
    cannotReveal: 'No file manager was found',
  },
  query: {
    label: 'Search your photos',
    placeholder: 'Search: a dog on the beach, snow at night…',
    addToPhoto: 'Add a folder or a date',
    addToPhotoOrPerson: 'Add a folder, a date or a person',
    enter: 'search',
    clear: 'Clear the search',
    remove: 'remove with Delete',
    chip: { folder: 'Folder', date: 'Date', photo: 'Photo', faces: 'Faces' },
    person: {
      all: (name: string) => `Person ${name}`,
      any: (name: string) => `Person ${name} or another`,
      none: (name: string) => `Without ${name}`,
      menu: { all: 'On the photo', any: 'One of these', none: 'Not on the photo' },
      removeItem: 'Take away',
      either: 'either',
      or: 'or',
      without: 'without',
      unnamed: 'Somebody',
      gone: 'Somebody who is gone',
    },
    faceCount: ({ min = 0, max }: { readonly min?: number; readonly max?: number }) => {
      if (max === 0) return 'No people';
      if (max === undefined) return min === 1 ? '1 person or more' : `${formatNumber(min)} or more people`;
      if (min === max) return min === 1 ? '1 person' : `${formatNumber(min)} people`;
      if (min === 0) return `Up to ${max === 1 ? '1 person' : `${formatNumber(max)} people`}`;
      return `${formatNumber(min)} to ${formatNumber(max)} people`;
    },
    /** What else people type for it. */
    faceCountAlso: ({ min = 0, max }: { readonly min?: number; readonly max?: number }): readonly string[] =>
      max === 0
        ? ['nobody', '0 people', 'no faces', 'without people']
        : min === 1 && max === 1
          ? ['one person', 'alone', 'portrait', '1 face']
          : min === 2 && max === 2
            ? ['two people', 'couple', 'pair', '2 persons', '2 faces']
            : max === undefined
              ? ['group', `${min} or more persons`, `${min} or more faces`]
              : [`${min} persons`, `${min} faces`],
    likeThis: 'Like this photo',
    likeUpload: 'Like the dropped photo',
    looksLike: 'Looks like',
    narrow: 'Folders and dates',
    who: 'People',
    leaveOut: 'leave out',
    mention: 'person',
    recent: 'Recent',
    keepAsChip: 'take it',
    move: 'choose',
    dropHint: 'Paste or drop a photo',
    suggestions: 'Suggestions',
    count: (count: number) => formatNumber(count),
  },
  search: {
    good: (count: number) => (count === 1 ? '1 good match' : `${formatNumber(count)} good matches`),
    above: (count: number) => (count === 1 ? '1 match' : `${formatNumber(count)} matches`),
    closer: 'Closer',
    looser: 'Looser',
    cut: 'How close a match must be',
    cutText: (share: number, count: number) => `${Math.round(share * 100)}% or closer: ${photos(count)}`,
    order: 'Order',
    bestFirst: 'Best first',
    byDate: 'By date',
    matches: 'Matches',
    weaker: (count: number) =>
      count === 1
        ? 'Below your cut-off: 1 weaker match'
        : `Below your cut-off: ${formatNumber(count)} weaker matches`,
    weakerLabel: 'Weaker matches',
    show: 'Show them',
    hide: 'Hide them',
    guesses: 'Closest guesses',
    none: 'No good match',
    noneText:
      'None of your photos is clearly this. The closest ones are no nearer than chance would bring, so they are shown only as guesses.',
    tryInstead: 'Try instead',
    anyFolder: 'In any folder or date',
    meter: 'Best match against this library',
    closest: (relevance: number) => `Closest photo ${relevance.toFixed(2)}`,
    goodFrom: (relevance: number) => `Good from ${relevance.toFixed(2)}`,
    startTitle: 'Search by what is in the photo',
    startText:
      'Write what you remember: a thing, a place, a light, a moment. Or drop a photo here to find its like.',
    examples: ['dog on the beach', 'snow', 'children playing', 'city at night', 'red car'],
    tryOne: 'For example',
    recent: 'Recent',
    somePhotos: 'A place to start',
    partial: (looked: number, all: number) =>
      `Likeness has looked at ${formatNumber(looked)} of ${photos(all)}; the rest can be found as it goes on.`,
    again: 'Photos have come since: search again',
    emptyLibrary: 'There is nothing to search yet',
    emptyLibraryText: 'Photos can be found as soon as Likeness has looked at them.',
    nobody: 'No photo fits all of this',
    nobodyText: 'Take one of the conditions away, or change it.',
    capped: (shown: number) => `The best ${formatNumber(shown)} are shown.`,
  },
  similar: {
    source: 'Photos like this one',
    open: 'Open the photo',
    sameMoment: 'Same moment',
    veryAlike: 'Very alike',
    alike: 'Alike',
    results: 'Similar photos',
    none: 'Nothing is much like it',
    noneText: 'No photo of your library comes close. The nearest ones are shown as guesses.',
    outside: 'Not in your library',
    later: (span: string) => `${span} later`,
    earlier: (span: string) => `${span} earlier`,
    atOnce: 'same second',
  },
  viewer: {
    label: 'Photo',
    back: 'Back to the grid',
    similar: 'Similar',
    info: 'Info',
    previous: 'Previous',
    next: 'Next',
    film: 'Photos beside this one',
    zoomLevel: (share: number) => `${Math.round(share * 100)}%`,
    away: 'The file or its disk is away. This is the largest picture that Likeness has kept.',
    failed: 'This photo cannot be shown in full',
    details: 'Details',
    file: 'File',
    copies: 'Copies',
    copiesText: (count: number) =>
      count === 1
        ? 'The same photo lies in 1 other place'
        : `The same photo lies in ${formatNumber(count)} other places`,
    reveal: 'Show in folder',
    fields: {
      camera: 'Camera',
      lens: 'Lens',
      exposure: 'Exposure',
      size: 'Size',
      taken: 'Taken',
      place: 'Place',
      rating: 'Rating',
      keywords: 'Keywords',
      caption: 'Caption',
      format: 'Format',
    },
    fileDate: 'by the date of the file',
    rejected: 'Rejected',
  },
  drop: {
    search: 'Search like this',
    searchText: 'Finds the photos of your library that are like it.',
    add: 'Add folder',
    addText: 'Watches the folder and shows its photos.',
    notAPhoto: 'This is not a photo',
    notAPhotoText: 'Drop a JPEG, PNG, WebP, AVIF, GIF or TIFF to search with it.',
    oneOnly: 'Drop one photo to search with it.',
    noPath: 'The browser does not tell where a folder lies. Add it on the Folders screen.',
  },
} as const;
