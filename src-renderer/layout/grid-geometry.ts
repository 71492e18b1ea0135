/** Where every photo of a grid lies, and which photo lies where. Pure: knows no element and no scroll position. */
import { justifiedRows, shapeOf, squareColumns, type Rows, type RowsInput } from './justified-rows.ts';

/** px, from the upper left corner of the grid's content. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last';

export class GridGeometry {
  readonly input: RowsInput;
  readonly rows: Rows;

  constructor(input: RowsInput) {
    this.input = input;
    this.rows = justifiedRows(input);
  }

  get length(): number {
    return this.input.aspect.length;
  }
  get heightPx(): number {
    return this.rows.heightPx;
  }

  /** Row of a photo. @param index  0 … length - 1. */
  rowOf(index: number): number {
    return lastAtMost(this.rows.first, this.rows.count, index);
  }

  /** Row whose band (the row and the space above it) holds `y`; the nearest one outside. */
  rowAt(y: number): number {
    const row = lastAtMost(this.rows.top, this.rows.count, y);
    const below = row + 1;
    // A section's header belongs to the row under it.
    return below < this.rows.count && y >= this.rows.top[row]! + this.rows.height[row]! ? below : row;
  }

  boxOf(index: number): Box {
    const row = this.rowOf(index);
    const { x, width } = this.#across(row, index);
    return { x, y: this.rows.top[row]!, width, height: this.rows.height[row]! };
  }

  /** Rows that touch the band `topPx` … `bottomPx`: [from, to), empty when there are none. */
  rowsBetween(topPx: number, bottomPx: number): readonly [number, number] {
    const { count, top, height } = this.rows;
    if (count === 0) return [0, 0];
    const upper = lastAtMost(top, count, topPx);
    const from = top[upper]! + height[upper]! < topPx ? upper + 1 : upper;
    const to = lastAtMost(top, count, bottomPx) + 1;
    return [Math.min(from, count - 1), Math.max(to, Math.min(from, count - 1) + 1)];
  }

  /** The photo nearest to `x` in a row. */
  nearestInRow(row: number, x: number): number {
    const first = this.rows.first[row]!;
    const end = this.rows.first[row + 1]!;
    let nearest = first;
    let distance = Infinity;
    for (let index = first; index < end; index += 1) {
      const across = this.#across(row, index);
      const away = Math.max(across.x - x, x - (across.x + across.width), 0);
      if (away < distance) [nearest, distance] = [index, away];
    }
    return nearest;
  }

  /**
   * The photo that an arrow key leads to.
   * @param x  kept while moving up and down, so that a ragged row on the way does not bend it; px.
   * @param pagePx  what Page up and down move by.
   */
  neighbour(index: number, direction: Direction, { x, pagePx }: { x: number; pagePx: number }): number {
    const last = this.length - 1;
    switch (direction) {
      case 'left':
        return Math.max(0, index - 1);
      case 'right':
        return Math.min(last, index + 1);
      case 'first':
        return 0;
      case 'last':
        return last;
      case 'up':
      case 'down': {
        const row = this.rowOf(index) + (direction === 'up' ? -1 : 1);
        return row < 0 || row >= this.rows.count ? index : this.nearestInRow(row, x);
      }
      case 'pageUp':
      case 'pageDown': {
        const from = this.rowOf(index);
        const y = this.rows.top[from]! + (direction === 'pageUp' ? -pagePx : pagePx);
        const row = this.rowAt(y);
        // A row taller than the page would hold the key for ever.
        const moved = row === from ? from + (direction === 'pageUp' ? -1 : 1) : row;
        const to = Math.min(this.rows.count - 1, Math.max(0, moved));
        return to === from ? index : this.nearestInRow(to, x);
      }
    }
  }

  /** Photos that a rubber band touches, ascending. */
  within({ x, y, width, height }: Box): number[] {
    if (this.rows.count === 0) return [];
    const found: number[] = [];
    const [from, to] = this.rowsBetween(y, y + height);
    for (let row = from; row < to; row += 1) {
      if (this.rows.top[row]! > y + height || this.rows.top[row]! + this.rows.height[row]! < y) continue;
      for (let index = this.rows.first[row]!; index < this.rows.first[row + 1]!; index += 1) {
        const across = this.#across(row, index);
        if (across.x <= x + width && across.x + across.width >= x) found.push(index);
      }
    }
    return found;
  }

  /** Upper edge of a section's header. */
  sectionTop(section: number): number {
    const row = this.rows.sectionRow[section]!;
    const top = row < this.rows.count ? this.rows.top[row]! : this.heightPx;
    return top - this.input.headerPx(section);
  }

  /** Section whose header or rows hold `y`. */
  sectionAt(y: number): number {
    if (this.rows.count === 0) return 0;
    return this.rows.section[this.rowAt(Math.max(0, y))]!;
  }

  /** Edges are rounded one by one, so that a full row ends exactly at the width and gaps stay whole. */
  #across(row: number, index: number): { x: number; width: number } {
    const { aspect, widthPx, gapPx, rowPx, square } = this.input;
    const first = this.rows.first[row]!;
    const height = this.rows.height[row]!;
    if (square) {
      const columns = squareColumns({ widthPx, rowPx, gapPx });
      const step = (widthPx + gapPx) / columns;
      const x = Math.round((index - first) * step);
      return { x, width: Math.round((index - first + 1) * step) - gapPx - x };
    }
    let before = 0;
    for (let other = first; other < index; other += 1) before += shapeOf(aspect[other]!);
    const own = shapeOf(aspect[index]!);
    const gaps = (index - first) * gapPx;
    if (this.rows.ragged[row]) {
      const x = Math.round(before * height);
      return { x: x + gaps, width: Math.max(1, Math.round((before + own) * height) - x) };
    }
    const end = this.rows.first[row + 1]!;
    let all = before;
    for (let other = index; other < end; other += 1) all += shapeOf(aspect[other]!);
    const free = widthPx - (end - first - 1) * gapPx;
    const x = Math.round((before / all) * free);
    return { x: x + gaps, width: Math.max(1, Math.round(((before + own) / all) * free) - x) };
  }
}

/** Index of the last of `count` ascending values that is at most `value`; 0 when none is. */
function lastAtMost(values: ArrayLike<number>, count: number, value: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
