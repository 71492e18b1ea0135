/**
 * Events: runs of photos with no long pause between them. A pause is long beside the ones around it (PhotoTOC: Platt, Czerwinski and
 * Field 2003, equation 1), so that a wedding and a walk are told apart alike. Days far from home that follow one another are one
 * trip.
 */
import { createHash } from 'node:crypto';
import type { PhotoEvent } from '../contract/collections.ts';

export interface EventOf<Photo> extends Omit<PhotoEvent, 'paths'> {
  /** Far enough from home for a trip. */
  readonly away: boolean;
  /** In the order of taking. */
  readonly photos: readonly Photo[];
}

/** A photo that says when it was taken. */
export interface TakenPhoto {
  readonly path: string;
  /** Of its bytes. */
  readonly hash: string;
  /** Local wall clock, as if UTC. */
  readonly takenAtMs: number;
  /** Degrees; null where it does not say. */
  readonly lat: number | null;
  readonly lon: number | null;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Of PhotoTOC: pauses looked at on each side, and how much longer than they a long one is. */
const around = 10;
const longer = Math.log(17);
/** Shorter pauses part nothing, longer ones always do. */
const leastPauseMs = 20 * minuteMs;
const mostPauseMs = 10 * 60 * minuteMs;
/** From here on a photo is away from home, and this long after one another days away are one trip. */
const awayKm = 60;
const tripPauseMs = 2.5 * dayMs;
/** Home is the square of a tenth of a degree with photos of the most days; fewer days than this tell nothing. */
const homeDays = 3;

/** @param photos  in any order. @returns oldest first; every photo in one event. Cost: 1 µs a photo. */
export function eventsOf<Photo extends TakenPhoto>(photos: readonly Photo[]): EventOf<Photo>[] {
  const sorted = photos.toSorted(
    (a, b) =>
      a.takenAtMs - b.takenAtMs || (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : a.path < b.path ? -1 : 1),
  );
  const home = homeOf(sorted);
  const runs = parted(sorted).map((run) => ({ photos: run, km: home ? kmFrom(home, run) : null }));
  const joined: typeof runs = [];
  for (const run of runs) {
    const last = joined.at(-1);
    const pauseMs = last ? run.photos[0]!.takenAtMs - last.photos.at(-1)!.takenAtMs : Infinity;
    if (last && isAway(last.km) && isAway(run.km) && pauseMs <= tripPauseMs) {
      const all = [...last.photos, ...run.photos];
      joined[joined.length - 1] = { photos: all, km: kmFrom(home!, all) };
    } else joined.push(run);
  }
  return joined.map(({ photos: run, km }) => {
    const [from, to] = [run[0]!.takenAtMs, run.at(-1)!.takenAtMs];
    const away = isAway(km);
    const far = away ? `, ${Math.round(km!)} km from home` : '';
    return {
      id: createHash('sha256').update(`event ${run[0]!.hash}`).digest('hex').slice(0, 16),
      title: `${daysOf(from, to)}${far}`,
      from: clock(from),
      to: clock(to),
      kmFromHome: km === null ? null : Math.round(km),
      away,
      photos: run,
    };
  });
}

const isAway = (km: number | null) => km !== null && km >= awayKm;

/** Where one event ends and the next begins. */
function parted<Photo extends TakenPhoto>(sorted: readonly Photo[]): Photo[][] {
  if (sorted.length === 0) return [];
  const pauses = sorted.slice(1).map((photo, i) => photo.takenAtMs - sorted[i]!.takenAtMs);
  // Pauses of less than a second are bursts: their logarithm would drag every mean down.
  const logs = pauses.map((pause) => Math.log(Math.max(1000, pause)));
  const sums = [0];
  for (const log of logs) sums.push(sums.at(-1)! + log);
  const runs: Photo[][] = [[sorted[0]!]];
  for (const [i, pause] of pauses.entries()) {
    const [first, end] = [Math.max(0, i - around), Math.min(logs.length, i + around + 1)];
    const mean = (sums[end]! - sums[first]!) / (end - first);
    const long = pause >= mostPauseMs || (pause >= leastPauseMs && logs[i]! >= longer + mean);
    if (long) runs.push([]);
    runs.at(-1)!.push(sorted[i + 1]!);
  }
  return runs;
}

interface Point {
  readonly lat: number;
  readonly lon: number;
}
const pointOf = ({ lat, lon }: TakenPhoto): Point[] => (lat === null || lon === null ? [] : [{ lat, lon }]);

/** The middle of the square that photos of most days were taken in; null where that is no more than chance. */
function homeOf(sorted: readonly TakenPhoto[]): Point | null {
  const squares = new Map<string, { readonly days: Set<number>; readonly points: Point[] }>();
  for (const photo of sorted)
    for (const point of pointOf(photo)) {
      const key = `${Math.floor(point.lat * 10)} ${Math.floor(point.lon * 10)}`;
      const square = squares.get(key) ?? { days: new Set(), points: [] };
      square.days.add(Math.floor(photo.takenAtMs / dayMs));
      square.points.push(point);
      squares.set(key, square);
    }
  const [best] = [...squares].sort(
    ([keyA, a], [keyB, b]) =>
      b.days.size - a.days.size || b.points.length - a.points.length || (keyA < keyB ? -1 : 1),
  );
  if (!best || best[1].days.size < homeDays) return null;
  return middle(best[1].points);
}

function middle(points: readonly Point[]): Point {
  const at = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  return { lat: at(points.map(({ lat }) => lat)), lon: at(points.map(({ lon }) => lon)) };
}

function kmFrom(home: Point, run: readonly TakenPhoto[]): number | null {
  const points = run.flatMap(pointOf);
  return points.length === 0 ? null : kmBetween(home, middle(points));
}

/** Great-circle distance (haversine), on a sphere of the Earth's mean radius. */
export function kmBetween(a: Point, b: Point): number {
  const rad = Math.PI / 180;
  const half = (degrees: number) => Math.sin((degrees * rad) / 2) ** 2;
  const chord = half(b.lat - a.lat) + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * half(b.lon - a.lon);
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(chord)));
}

const clock = (ms: number) => new Date(ms).toISOString().slice(0, 19);
const words = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
const oneDay = words({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const days = words({ day: 'numeric', month: 'long', year: 'numeric' });

/** «Saturday 3 May 2014», «3–9 August 2019». An evening that runs past midnight is one day. */
function daysOf(fromMs: number, toMs: number): string {
  const sameDay = Math.floor(fromMs / dayMs) === Math.floor(toMs / dayMs);
  return sameDay || toMs - fromMs < dayMs / 2
    ? oneDay.format(fromMs).replace(',', '')
    : days.formatRange(fromMs, toMs);
}
