/** Milliseconds, percentiles and tables, the same in every bench. */

/** How long `work` takes, ms. */
export async function timed(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/**
 * Processor time that this process spent on `work`, ms, all threads together: where other programs want the processor
 * too, it says what the clock would on a quiet machine.
 */
export async function timedCpu(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The value that `percent` of the numbers do not exceed. */
export function percentile(numbers: readonly number[], percent: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** Memory this process holds, after a garbage collection where node allows one. */
export function residentMiB(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().rss / 2 ** 20);
}

/**
 * Prints p50 and p95 of each row, and its p50 against `bound` where there is one.
 * @returns the same as data: {row: {p50, p95, ratio}}.
 */
export function printTable(
  times: Readonly<Record<string, readonly number[]>>,
  bound: number | null,
): Record<string, { p50: number; p95: number; ratio?: number }> {
  const figures: Record<string, { p50: number; p95: number; ratio?: number }> = {};
  const width = Math.max(...Object.keys(times).map((name) => name.length));
  console.log(`${''.padEnd(width)}   p50 ms   p95 ms${bound === null ? '' : '   ratio'}`);
  for (const [name, numbers] of Object.entries(times)) {
    const [p50, p95] = [percentile(numbers, 50), percentile(numbers, 95)];
    const ratio = bound === null ? '' : (p50 / bound).toFixed(2).padStart(8);
    console.log(`${name.padEnd(width)} ${p50.toFixed(2).padStart(8)} ${p95.toFixed(2).padStart(8)}${ratio}`);
    figures[name] = {
      p50: round(p50),
      p95: round(p95),
      ...(bound !== null && { ratio: round(p50 / bound) }),
    };
  }
  return figures;
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
