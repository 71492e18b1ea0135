/** Numbers, sizes and dates as a person reads them, in the language of their system. */
import { language } from './language.ts';

const wholeNumber = new Intl.NumberFormat(language);
/** Taken times are wall-clock times written as if they were UTC: reading them as UTC gives the watch's time back. */
const clock = { timeZone: 'UTC' } as const;
const dayOfYear = new Intl.DateTimeFormat(language, {
  ...clock,
  weekday: 'long',
  day: 'numeric',
  month: 'long',
});
const dayInYear = new Intl.DateTimeFormat(language, {
  ...clock,
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const shortDay = new Intl.DateTimeFormat(language, {
  ...clock,
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const month = new Intl.DateTimeFormat(language, { ...clock, month: 'long', year: 'numeric' });
const year = new Intl.DateTimeFormat(language, { ...clock, year: 'numeric' });
const points = new Intl.NumberFormat(language, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});
const trueMinus = (text: string): string => text.replace('-', '−');
const time = new Intl.DateTimeFormat(language, { ...clock, hour: '2-digit', minute: '2-digit' });

/** 84112 → “84,112”. */
export const formatNumber = (value: number): string => wholeNumber.format(value);
/** 0.4567 → “0.46”: always so many digits behind the point, and a true minus. */
export function formatDecimal(value: number, digits: number): string {
  const format = new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return trueMinus(format.format(value));
}
/** 2.51 → “+2.5”, -0.4 → “−0.4”: a difference, one digit behind the point. */
export const formatPoints = (value: number): string => trueMinus(points.format(value));
/** “Saturday 15 June”. @param ms local wall-clock time as if UTC, as in all of these. */
export const formatDay = (ms: number): string => dayOfYear.format(ms);
/** “Saturday 15 June 2024”. */
export const formatLongDay = (ms: number): string => dayInYear.format(ms);
/** “15 June 2024”. */
/** First and last day of something, in as few words as tell them: “June 14–17, 2024”. */
export const formatDays = (fromMs: number, toMs: number): string => shortDay.formatRange(fromMs, toMs);

export const formatShortDay = (ms: number): string => shortDay.format(ms);
/** “June 2024”. */
export const formatMonth = (ms: number): string => month.format(ms);
/** “2024”. */
export const formatYear = (ms: number): string => year.format(ms);
/** “11:42”. */
export const formatTime = (ms: number): string => time.format(ms);

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** 12_400_000 → “12.4 MB”; powers of 1,000, as disks are sold. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 100 && power > 1 ? 1 : 0,
  }).format(value);
}

/** “14 min”, “2 hr 5 min”, “under a minute”: rounded up, so that it never promises too much. */
export function formatTimeLeft(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (minutes <= 1) return 'under a minute';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const rest = hours < 10 ? minutes % 60 : 0;
  return rest ? `${hours} hr ${rest} min` : `${hours} hr`;
}
