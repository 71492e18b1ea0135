/** The canvas of a curve: uPlot keeps scales and lines, what stands beside them is drawn here in the tokens of the theme. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartScale } from '../layout/chart-scale.ts';
import { onThemeChange, token } from './theme-tokens.ts';

export interface CurveLook {
  readonly passes: readonly number[];
  readonly lastPass: number;
  readonly lines: readonly { readonly colour: string; readonly values: readonly (number | null)[] }[];
  /** A dashed line with a word on it. */
  readonly base?: { readonly value: number; readonly label: string } | undefined;
  readonly scale: ChartScale;
  readonly tick: (value: number) => string;
  /** At the end of the x axis: “20 passes”. */
  readonly lastLabel: string;
  readonly middleLabel: string;
}

/** CSS px around the lines for what is written there: top, right, bottom, left. */
const margins: [number, number, number, number] = [8, 6, 22, 38];
const linePx = 1.75;
const dotPx = 3;

export class CurvePlot {
  #element: HTMLElement;
  #onPoint: (index: number | null) => void;
  #look: CurveLook | null = null;
  #plot: uPlot | null = null;
  #sizes: ResizeObserver;
  #unfollow: () => void;

  /** Draws into `element`, which keeps its size. @param onPoint  the look under the pointer, or none. */
  constructor(element: HTMLElement, onPoint: (index: number | null) => void) {
    this.#element = element;
    this.#onPoint = onPoint;
    this.#sizes = new ResizeObserver(() => this.#plot?.setSize(this.#size()));
    this.#sizes.observe(element);
    this.#unfollow = onThemeChange(() => this.#plot?.redraw());
  }

  show(look: CurveLook): void {
    const made = this.#look?.lines.length === look.lines.length ? this.#plot : null;
    this.#look = look;
    const data = [[...look.passes], ...look.lines.map(({ values }) => [...values])] as uPlot.AlignedData;
    if (made) return made.setData(data);
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#options(look), data, this.#element);
  }

  /** Marks a look; null none. */
  point(index: number | null): void {
    const pass = index === null ? undefined : this.#look?.passes[index];
    const left = pass === undefined ? -10 : (this.#plot?.valToPos(pass, 'x') ?? -10);
    this.#plot?.setCursor({ left, top: left < 0 ? -10 : 0 }, false);
  }

  close(): void {
    this.#sizes.disconnect();
    this.#unfollow();
    this.#plot?.destroy();
  }

  #size(): { width: number; height: number } {
    return { width: this.#element.clientWidth, height: this.#element.clientHeight };
  }

  #options(look: CurveLook): uPlot.Options {
    return {
      ...this.#size(),
      padding: margins,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => [0, this.#look?.lastPass ?? 1] },
        y: { range: () => [this.#look?.scale.min ?? 0, this.#look?.scale.max ?? 1] },
      },
      axes: [{ show: false }, { show: false }],
      series: [
        {},
        ...look.lines.map(({ colour }) => ({
          stroke: () => token(colour),
          width: linePx,
          spanGaps: true,
          points: { show: false },
        })),
      ],
      hooks: {
        drawClear: [(plot) => this.#drawGrid(plot)],
        draw: [(plot) => this.#drawDots(plot)],
        setCursor: [({ cursor }) => this.#onPoint(cursor.idx ?? null)],
      },
    };
  }

  /** Lines and numbers beside them, under the curve. Canvas px throughout. */
  #drawGrid(plot: uPlot): void {
    const look = this.#look;
    if (!look) return;
    const { ctx, bbox } = plot;
    const px = devicePixelRatio;
    const write = (text: string, x: number, y: number, align: CanvasTextAlign) => {
      ctx.textAlign = align;
      ctx.fillText(text, x, y);
    };
    const line = (y: number, dash: readonly number[]) => {
      ctx.setLineDash([...dash]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    };
    ctx.save();
    ctx.font = `500 ${10.5 * px}px ${token('font')}`;
    ctx.fillStyle = token('text-3');
    ctx.lineWidth = px;
    ctx.textBaseline = 'middle';
    for (const tick of look.scale.ticks) {
      const y = crisp(plot.valToPos(tick, 'y', true), px);
      ctx.strokeStyle = token('line');
      line(y, []);
      write(look.tick(tick), bbox.left - 8 * px, y, 'right');
    }
    const under = bbox.top + bbox.height + 14 * px;
    write('0', bbox.left, under, 'left');
    write(look.middleLabel, bbox.left + bbox.width / 2, under, 'center');
    write(look.lastLabel, bbox.left + bbox.width, under, 'right');
    if (look.base) {
      const y = crisp(plot.valToPos(look.base.value, 'y', true), px);
      ctx.strokeStyle = token('line-control');
      line(y, [3 * px, 3 * px]);
      const above = y - 8 * px > bbox.top;
      const [right, middle] = [bbox.left + bbox.width, y + (above ? -8 : 9) * px];
      // A line that passes under the word would strike it out.
      const { width } = ctx.measureText(look.base.label);
      ctx.fillStyle = token('bg-raised');
      ctx.fillRect(right - width - 4 * px, middle - 6 * px, width + 4 * px, 12 * px);
      ctx.fillStyle = token('text-3');
      write(look.base.label, right, middle, 'right');
    }
    ctx.restore();
  }

  /** Where each line ends. */
  #drawDots(plot: uPlot): void {
    const look = this.#look;
    if (!look) return;
    const { ctx } = plot;
    for (const { colour, values } of look.lines) {
      const at = values.findLastIndex((value) => value !== null);
      const value = values[at];
      if (typeof value !== 'number') continue;
      ctx.beginPath();
      ctx.fillStyle = token(colour);
      const [x, y] = [plot.valToPos(look.passes[at] ?? 0, 'x', true), plot.valToPos(value, 'y', true)];
      ctx.arc(x, y, dotPx * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
    }
  }
}

const crisp = (at: number, px: number): number => Math.round(at) + (px % 2) / 2;
