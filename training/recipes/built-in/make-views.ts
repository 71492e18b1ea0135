/** The first part of the recipe: crops of every photo, each looked at by the teacher once. */
import { type Pixels, squash } from '../../../models/pixels.ts';
import { inputLength, preprocess } from '../../../models/preprocess.ts';
import { openEncoder } from '../../engines/encoder-session.ts';
import { Random } from '../../random.ts';
import { type Box, drawBox } from '../../transforms/boxes.ts';
import type { ViewRecipe } from '../../transforms/view-recipe.ts';
import { mixPhotos, mostParts } from './mix-photos.ts';
import { type Kind, openRecipePhotos } from './recipe-photos.ts';
import { type StoredView, mixture, openViewWriter, viewSide } from './view-store.ts';

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
  /** Mixtures of photos, made when every photo was looked at whole. */
  readonly mixed: number;
  readonly threads: number;
  readonly report: (done: number, all: number) => void;
}

/** Makes all views that are not there yet, every photo's first one first. Cost: 25 ms a view on one core. */
export async function makeViews({
  photos: root,
  teacher,
  out,
  seed,
  mixed,
  threads,
  report,
}: MakeViewsOptions): Promise<void> {
  const set = await openRecipePhotos(root);
  const encoder = await openEncoder(teacher, { threads });
  const { card } = encoder;
  const writer = await openViewWriter(out, card.dim.features + card.dim.embedding);
  try {
    const order = stillToDo(
      viewOrder(
        set.photos.map(({ kind }) => kind),
        seed,
        mixed,
      ),
      writer.photos,
    );
    const before = writer.photos.length;
    const mixable = [...set.photos.keys()].filter((photo) => set.photos[photo]!.kind !== 'plain');
    const look = async ({ photo, round }: Look) =>
      photo === mixture
        ? mixPhotos(
            await Promise.all(
              mixedPhotos(mixable, seed, round).map(async (one, part) =>
                cropOf(await set.read(one), new Random(seed, 'part', round, part)),
              ),
            ),
            new Random(seed, 'mix', round),
          )
        : viewPixels(await set.read(photo), seed, photo, round);
    const input = new Float32Array(batch * inputLength(card.image));
    for (let from = 0; from < order.length; from += batch) {
      const wanted = order.slice(from, from + batch);
      const views = await Promise.all(
        wanted.map(async (one) => ({ photo: one.photo, pixels: await look(one) })),
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
      report(before + from + views.length, before + order.length);
    }
  } finally {
    await writer.close();
    await encoder.close();
    await set.close();
  }
}

const rowOf = (rows: Float32Array, at: number, width: number) => rows.subarray(at * width, (at + 1) * width);

/** The photos of a mixture: different ones. */
function mixedPhotos(mixable: readonly number[], seed: number, number: number): number[] {
  const random = new Random(seed, 'mixed', number);
  const chosen = new Set<number>();
  while (chosen.size < mostParts) chosen.add(mixable[random.integer(mixable.length)]!);
  return [...chosen];
}

/** `photo`: its place, or `mixture`; then `round` is the mixture's number. */
export interface Look {
  readonly photo: number;
  readonly round: number;
}

/**
 * Round by round, in each the photos of all kinds shuffled: whatever part is there is a fair sample. Mixtures come behind the
 * first round.
 */
export function viewOrder(photoKinds: readonly Kind[], seed: number, mixed = 0): Look[] {
  const rounds = Math.max(...Object.values(viewsOf));
  const [whole, ...crops] = Array.from({ length: rounds }, (_, round) => {
    const photos = [...photoKinds.keys()].filter((photo) => round < viewsOf[photoKinds[photo]!]);
    return new Random(seed, 'order', round).shuffle(photos).map((photo) => ({ photo, round }));
  });
  return [
    ...whole!,
    ...Array.from({ length: mixed }, (_, round) => ({ photo: mixture, round })),
    ...crops.flat(),
  ];
}

/** Which look each stored view is: the rounds of a photo, and the mixtures, are made one after another. @param photos  as stored. */
export function looksOf(photos: Iterable<number>): Look[] {
  const made = new Map<number, number>();
  return Array.from(photos, (photo) => {
    const round = made.get(photo) ?? 0;
    made.set(photo, round + 1);
    return { photo, round };
  });
}

/** What of an order is still to do, also where the views that are there were made with another number of mixtures. */
export function stillToDo(order: readonly Look[], photos: Iterable<number>): Look[] {
  const made = new Map(looksOf(photos).map(({ photo, round }) => [photo, round]));
  return order.filter(({ photo, round }) => round > (made.get(photo) ?? -1));
}

/** A view of a photo: whole in round 0, else a crop that seed, photo and round name. */
export function viewPixels(pixels: Pixels, seed: number, photo: number, round: number): Pixels {
  if (round === 0) return pixels;
  return cropOf(pixels, new Random(seed, 'crop', photo, round));
}

const cropOf = (pixels: Pixels, random: Random) => cutBox(pixels, drawBox(cropRecipe, pixels, random));

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
