/** A photo's details as short lines, in the words of photographers. Pure. */
import type { PhotoDetails } from '../../src-main/contract/photo.ts';
import { formatBytes, formatNumber, formatShortDay, formatTime } from '../layout/formats.ts';

export interface DetailLine {
  readonly field: 'taken' | 'camera' | 'lens' | 'exposure' | 'size' | 'format' | 'place' | 'rating';
  readonly text: string;
  /** In grey behind it. */
  readonly note: string | null;
}

/** The few words among the numbers. */
export interface DetailWords {
  readonly fileDate: string;
  readonly rejected: string;
}

/** Only lines that have something to say. */
export function detailLines(details: PhotoDetails, words: DetailWords): DetailLine[] {
  const lines: [DetailLine['field'], string | null][] = [
    ['taken', takenText(details.takenAt)],
    ['camera', details.camera],
    ['lens', lensText(details)],
    ['exposure', exposureText(details)],
    ['size', sizeText(details)],
    ['format', details.format?.toUpperCase() ?? null],
    ['place', placeText(details)],
    ['rating', ratingText(details.rating, words.rejected)],
  ];
  const noteOf = (field: DetailLine['field']) =>
    field === 'taken' && details.takenFrom === 'file' ? words.fileDate : null;
  return lines.flatMap(([field, text]) => (text ? [{ field, text, note: noteOf(field) }] : []));
}

/** The watch's own time, whatever its zone: the first nineteen characters of the ISO text. */
export function takenAtMs(takenAt: string | null): number | null {
  const ms = takenAt === null ? Number.NaN : Date.parse(`${takenAt.slice(0, 19)}Z`);
  return Number.isNaN(ms) ? null : ms;
}

function takenText(takenAt: string | null): string | null {
  const ms = takenAtMs(takenAt);
  if (ms === null || takenAt === null) return null;
  const zone = /[+-]\d\d:\d\d$/.exec(takenAt)?.[0];
  return `${formatShortDay(ms)}, ${formatTime(ms)}${zone ? ` (UTC${zone})` : ''}`;
}

function lensText({ lens, focalLengthMm }: PhotoDetails): string | null {
  const focal = focalLengthMm === null ? null : `${trimmed(focalLengthMm)} mm`;
  // Many lens names say the focal length themselves; a zoom's names only its range.
  return [lens, focal].filter(Boolean).join(', ') || null;
}

function exposureText({ exposureSeconds, fNumber, iso }: PhotoDetails): string | null {
  const parts = [
    exposureSeconds === null ? null : secondsText(exposureSeconds),
    fNumber === null ? null : `f/${trimmed(fNumber)}`,
    iso === null ? null : `ISO ${formatNumber(iso)}`,
  ];
  return parts.filter(Boolean).join(', ') || null;
}

/** 0.00125 → “1/800 s”, 2.5 → “2.5 s”. */
function secondsText(seconds: number): string {
  return seconds > 0 && seconds < 0.3 ? `1/${Math.round(1 / seconds)} s` : `${trimmed(seconds)} s`;
}

function sizeText({ width, height, sizeBytes }: PhotoDetails): string | null {
  const pixels = width !== null && height !== null ? `${width} × ${height}` : null;
  return [pixels, sizeBytes === null ? null : formatBytes(sizeBytes)].filter(Boolean).join(', ') || null;
}

/** The name of the place, or where on the Earth it is: 38.47628 N, 8.98143 W. */
function placeText({ place, gps }: PhotoDetails): string | null {
  if (place !== null || gps === null) return place;
  const degrees = (value: number, [positive, negative]: readonly [string, string]) =>
    `${Math.abs(value).toFixed(5)}° ${value >= 0 ? positive : negative}`;
  return `${degrees(gps.lat, ['N', 'S'])}, ${degrees(gps.lon, ['E', 'W'])}`;
}

function ratingText(rating: number | null, rejected: string): string | null {
  if (rating === null || rating === 0) return null;
  return rating < 0 ? rejected : '★'.repeat(rating) + '☆'.repeat(5 - rating);
}

const trimmed = (value: number): string => String(Math.round(value * 10) / 10);
