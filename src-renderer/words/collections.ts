/** What is said of collections: events, trips, this day in other years, and groups by look. */
import { formatNumber } from '../layout/formats.ts';
import { photos } from './counts.ts';

export const collectionWords = {
  collections: {
    title: 'Collections',
    back: 'All collections',
    onThisDay: 'On this day',
    yearsAgo: (years: number) => (years === 1 ? 'A year ago' : `${formatNumber(years)} years ago`),
    trips: 'Trips',
    events: 'Events',
    photos,
    looks: {
      title: 'By look',
      about:
        'Photos that look alike, in groups, with a guess at what they show. It takes a few seconds, up to a minute in a large library.',
      group: 'Group by look',
      again: 'Group again',
      working: 'Looking at all photos…',
      none: 'No four photos look enough alike yet. Photos that were not analysed are left out.',
      /** Names are guesses, and often wrong: docs/collections.md. @param label  null where no word stands out. */
      guess: (label: string | null) =>
        label === null ? 'Alike, without a word for it' : `${label[0]!.toUpperCase()}${label.slice(1)}?`,
      gone: {
        title: 'This group is not there any more',
        text: 'Its photos have left the library, or belong to another group now.',
      },
    },
    away: (km: number) => `${formatNumber(km)} km from home`,
    awayAbout: (count: number, km: number) => `${photos(count)}, ${formatNumber(km)} km from home`,
    few: (events: number, least: number) =>
      events === 1
        ? `One moment of fewer than ${least} photos is left out here; it stands in Photos.`
        : `${formatNumber(events)} moments of fewer than ${least} photos are left out here; they stand in Photos.`,
    none: {
      title: 'No events yet',
      text: 'Photos that say when they were taken fall into events by themselves: a party, a walk, a journey. Add more photos to see some.',
    },
    gone: {
      title: 'This event is not there any more',
      text: 'Its photos have left the library, or belong to another event now.',
    },
  },
} as const;
