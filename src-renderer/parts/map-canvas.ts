/** The dots of a map of photos on a canvas, and the pictures over it, moving together from one map to the next. */
import { onThemeChange, token } from './theme-tokens.ts';

/** Data colours of the tokens, one group after the other. */
const colours = ['d1', 'd3', 'd2', 'd4', 'd5', 'd6'];
const moveMs = 700;
/** CSS px kept free at the edges: half a picture and a little. */
const edgePx = 34;
const dotPx = 1.7;
/** A wide map is not stretched further than this: distances would lie. */
const mostStretch = 1.4;

export class MapCanvas {
  #box: HTMLElement;
  #canvas: HTMLCanvasElement;
  #groups: readonly number[] = [];
  #pictures: readonly number[] = [];
  #from: readonly number[] = [];
  #to: readonly number[] = [];
  #drawn: readonly number[] = [];
  #beganMs = 0;
  #frame = 0;
  #sizes: ResizeObserver;
  #unfollow: () => void;

  /** @param box  holds a canvas, and an element with `data-place` for each picture. */
  constructor(box: HTMLElement) {
    this.#box = box;
    this.#canvas = box.querySelector('canvas')!;
    this.#sizes = new ResizeObserver(() => this.#draw());
    this.#sizes.observe(box);
    this.#unfollow = onThemeChange(() => this.#draw());
  }

  /** Moves there; at once where there was nothing, or where the person wants no motion. */
  show(places: readonly number[], groups: readonly number[], pictures: readonly number[]): void {
    this.#groups = groups;
    this.#pictures = pictures;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#from = still || this.#drawn.length !== places.length ? places : this.#drawn;
    this.#to = places;
    this.#beganMs = performance.now();
    cancelAnimationFrame(this.#frame);
    this.#step(this.#from === places ? Infinity : this.#beganMs);
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#sizes.disconnect();
    this.#unfollow();
  }

  #step = (nowMs: number): void => {
    const share = Math.min(1, Math.max(0, (nowMs - this.#beganMs) / moveMs));
    const eased = 1 - (1 - share) ** 3;
    this.#drawn =
      share === 1 ? this.#to : this.#to.map((to, at) => this.#from[at]! + (to - this.#from[at]!) * eased);
    this.#draw();
    if (share < 1) this.#frame = requestAnimationFrame(this.#step);
  };

  #draw(): void {
    const { clientWidth: width, clientHeight: height } = this.#box;
    const px = devicePixelRatio;
    this.#canvas.width = Math.round(width * px);
    this.#canvas.height = Math.round(height * px);
    const context = this.#canvas.getContext('2d');
    if (!context || width === 0) return;
    const [halfX, halfY] = stretched(width / 2 - edgePx, height / 2 - edgePx);
    const x = (at: number) => width / 2 + this.#drawn[2 * at]! * halfX;
    const y = (at: number) => height / 2 + this.#drawn[2 * at + 1]! * halfY;
    context.scale(px, px);
    context.globalAlpha = 0.62;
    for (const [group, colour] of this.#byColour()) {
      context.fillStyle = token(colour);
      context.beginPath();
      for (const at of group) {
        context.moveTo(x(at) + dotPx, y(at));
        context.arc(x(at), y(at), dotPx, 0, 2 * Math.PI);
      }
      context.fill();
    }
    for (const at of this.#pictures) {
      const picture = this.#box.querySelector<HTMLElement>(`[data-place="${at}"]`);
      if (picture) picture.style.transform = `translate(${x(at)}px, ${y(at)}px)`;
    }
  }

  /** Photos of each colour. */
  #byColour(): [number[], string][] {
    return colours.map((colour, index) => [
      [...this.#groups.keys()].filter(
        (at) => this.#groups[at]! % colours.length === index && 2 * at + 1 < this.#drawn.length,
      ),
      colour,
    ]);
  }
}

function stretched(halfX: number, halfY: number): [number, number] {
  const least = Math.max(0, Math.min(halfX, halfY));
  return [Math.min(halfX, least * mostStretch), Math.min(halfY, least * mostStretch)];
}
