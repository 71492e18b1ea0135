/** Where the window stood when it was last closed, and where it may stand now. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Rectangle, Size } from 'electron';

export interface WindowState {
  /** Of the window when it is not maximised; device-independent pixels. */
  readonly bounds: Rectangle;
  readonly maximized: boolean;
}

/** The smallest window that the screens are laid out for. */
export const smallest = { width: 900, height: 600 } as const;
const first = { width: 1440, height: 900 } as const;
/** So much of the title bar has to lie on a display for a hand to drag the window by it. */
const graspable = { width: 120, height: 40 } as const;

/**
 * @param saved  as it was left, or null at the first start.
 * @param displays  work areas of the displays that are connected now, the primary one first.
 * @returns bounds within the size of a display; in the middle of the primary one where the saved place is on none.
 */
export function placeWindow(saved: WindowState | null, displays: readonly Rectangle[]): Rectangle {
  const primary = displays[0] ?? { x: 0, y: 0, ...first };
  if (saved) {
    const { x, y } = saved.bounds;
    for (const area of displays) {
      const placed = { x, y, ...sizeWithin(area, saved.bounds) };
      if (isGraspable(placed, area)) return placed;
    }
  }
  const size = sizeWithin(primary, saved?.bounds ?? first);
  return {
    x: primary.x + Math.max(0, Math.round((primary.width - size.width) / 2)),
    y: primary.y + Math.max(0, Math.round((primary.height - size.height) / 2)),
    ...size,
  };
}

function sizeWithin(area: Size, wanted: Size): Size {
  return {
    width: Math.max(smallest.width, Math.min(wanted.width, area.width)),
    height: Math.max(smallest.height, Math.min(wanted.height, area.height)),
  };
}

function isGraspable({ x, y, width }: Rectangle, area: Rectangle): boolean {
  const across = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return across >= graspable.width && y >= area.y && y + graspable.height <= area.y + area.height;
}

/** Null when there is none yet, or none that can be read: the window then opens as at the first start. */
export function readWindowState(path: string): WindowState | null {
  try {
    const { bounds, maximized } = JSON.parse(readFileSync(path, 'utf8')) as Partial<WindowState>;
    const { x, y, width, height } = bounds ?? ({} as Partial<Rectangle>);
    if (![x, y, width, height].every(Number.isSafeInteger)) return null;
    return { bounds: { x, y, width, height } as Rectangle, maximized: maximized === true };
  } catch {
    return null;
  }
}

/** Written beside and moved over, so that a crash leaves the old state or the new one. */
export function writeWindowState(path: string, state: WindowState): void {
  const beside = `${path}.new`;
  writeFileSync(beside, JSON.stringify(state));
  renameSync(beside, path);
}
