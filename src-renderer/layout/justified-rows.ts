/**
 * Rows of photos that fill the width, by one greedy pass a section: take photos until the row is full, then keep
 * or drop the last one, whichever row height is nearer to the target. The last row of a section keeps the target
 * height and stays ragged. Every position is known before a picture has loaded, so nothing jumps.
 */
export interface RowsInput {
  /** Width over height of every photo, in the order shown. */
  readonly aspect: Float32Array;
  /** Index of each section's first photo, ascending; the first is 0. Empty when there are no photos. */
  readonly starts: Uint32Array;
  /** Height above a section's first row. */
  readonly headerPx: (section: number) => number;
  readonly widthPx: number;
  /** The row height aimed at. */
  readonly rowPx: number;
  readonly gapPx: number;
  /** Every tile a square, rows of equal length. */
  readonly square: boolean;
}

export interface Rows {
  readonly count: number;
  /** Row r holds the photos first[r] … first[r + 1] - 1. Length count + 1. */
  readonly first: Uint32Array;
  /** Upper edge of each row, px. */
  readonly top: Float64Array;
  /** Whole px. */
  readonly height: Uint16Array;
  /** 1 where the row ends before the right edge. */
  readonly ragged: Uint8Array;
  readonly section: Uint32Array;
  /** First row of each section, and the count at the end. Length sections + 1. */
  readonly sectionRow: Uint32Array;
  /** Lower edge of the last row, px. */
  readonly heightPx: number;
}

/** Beyond these a photo is cropped: a sliver could not be clicked, and a ribbon would be a line. */
const narrowest = 0.25;
const widest = 10;

/** The shape a photo is laid out with; 1 for one whose shape is not known. */
export function shapeOf(aspect: number): number {
  return aspect > 0 ? Math.min(widest, Math.max(narrowest, aspect)) : 1;
}

/** Cost: one pass, no object a row: 5 to 10 ms for 100,000 photos on a 2-core machine (bench: test/layout). */
export function justifiedRows(input: RowsInput): Rows {
  const { starts, aspect } = input;
  const rows = emptyRows(aspect.length, starts.length);
  const widthPx = Math.max(1, input.widthPx);
  let top = 0;
  let count = 0;
  const close = (first: number, section: number, heightPx: number, ragged: boolean) => {
    rows.first[count] = first;
    rows.top[count] = top;
    rows.height[count] = heightPx;
    rows.ragged[count] = ragged ? 1 : 0;
    rows.section[count] = section;
    count += 1;
    top += heightPx + input.gapPx;
  };
  const fill = input.square ? fillSquares : fillRows;
  for (let section = 0; section < starts.length; section += 1) {
    rows.sectionRow[section] = count;
    top += input.headerPx(section);
    const start = starts[section]!;
    const end = starts[section + 1] ?? aspect.length;
    if (end <= start) continue;
    fill({ ...input, widthPx, start, end }, (first, heightPx, ragged) =>
      close(first, section, heightPx, ragged),
    );
    // Between sections stands the header alone.
    top -= input.gapPx;
  }
  rows.first[count] = aspect.length;
  rows.sectionRow[starts.length] = count;
  return {
    count,
    first: rows.first.subarray(0, count + 1),
    top: rows.top.subarray(0, count),
    height: rows.height.subarray(0, count),
    ragged: rows.ragged.subarray(0, count),
    section: rows.section.subarray(0, count),
    sectionRow: rows.sectionRow,
    heightPx: Math.max(0, top),
  };
}

interface Section {
  readonly aspect: Float32Array;
  readonly widthPx: number;
  readonly rowPx: number;
  readonly gapPx: number;
  readonly start: number;
  readonly end: number;
}
type CloseRow = (first: number, heightPx: number, ragged: boolean) => void;

function fillRows({ aspect, widthPx, rowPx, gapPx, start, end }: Section, close: CloseRow): void {
  const heightOf = (shapes: number, count: number) =>
    Math.max(1, Math.round((widthPx - (count - 1) * gapPx) / shapes));
  let first = start;
  let shapes = 0;
  for (let index = start; index < end; index += 1) {
    const before = shapes;
    shapes += shapeOf(aspect[index]!);
    const count = index - first + 1;
    if (shapes * rowPx + (count - 1) * gapPx < widthPx) continue;
    const withLast = heightOf(shapes, count);
    const without = before > 0 ? heightOf(before, count - 1) : Infinity;
    if (Math.abs(withLast - rowPx) <= Math.abs(without - rowPx)) {
      close(first, withLast, false);
      first = index + 1;
      shapes = 0;
    } else {
      close(first, without, false);
      first = index;
      // The photo that did not fit opens the next row, and is looked at again: a panorama may fill it alone.
      shapes = 0;
      index -= 1;
    }
  }
  // A lone photo wider than the window was closed above; what is left fits at the target height.
  if (first < end) close(first, Math.round(rowPx), true);
}

function fillSquares({ widthPx, rowPx, gapPx, start, end }: Section, close: CloseRow): void {
  const columns = squareColumns({ widthPx, rowPx, gapPx });
  const side = Math.max(1, Math.floor((widthPx - (columns - 1) * gapPx) / columns));
  for (let first = start; first < end; first += columns) close(first, side, first + columns > end);
}

/** Squares in a row: as many as come nearest to the row height aimed at. */
export function squareColumns(input: Pick<RowsInput, 'widthPx' | 'rowPx' | 'gapPx'>): number {
  return Math.max(1, Math.round((input.widthPx + input.gapPx) / (input.rowPx + input.gapPx)));
}

function emptyRows(photos: number, sections: number) {
  return {
    first: new Uint32Array(photos + 1),
    top: new Float64Array(photos),
    height: new Uint16Array(photos),
    ragged: new Uint8Array(photos),
    section: new Uint32Array(photos),
    sectionRow: new Uint32Array(sections + 1),
  };
}
