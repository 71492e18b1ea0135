/** What is said of collections: events, trips, and this day in other years. */
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
