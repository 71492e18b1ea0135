/** The eight sizes that photos can have in a grid, CSS px of row height; settings keep any height between. */
export const rowHeights = [80, 104, 136, 184, 240, 304, 384, 480] as const;

/** The next size up or down from any height; stays at the ends. */
export function stepRowHeight(heightPx: number, step: 1 | -1): number {
  const next =
    step > 0
      ? rowHeights.find((one) => one > heightPx + 1)
      : rowHeights.findLast((one) => one < heightPx - 1);
  return next ?? (step > 0 ? rowHeights.at(-1)! : rowHeights[0]);
}
