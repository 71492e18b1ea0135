/** Taken times are the photographer's wall clock, kept as if it were UTC; these two lines are the only way in and out. */

/** The wall clock that this computer showed at an instant, as if it were UTC. */
export function wallClockMs(instantMs: number): number {
  return instantMs - new Date(instantMs).getTimezoneOffset() * 60_000;
}

/** ISO 8601 to the second; with its zone where one is known: 2024-06-15T14:03:22+02:00. */
export function formatWallClock(wallMs: number, zoneMinutes: number | null): string {
  const local = new Date(wallMs).toISOString().slice(0, -5);
  if (zoneMinutes === null) return local;
  const minutes = Math.abs(zoneMinutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${local}${zoneMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
