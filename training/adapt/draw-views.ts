/** Two views of a photo as a run would draw them, for those who choose how they are drawn. */
import { jpegOf, readPixels } from '../../models/pixels.ts';
import { thumbnailSides } from '../../src-main/contract/engine.ts';
import type { LearnViews } from '../../src-main/contract/learn.ts';
import type { ViewsTask } from '../../src-main/contract/run.ts';
import { Random } from '../random.ts';
import { drawOne } from '../transforms/draw-view.ts';
import { simclrViews } from '../transforms/recipes.ts';
import { changeView } from '../transforms/view-change.ts';
import { adapterViews, drawnView } from './view-pixels.ts';

/** px: of encoders, and what a window shows well. */
const side = 224;

/** @throws LikenessError as readPixels. */
export async function drawViews({ photo, start, options, seed }: ViewsTask): Promise<LearnViews['views']> {
  const pixels = await readPixels(photo, { longSide: thumbnailSides.large });
  // Of a new network, SimCLR's stand for all: what people change of them is the same for every method.
  const recipe =
    start === 'adapter' ? adapterViews(options, side) : changeView(simclrViews(side)[0]!, options);
  return Promise.all(
    [1, 2].map(async (view) => {
      const draw = drawOne(recipe, pixels, new Random(seed, 'shown view', view));
      const rgb = await drawnView(pixels, draw, { size: side, resize: 'squash', interpolation: 'lanczos3' });
      const { left, top, width, height } = draw.box;
      return {
        box: [left, top, width, height] as const,
        picture: `data:image/jpeg;base64,${Buffer.from(await jpegOf(rgb, side)).toString('base64')}`,
      };
    }),
  );
}
