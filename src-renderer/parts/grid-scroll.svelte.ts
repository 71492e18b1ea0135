/**
 * Where a grid is scrolled to. The truth is an anchor, one photo and its distance from the top of the view, not a
 * number of pixels: then photos may come above it, rows may grow and the window may narrow, and that photo stays.
 */
import type { Anchor } from '../layout/anchor.ts';
import type { GridGeometry } from '../layout/grid-geometry.ts';
import { ScrollScale } from '../layout/scroll-scale.ts';

/** What is scrolled: read again whenever it changes. */
export interface Scrolled {
  readonly geometry: GridGeometry;
  readonly idAt: (index: number) => number;
  /** -1 for a photo that is not shown. */
  readonly indexOf: (id: number) => number;
}

/** Above this a view only shows colours. */
const racingScreensPerSecond = 3;
/** Speed is taken over this long: a single turn of the wheel is quick, but not a race. */
const speedWindowMs = 150;
const settledMs = 120;

export class GridScroll {
  /** Height of the view, of what stands above the photos, and of the margin below them, px. */
  viewPx: number = $state(0);
  leadPx: number = $state(0);
  tailPx: number = $state(24);
  #anchor: Anchor | null = $state.raw(null);
  #racing: boolean = $state(false);
  #scrolled: () => Scrolled;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #recent: { readonly px: number; readonly atMs: number }[] = [];
  /** Where the view stood, for an anchor that has left the library. */
  #knownPx = 0;
  /** The scrollTop that we set or heard of last: its event is no news, and reading it again would force a layout. */
  #ownScrollPx = 0;
  #ownScale: ScrollScale | null = null;

  readonly scale: ScrollScale = $derived.by(
    () => new ScrollScale(this.leadPx + this.#scrolled().geometry.heightPx + this.tailPx, this.viewPx),
  );
  /** Real px from the upper end of everything to the upper edge of the view. */
  readonly positionPx: number = $derived.by(() => this.#positionOf(this.#anchor));

  constructor(scrolled: () => Scrolled, anchor: Anchor | null) {
    this.#scrolled = scrolled;
    this.#anchor = anchor;
  }

  get anchor(): Anchor | null {
    return this.#anchor;
  }
  /** The view goes past faster than pictures are worth loading. */
  get racing(): boolean {
    return this.#racing;
  }
  /** Upper edge of the view in the grid's own coordinates; negative while what stands above is in sight. */
  get topPx(): number {
    return this.positionPx - this.leadPx;
  }
  /** 1 while the person goes down, -1 while up. */
  direction: 1 | -1 = 1;

  /** After a scroll event. @returns true when the person scrolled, false when it was our own doing. */
  scrolledTo(scrollPx: number, nowMs: number): boolean {
    if (Math.abs(scrollPx - this.#ownScrollPx) < 1) return false;
    const before = this.positionPx;
    const after = this.scale.follow(before, { before: this.#ownScrollPx, after: scrollPx });
    this.#ownScrollPx = scrollPx;
    this.#watchSpeed(after, nowMs);
    this.moveTo(after);
    return true;
  }

  /** Hangs the view on the photo at its top. */
  moveTo(positionPx: number): void {
    const { geometry, idAt } = this.#scrolled();
    const position = Math.min(this.scale.lastTopPx, Math.max(0, positionPx));
    this.#knownPx = position;
    // A view that cannot scroll has nothing to hold on to: what comes is simply laid out.
    if (geometry.length === 0 || this.scale.lastTopPx === 0) {
      this.#anchor = null;
      return;
    }
    const top = position - this.leadPx;
    const row = geometry.rowAt(Math.max(0, top));
    this.#anchor = { id: idAt(geometry.rows.first[row]!), offsetPx: top - geometry.rows.top[row]! };
  }

  /** Hangs the view on one photo, which then stays `fromTopPx` below the upper edge. */
  holdPhoto(id: number, fromTopPx: number): void {
    this.#anchor = { id, offsetPx: -fromTopPx };
  }

  /** The least movement that shows a photo's row, with a little air. */
  reveal(index: number, airPx: number): void {
    const { geometry } = this.#scrolled();
    const box = geometry.boxOf(index);
    const upper = this.leadPx + box.y - airPx;
    const lower = this.leadPx + box.y + box.height + 8 - this.viewPx;
    if (this.positionPx > upper) this.moveTo(upper);
    else if (this.positionPx < lower) this.moveTo(Math.min(lower, upper));
  }

  /** What the element must be scrolled to now. Call it in the frame that draws. */
  sync(element: { scrollTop: number }): void {
    const wanted = this.scale.scrollOf(this.positionPx);
    this.#knownPx = this.positionPx;
    if (wanted === this.#ownScrollPx && this.scale === this.#ownScale) return;
    this.#ownScale = this.scale;
    if (Math.abs(element.scrollTop - wanted) < 0.5) {
      this.#ownScrollPx = element.scrollTop;
      return;
    }
    element.scrollTop = wanted;
    // Read back: the element rounds, and stops at its ends.
    this.#ownScrollPx = element.scrollTop;
  }

  close(): void {
    clearTimeout(this.#settle);
  }

  #positionOf(anchor: Anchor | null): number {
    const { geometry, indexOf } = this.#scrolled();
    if (anchor === null || geometry.length === 0) return 0;
    const index = indexOf(anchor.id);
    const wanted =
      index < 0 ? this.#knownPx : this.leadPx + geometry.rows.top[geometry.rowOf(index)]! + anchor.offsetPx;
    return Math.min(this.scale.lastTopPx, Math.max(0, wanted));
  }

  #watchSpeed(positionPx: number, nowMs: number): void {
    const before = this.#recent.at(-1)?.px ?? this.positionPx;
    if (positionPx !== before) this.direction = positionPx > before ? 1 : -1;
    this.#recent = this.#recent.filter(({ atMs }) => nowMs - atMs < speedWindowMs);
    const from = this.#recent[0]?.px ?? before;
    this.#recent.push({ px: positionPx, atMs: nowMs });
    const screensPerSecond = Math.abs(positionPx - from) / this.viewPx / (speedWindowMs / 1000);
    this.#racing = screensPerSecond > racingScreensPerSecond;
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => (this.#racing = false), settledMs);
  }
}
