/** Dates as cameras and programs write them, read as the photographer's wall clock; what cannot be a date is refused. */

export interface WrittenTime {
  /** Wall clock as if UTC, ms. */
  readonly wallMs: number;
  /** Minutes east of UTC where the text states them. */
  readonly zoneMinutes: number | null;
}

/** Before the first photograph, or too far ahead to be a slip of the camera's clock: no date at all. */
const firstYear = 1826;
const lastYear = 2100;
/** No place on earth is further from UTC. */
const farthestZoneMinutes = 14 * 60;

/**
 * EXIF «2008:10:22 16:28:39», XMP «2011-07-10T19:34:28.015+02:00», a date alone (midnight), a year and month (their first day).
 * @returns null for zeros, blanks, and days or hours that do not exist.
 */
export function parseWrittenTime(text: string): WrittenTime | null {
  const match =
    /^(\d{4})[-:/.](\d{1,2})(?:[-:/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?)?$/i.exec(
      text.replaceAll('\0', '').trim(),
    );
  if (!match) return null;
  const [year = 0, month = 0, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (year < firstYear || year > lastYear || hour > 23 || minute > 59 || second > 60) return null;
  // 60 is a leap second: it belongs to the minute it ends.
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59));
  const made = new Date(wallMs);
  if (made.getUTCMonth() !== month - 1 || made.getUTCDate() !== day) return null;
  return { wallMs: wallMs + fractionMs(match[7]), zoneMinutes: parseZone(match[8]) };
}

/** «+02:00», «-0330», «Z» in minutes east of UTC; null for anything else. */
export function parseZone(text: string | undefined): number | null {
  const written = text?.replaceAll('\0', '').trim();
  if (!written) return null;
  if (written.toUpperCase() === 'Z') return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(written);
  if (!match) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (minutes > farthestZoneMinutes || Number(match[3]) > 59) return null;
  return match[1] === '-' ? -minutes || 0 : minutes;
}

/** EXIF's SubSecTime: digits after the point, 7 → 700 ms. */
export function fractionMs(digits: string | undefined): number {
  const written = digits?.replaceAll('\0', '').trim() ?? '';
  return /^\d+$/.test(written) ? Math.trunc(Number(`0.${written}`) * 1000) : 0;
}
