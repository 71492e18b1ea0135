/** The first part of the recipe: crops of every photo, each looked at by the teacher once. */
import { type Pixels, squash } from '../../../models/pixels.ts';
import { inputLength, preprocess } from '../../../models/preprocess.ts';
import { openEncoder } from '../../engines/encoder-session.ts';
import { Random } from '../../random.ts';
import { type Box, drawBox } from '../../transforms/boxes.ts';
import type { ViewRecipe } from '../../transforms/view-recipe.ts';
import { type Kind, openRecipePhotos } from './recipe-photos.ts';
import { type StoredView, openViewWriter, viewSide } from './view-store.ts';

/** Views of a photo: the whole one first, then crops. CIFAR's photos are too small for many. */
export const viewsOf: Readonly<Record<Kind, number>> = { captioned: 8, named: 8, plain: 2 };

/** Crops as drawBox takes them: from three tenths of a photo's area to all of it. */
const cropRecipe: ViewRecipe = {
  name: 'crop',
  side: viewSide,
  area: [0.3, 1],
  flip: 0,
  jitter: null,
  gray: 0,
  blur: null,
  solarize: 0,
  rotation: null,
};

const batch = 8;

export interface MakeViewsOptions {
  /** Folder of the photos, as openRecipePhotos takes it. */
  readonly photos: string;
  /** The teacher as an encoder's folder (with-words.ts). */
  readonly teacher: string;
  readonly out: string;
  readonly seed: number;
  readonly threads: number;
  readonly report: (done: number, all: number) => void;
}

/** Makes all views that are not there yet, every photo's first one first. Cost: 25 ms a view on one core. */
export async function makeViews({
  photos: root,
  teacher,
  out,
  seed,
  threads,
  report,
}: MakeViewsOptions): Promise<void> {
  const set = await openRecipePhotos(root);
  const encoder = await openEncoder(teacher, { threads });
  const { card } = encoder;
  const writer = await openViewWriter(out, card.dim.features + card.dim.embedding);
  try {
    const order = viewOrder(
      set.photos.map(({ kind }) => kind),
      seed,
    );
    const input = new Float32Array(batch * inputLength(card.image));
    for (let from = writer.count; from < order.length; from += batch) {
      const wanted = order.slice(from, from + batch);
      const views = await Promise.all(
        wanted.map(async ({ photo, round }) => {
          const pixels = await set.read(photo);
          return { photo, pixels: viewPixels(pixels, seed, photo, round) };
        }),
      );
      const stored: StoredView[] = [];
      for (const [slot, { pixels }] of views.entries()) await preprocess(pixels, card.image, input, slot);
      const said = await encoder.encodePhotos(input, views.length);
      for (const [slot, { photo, pixels }] of views.entries()) {
        const target = new Float32Array(card.dim.features + card.dim.embedding);
        target.set(rowOf(said.features, slot, card.dim.features));
        target.set(rowOf(said.embedding, slot, card.dim.embedding), card.dim.features);
        stored.push({ photo, target, planes: planesOf(await squash(pixels, viewSide)) });
      }
      await writer.add(stored);
      report(from + views.length, order.length);
    }
  } finally {
    await writer.close();
    await encoder.close();
    await set.close();
  }
}

const rowOf = (rows: Float32Array, at: number, width: number) => rows.subarray(at * width, (at + 1) * width);

/** Round by round, in each the photos of all kinds mixed: whatever part is there is a fair sample. */
export function viewOrder(
  photoKinds: readonly Kind[],
  seed: number,
): { readonly photo: number; readonly round: number }[] {
  const rounds = Math.max(...Object.values(viewsOf));
  return Array.from({ length: rounds }, (_, round) => {
    const photos = [...photoKinds.keys()].filter((photo) => round < viewsOf[photoKinds[photo]!]);
    return new Random(seed, 'order', round).shuffle(photos).map((photo) => ({ photo, round }));
  }).flat();
}

/** A view of a photo: whole in round 0, else a crop that seed, photo and round name. */
export function viewPixels(pixels: Pixels, seed: number, photo: number, round: number): Pixels {
  if (round === 0) return pixels;
  return cutBox(pixels, drawBox(cropRecipe, pixels, new Random(seed, 'crop', photo, round)));
}

/** In whole pixels. */
function cutBox({ rgb, width, height }: Pixels, box: Box): Pixels {
  const [left, top] = [Math.round(box.left * width), Math.round(box.top * height)];
  const across = Math.max(1, Math.min(width - left, Math.round(box.width * width)));
  const down = Math.max(1, Math.min(height - top, Math.round(box.height * height)));
  const part = new Uint8Array(3 * across * down);
  for (let row = 0; row < down; row++) {
    const from = 3 * ((top + row) * width + left);
    part.set(rgb.subarray(from, from + 3 * across), 3 * row * across);
  }
  return { rgb: part, width: across, height: down };
}

/** [S, S, 3] → [3, S, S]. */
export function planesOf(rgb: Uint8Array): Uint8Array {
  const plane = rgb.length / 3;
  const planes = new Uint8Array(rgb.length);
  for (let pixel = 0; pixel < plane; pixel++)
    for (let channel = 0; channel < 3; channel++) planes[channel * plane + pixel] = rgb[3 * pixel + channel]!;
  return planes;
}
