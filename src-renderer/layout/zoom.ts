/** A photo in a frame: fitted, enlarged, moved. Scale 1 is one pixel of the photo on one pixel of the screen. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** `x`, `y`: the photo's centre from the frame's centre, CSS px. `scale`: CSS px a pixel of the photo. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Enlarging a small photo further than this would only show that it is small: screen pixels a pixel of the photo. */
const mostAtFit = 2;

/** The scale that shows the photo whole; a small one is at most doubled. */
export function fitScale(photo: Size, frame: Size, devicePixelRatio: number): number {
  if (photo.width <= 0 || photo.height <= 0) return 1;
  return Math.min(frame.width / photo.width, frame.height / photo.height, mostAtFit / devicePixelRatio);
}

/** The photo whole and in the middle. */
export function fitView(photo: Size, frame: Size, devicePixelRatio: number): View {
  return { scale: fitScale(photo, frame, devicePixelRatio), x: 0, y: 0 };
}

/** Largest enlargement: eight screen pixels a pixel of the photo. */
const largest = 8;

/**
 * Zooms by `factor`, and keeps what lies at `point` (from the frame's centre) in its place; never below the fit.
 */
export function zoomAt(
  view: View,
  {
    photo,
    frame,
    devicePixelRatio,
    factor,
    point,
  }: {
    readonly photo: Size;
    readonly frame: Size;
    readonly devicePixelRatio: number;
    readonly factor: number;
    readonly point: { readonly x: number; readonly y: number };
  },
): View {
  const least = fitScale(photo, frame, devicePixelRatio);
  const most = Math.max(least, largest / devicePixelRatio);
  const scale = Math.min(most, Math.max(least, view.scale * factor));
  const grown = scale / view.scale;
  return holdInside(
    { scale, x: point.x - (point.x - view.x) * grown, y: point.y - (point.y - view.y) * grown },
    photo,
    frame,
  );
}

/** Moves the photo, but never so far that the frame shows more emptiness than it must. */
export function panBy(
  view: View,
  by: { readonly x: number; readonly y: number },
  photo: Size,
  frame: Size,
): View {
  return holdInside({ scale: view.scale, x: view.x + by.x, y: view.y + by.y }, photo, frame);
}

function holdInside(view: View, photo: Size, frame: Size): View {
  const spareX = Math.max(0, (photo.width * view.scale - frame.width) / 2);
  const spareY = Math.max(0, (photo.height * view.scale - frame.height) / 2);
  return {
    scale: view.scale,
    x: Math.min(spareX, Math.max(-spareX, view.x)) || 0,
    y: Math.min(spareY, Math.max(-spareY, view.y)) || 0,
  };
}
