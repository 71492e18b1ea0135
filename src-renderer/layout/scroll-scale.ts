/**
 * Chromium caps an element at 33,554,428 px (measured, version 156); 500,000 photos at 320 px rows need 53 million.
 * Above a limit the scrolled element is shorter than the content and its scrollbar stands for a scaled range,
 * while a turn of the wheel still moves the content by its real pixels.
 */
export const longestElementPx = 30_000_000;

export class ScrollScale {
  readonly contentPx: number;
  readonly viewPx: number;
  /** Height the scrolled element gets. */
  readonly elementPx: number;

  constructor(contentPx: number, viewPx: number, limitPx = longestElementPx) {
    this.contentPx = contentPx;
    this.viewPx = viewPx;
    this.elementPx = Math.min(contentPx, limitPx);
  }

  get scaled(): boolean {
    return this.elementPx < this.contentPx;
  }
  /** Furthest that the content's top can leave the view. */
  get lastTopPx(): number {
    return Math.max(0, this.contentPx - this.viewPx);
  }
  get #lastScrollPx(): number {
    return Math.max(0, this.elementPx - this.viewPx);
  }

  /** scrollTop for a top of the content. */
  scrollOf(topPx: number): number {
    if (!this.scaled) return topPx;
    return this.lastTopPx === 0 ? 0 : (topPx / this.lastTopPx) * this.#lastScrollPx;
  }

  /** Top of the content for a scrollTop, as the scrollbar means it. */
  topOf(scrollPx: number): number {
    if (!this.scaled) return scrollPx;
    return this.#lastScrollPx === 0 ? 0 : (scrollPx / this.#lastScrollPx) * this.lastTopPx;
  }

  /**
   * Top of the content after the scroll position went from `before` to `after`: a step (wheel, keys, touch) counts in
   * real pixels, a jump (the scrollbar was dragged) by the scale. Where a step reaches an end of the scrollbar,
   * so does the content.
   */
  follow(topPx: number, { before, after }: { before: number; after: number }): number {
    if (!this.scaled) return after;
    const step = after - before;
    if (after <= 0 || after >= this.#lastScrollPx || Math.abs(step) > 2 * this.viewPx)
      return this.topOf(after);
    return Math.min(this.lastTopPx, Math.max(0, topPx + step));
  }
}
