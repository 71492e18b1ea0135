/** The date scale beside the timeline: a tick a month, a label a year where there is room. */
import type { Month } from './days.ts';

export interface ScrubberMonth extends Month {
  /** Where the month begins in the grid, px. */
  readonly topPx: number;
}

export interface Mark {
  readonly ms: number;
  /** From the upper end of the scale, px. */
  readonly y: number;
  /** 0..1 by the month's number of photos, 1 for the fullest; null on a year's label. */
  readonly weight: number | null;
}

/** Years nearer to each other than this would print over one another. */
const labelPx = 20;
const tickPx = 5;

/**
 * @param months  newest first.
 * @param contentPx  height of the grid's content.
 * @param scalePx  height of the scale.
 */
export function scrubberMarks(
  months: readonly ScrubberMonth[],
  { contentPx, scalePx }: { contentPx: number; scalePx: number },
): Mark[] {
  if (contentPx <= 0 || months.length === 0) return [];
  const fullest = Math.max(...months.map(({ photos }) => photos));
  const labels: Mark[] = [];
  const ticks: Mark[] = [];
  let year: number | null = null;
  for (const { ms, topPx, photos } of months) {
    const y = (topPx / contentPx) * scalePx;
    const itsYear = new Date(ms).getUTCFullYear();
    const lastLabel = labels.at(-1);
    if (itsYear !== year && (!lastLabel || y - lastLabel.y >= labelPx)) {
      labels.push({ ms: Date.UTC(itsYear, 0), y, weight: null });
      year = itsYear;
      continue;
    }
    const lastTick = ticks.at(-1);
    // The root keeps quiet months visible beside one that holds a wedding.
    if (!lastTick || y - lastTick.y >= tickPx) ticks.push({ ms, y, weight: Math.sqrt(photos / fullest) });
  }
  const free = ticks.filter((tick) => labels.every((label) => Math.abs(label.y - tick.y) >= labelPx / 2));
  return [...labels, ...free];
}

/** The month that lies at `px` of the grid's content; null without photos. */
export function monthAt(months: readonly ScrubberMonth[], px: number): ScrubberMonth | null {
  let low = 0;
  let high = months.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (months[middle]!.topPx <= px) low = middle;
    else high = middle - 1;
  }
  return months[low] ?? null;
}
