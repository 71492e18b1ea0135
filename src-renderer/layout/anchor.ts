/** The photo that a view's scroll position hangs on: it stays where it is, whatever is added, left out or resized around it. */
export interface Anchor {
  readonly id: number;
  /** From the upper edge of the photo's row down to the upper edge of the view, px; negative while the row lies below it. */
  readonly offsetPx: number;
}
