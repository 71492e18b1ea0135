/**
 * A forecast that can be looked at: the rate of a job wavers from second to second, the time shown does not.
 * A running median takes out single slow photos; what is shown moves by at most a fifth from one reading to the
 * next, and only rises once the work is clearly behind.
 */
const readingsKept = 9;
const mostChange = 0.2;
/** Below this much more, a rise is held back: 14, 15, 14 minutes would only unsettle. */
const riseFrom = 1.1;

export class TimeLeft {
  #readings: number[] = [];
  #shown: number | null = null;

  /**
   * @param secondsLeft  the latest forecast, ≥ 0; null while there is none, which starts afresh.
   * @returns seconds to show, or null.
   */
  read(secondsLeft: number | null): number | null {
    if (secondsLeft === null) {
      this.#readings = [];
      this.#shown = null;
      return null;
    }
    this.#readings = [...this.#readings, secondsLeft].slice(-readingsKept);
    const middle = median(this.#readings);
    this.#shown = this.#shown === null ? middle : calm(this.#shown, middle);
    return this.#shown;
  }
}

function calm(shown: number, wanted: number): number {
  if (wanted > shown && wanted < shown * riseFrom) return shown;
  return Math.min(shown * (1 + mostChange), Math.max(shown * (1 - mostChange), wanted));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2;
}
