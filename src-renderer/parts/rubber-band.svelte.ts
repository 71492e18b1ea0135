/** A box drawn with the pointer on empty space between photos; it scrolls the view at its edges. */
import type { Box } from '../layout/grid-geometry.ts';

interface Surface {
  /** A point of the window in the grid's own coordinates. */
  readonly toGrid: (point: { clientX: number; clientY: number }) => { x: number; y: number };
  /** The view on the window. */
  readonly view: () => DOMRect;
  readonly scrollBy: (px: number) => void;
  /** After every movement. */
  readonly onBand: (box: Box) => void;
  readonly onEnd: () => void;
  /** The pointer went up without having moved: a click on nothing. */
  readonly onClick: () => void;
}

const startsAfterPx = 4;
const edgePx = 28;

export class RubberBand {
  #box: Box | null = $state.raw(null);
  #surface: Surface;

  constructor(surface: Surface) {
    this.#surface = surface;
  }

  /** In the grid's coordinates; null while none is drawn. */
  get box(): Box | null {
    return this.#box;
  }

  start(down: PointerEvent): void {
    const target = down.currentTarget as HTMLElement;
    const from = this.#surface.toGrid(down);
    let pointer = { clientX: down.clientX, clientY: down.clientY };
    let frame = 0;
    target.setPointerCapture(down.pointerId);

    const draw = () => {
      const to = this.#surface.toGrid(pointer);
      const moved = Math.hypot(to.x - from.x, to.y - from.y);
      if (!this.#box && moved < startsAfterPx) return;
      this.#box = {
        x: Math.min(from.x, to.x),
        y: Math.min(from.y, to.y),
        width: Math.abs(to.x - from.x),
        height: Math.abs(to.y - from.y),
      };
      this.#surface.onBand(this.#box);
    };
    const scrollAtEdges = () => {
      const view = this.#surface.view();
      const over =
        Math.max(0, pointer.clientY - (view.bottom - edgePx)) -
        Math.max(0, view.top + edgePx - pointer.clientY);
      if (this.#box && over !== 0) {
        this.#surface.scrollBy(over / 2);
        draw();
      }
      frame = requestAnimationFrame(scrollAtEdges);
    };
    const move = (event: PointerEvent) => {
      pointer = { clientX: event.clientX, clientY: event.clientY };
      draw();
    };
    const end = () => {
      cancelAnimationFrame(frame);
      target.removeEventListener('pointermove', move);
      target.removeEventListener('pointerup', end);
      target.removeEventListener('pointercancel', end);
      if (this.#box) this.#surface.onEnd();
      else this.#surface.onClick();
      this.#box = null;
    };
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', end);
    target.addEventListener('pointercancel', end);
    frame = requestAnimationFrame(scrollAtEdges);
  }
}
