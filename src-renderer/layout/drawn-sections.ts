/** Which photos of a grid are worth an element: those of the rows in and near the view, by section. Pure. */
import type { GridGeometry } from './grid-geometry.ts';

export interface DrawnSection {
  readonly section: number;
  /** Upper edge of its header, px. */
  readonly topPx: number;
  /** Ascending. */
  readonly indexes: readonly number[];
}

/**
 * @param rows  [from, to) as `rowsBetween` gives them.
 * @param focused  index of the current photo, drawn wherever it is, or the focus would be lost with its element; -1 for none.
 */
export function drawnSections(
  geometry: GridGeometry,
  [from, to]: readonly [number, number],
  focused: number,
): DrawnSection[] {
  const drawn = new Map<number, number[]>();
  const { rows } = geometry;
  const put = (section: number, index: number) => {
    const indexes = drawn.get(section);
    if (indexes) indexes.push(index);
    else drawn.set(section, [index]);
  };
  for (let row = from; row < to; row += 1)
    for (let index = rows.first[row]!; index < rows.first[row + 1]!; index += 1)
      put(rows.section[row]!, index);
  if (focused >= 0 && focused < geometry.length) {
    const row = geometry.rowOf(focused);
    if (row < from || row >= to) put(rows.section[row]!, focused);
  }
  return [...drawn]
    .toSorted(([a], [b]) => a - b)
    .map(([section, indexes]) => ({
      section,
      topPx: geometry.sectionTop(section),
      indexes: indexes.toSorted((a, b) => a - b),
    }));
}
