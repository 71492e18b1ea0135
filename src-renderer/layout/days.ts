/** Photos by the day they were taken. Times are wall-clock times written as if UTC, so a day is a plain division. */
const dayMs = 86_400_000;

export interface Days {
  /** Index of each day's first photo, ascending. */
  readonly starts: Uint32Array;
  /** Midnight of each day, ms. */
  readonly dayMs: Float64Array;
}

/** @param takenAtMs  newest first. One pass. */
export function daysOf(takenAtMs: Float64Array): Days {
  const starts: number[] = [];
  const days: number[] = [];
  let before = Number.NaN;
  for (let index = 0; index < takenAtMs.length; index += 1) {
    const day = Math.floor(takenAtMs[index]! / dayMs);
    if (day === before) continue;
    starts.push(index);
    days.push(day * dayMs);
    before = day;
  }
  return { starts: Uint32Array.from(starts), dayMs: Float64Array.from(days) };
}

/** Midnight of the day that holds `ms`. */
export const startOfDay = (ms: number): number => Math.floor(ms / dayMs) * dayMs;

/** First instant of the month that holds `ms`. */
export function monthOf(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

export interface Month {
  /** First instant of the month, ms. */
  readonly ms: number;
  /** Its first day in `days`. */
  readonly firstDay: number;
  /** Index of its first photo. */
  readonly start: number;
  readonly photos: number;
}

/** The months that hold photos, newest first. @param photos  how many there are in all. */
export function monthsOf(days: Days, photos: number): Month[] {
  const months: { ms: number; firstDay: number; start: number; photos: number }[] = [];
  for (let day = 0; day < days.starts.length; day += 1) {
    const start = days.starts[day]!;
    const count = (days.starts[day + 1] ?? photos) - start;
    const ms = monthOf(days.dayMs[day]!);
    const last = months.at(-1);
    if (last?.ms === ms) last.photos += count;
    else months.push({ ms, firstDay: day, start, photos: count });
  }
  return months;
}
