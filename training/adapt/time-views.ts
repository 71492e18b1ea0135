import { performance } from 'node:perf_hooks';
import { inputLength } from '../../models/preprocess.ts';
import { thumbnailSides } from '../../src-main/contract/engine.ts';
import type { PhotoSet } from '../data/photo-set.ts';
import type { OpenedEncoder } from '../engines/encoder-session.ts';
import type { ViewRecipe } from '../transforms/view-recipe.ts';
import type { Speed } from './adapt-plan.ts';
import { viewPlaces, writeView } from './view-pixels.ts';

/** Photos that are tried, taken evenly from all; the first, which makes room in memory, does not count. */
const tried = 12;
/** Views that are tried of each. */
const views = 2;

/** How long this computer takes to read one photo, and to look at one view of it; the middle of some tries. */
export async function timeViews(
  set: PhotoSet,
  photos: Int32Array,
  encoder: OpenedEncoder,
  recipe: ViewRecipe,
): Promise<Speed> {
  const decodes: number[] = [];
  const looks: number[] = [];
  const { image } = encoder.card;
  const pixels = new Float32Array(views * inputLength(image));
  for (let i = 0; i < Math.min(tried, photos.length); i++) {
    const photo = photos[Math.floor((i * photos.length) / tried) % photos.length]!;
    const start = performance.now();
    const read = await set.read(photo, { longSide: thumbnailSides.large }).catch(() => null);
    if (!read) continue;
    const decoded = performance.now();
    for (let view = 0; view < views; view++)
      await writeView(read, image, viewPlaces.firstDrawn + view, { recipe, seed: 0, photo }, pixels, view);
    await encoder.encodePhotos(pixels, views);
    if (i === 0) continue;
    decodes.push(decoded - start);
    looks.push((performance.now() - decoded) / views);
  }
  return { decode: middle(decodes), view: middle(looks) };
}

const middle = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
