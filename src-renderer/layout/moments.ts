/** Points in time and spans of it, as a person says them: dates and times as their system writes them. */
import { language } from './language.ts';

// English, as the sentences around it are, whatever the system's language.
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const timeOfDay = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long' });
const dayInYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' });

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** “just now” is left to the caller: this begins at a minute. “2 min ago”, “3 hr ago”, “yesterday”, “15 June”. */
export function formatAgo(atMs: number, nowMs: number): string {
  const minutes = Math.max(1, Math.floor((nowMs - atMs) / minuteMs));
  if (minutes < 60) return before(minutes, 'minute');
  if (minutes < 24 * 60) return before(Math.floor(minutes / 60), 'hour');
  const days = daysBetween(atMs, nowMs);
  return days < 7 ? before(Math.max(1, days), 'day') : formatDate(atMs, nowMs);
}

/** “14:02” today, “yesterday, 14:02”, “15 June, 14:02”. */
export function formatMoment(atMs: number, nowMs: number): string {
  const days = daysBetween(atMs, nowMs);
  const time = timeOfDay.format(atMs);
  if (days <= 0) return time;
  return `${days === 1 ? before(1, 'day') : formatDate(atMs, nowMs)}, ${time}`;
}

/** “14:02”: the time of day. */
export const formatClock = (ms: number): string => timeOfDay.format(ms);

/** “40 s”, “3 min”, “2 hr 5 min”: how long something took, rounded to what matters. */
export function formatSpan(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} hr` : `${(minutes - rest) / 60} hr ${rest} min`;
}

/** “2 min ago”: without the dot of the abbreviation, which would end the sentence. */
const before = (count: number, unit: Intl.RelativeTimeFormatUnit): string =>
  ago.format(-count, unit).replace('.', '');

function formatDate(atMs: number, nowMs: number): string {
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return (sameYear ? day : dayInYear).format(atMs);
}

const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** Midnights between two moments of this computer's calendar. */
function daysBetween(atMs: number, nowMs: number): number {
  return Math.round((midnight(nowMs) - midnight(atMs)) / dayMs);
}
