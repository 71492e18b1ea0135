/** Which views a step sees, and which sentences. Step k draws from the seed and k alone, so that a run can be taken up anywhere. */
import type { Feeds } from '../../engines/engine.ts';
import { Random } from '../../random.ts';
import { drawView } from '../../transforms/draw-view.ts';
import type { CaptionRows } from './caption-store.ts';
import { type DistilShape, lightChanges } from './distil-step.ts';
import { pasteViews } from './paste-views.ts';
import { type Kind, type RecipePhoto, kinds } from './recipe-photos.ts';
import { type ViewReader, mixture, viewSide } from './view-store.ts';

/** Photos of each kind in a batch, and mixtures of several. */
export type Mix = Readonly<Record<Kind | 'mixed', number>>;

export interface Drawer {
  /** Takes in the views that were added since. @returns how many there are. */
  refresh(): Promise<number>;
  /** Its arrays are used again by the next call, which must wait for this one. */
  feeds(step: number, side: number): Promise<Feeds>;
}

export interface DrawOptions {
  readonly photos: readonly RecipePhoto[];
  readonly captions: CaptionRows;
  readonly views: ViewReader;
  readonly mix: Mix;
  readonly bank: number;
  readonly seed: number;
  /** Lengths of the teacher's two vectors. */
  readonly parts: readonly number[];
  /** Share of the views that a part of another is pasted into. */
  readonly pasted: number;
}

export const shapeOf = (mix: Mix, bank: number, side: number): DistilShape => ({
  batch: mix.captioned + mix.named + mix.plain + mix.mixed,
  withCaptions: mix.captioned + mix.named,
  bank,
  side,
});

export function openDrawer({ photos, captions, views, mix, bank, seed, parts, pasted }: DrawOptions): Drawer {
  const { batch, withCaptions } = shapeOf(mix, bank, 0);
  /** Views of each photo, and of each kind the photos that have any. */
  const viewsOf = photos.map((): number[] => []);
  const ready: Record<Kind, number[]> = { captioned: [], named: [], plain: [] };
  const mixtures: number[] = [];
  let known = 0;
  const planes = new Uint8Array(batch * 3 * viewSide * viewSide);
  const target = new Float32Array(batch * parts.reduce((sum, part) => sum + part, 0));
  const sentences = captions.values.length / captions.dim;

  function takeIn(): void {
    for (; known < views.photos.length; known++) {
      const photo = views.photos[known]!;
      if (photo === mixture) {
        mixtures.push(known);
        continue;
      }
      if (viewsOf[photo]!.length === 0) ready[photos[photo]!.kind].push(photo);
      viewsOf[photo]!.push(known);
    }
  }
  takeIn();

  /** Different ones of those that are there. */
  function choose(from: readonly number[], count: number, random: Random): number[] {
    if (from.length < count)
      throw new RangeError(`${count} photos of a kind wanted, ${from.length} have been looked at`);
    const chosen = new Set<number>();
    while (chosen.size < count) chosen.add(from[random.integer(from.length)]!);
    return [...chosen];
  }

  const captionsOf = (rows: readonly number[]) => {
    const values = new Float32Array(rows.length * captions.dim);
    for (const [i, row] of rows.entries())
      values.set(captions.values.subarray(row * captions.dim, (row + 1) * captions.dim), i * captions.dim);
    return values;
  };

  return {
    async refresh() {
      await views.refresh();
      takeIn();
      return known;
    },
    async feeds(step, side) {
      const random = new Random(seed, 'batch', step);
      const chosen = kinds.flatMap((kind) => choose(ready[kind], mix[kind], random));
      const drawn = [
        ...chosen.map((photo) => viewsOf[photo]![random.integer(viewsOf[photo]!.length)]!),
        ...choose(mixtures, mix.mixed, random),
      ];
      await views.read(drawn, planes, target);
      pasteViews({ planes, target, side: viewSide, parts }, pasted, new Random(seed, 'paste', step));
      const own = chosen
        .slice(0, withCaptions)
        .map(
          (photo) =>
            captions.starts[photo]! + random.integer(captions.starts[photo + 1]! - captions.starts[photo]!),
        );
      const ranked = Array.from({ length: bank }, () => random.integer(sentences));
      const size = { width: viewSide, height: viewSide };
      return {
        photos: planes,
        target,
        captions: captionsOf(own),
        bank: captionsOf(ranked),
        ...drawView(
          lightChanges(side),
          drawn.map(() => size),
          drawn.map((_, i) => new Random(seed, 'view', step, i)),
          { source: viewSide },
        ),
      };
    },
  };
}
