/** What a step is fed: the inputs of its graph, and the numbers of each batch. */
import type { Feeds, Numbers } from './engines/engine.ts';
import { type Graph, sourcesOf } from './graph/graph.ts';
import { type Tensor, input } from './graph/tensor.ts';
import type { Known, Seen } from './methods/method.ts';
import { Random } from './random.ts';
import type { RunData } from './run-data.ts';
import { type ViewedPhoto, drawView } from './transforms/draw-view.ts';
import type { ViewRecipe } from './transforms/view-recipe.ts';
import { type Statistics, viewOf } from './transforms/view.ts';
import { drawMask } from './transforms/draw-mask.ts';
import { drawPartners } from './data/draw-partners.ts';

export interface BatchShape {
  /** B. */
  readonly batch: number;
  /** C, px: side of the squashed photos. */
  readonly source: number;
  readonly views: readonly ViewRecipe[];
  readonly statistics: Statistics;
  /** P, patches of a global view. */
  readonly patches: number;
  /** T, tokens of a caption. */
  readonly context: number;
}

/** What the network sees of `count` photos, as inputs of a graph. */
export function seenInputs(count: number, shape: BatchShape): Seen {
  const { source, views, statistics, patches, context } = shape;
  const photos = input('photos', [count, 3, source, source], 'u8');
  return {
    views: views.map((recipe) => viewOf(recipe, photos, statistics)),
    masks: maskInputs(count, patches),
    tokens: input('tokens', [count, context], 'i32'),
    ends: input('ends', [count], 'i32'),
  };
}

/** What the loss knows of a whole batch. @param masks  as the network sees them. */
export function knownInputs({ batch }: BatchShape, masks: Known['masks']): Known {
  return {
    ids: input('ids', [batch], 'i32'),
    labels: input('labels', [batch], 'i32'),
    partner: input('partner', [batch], 'i32'),
    similar: input('similar', [batch], 'i32'),
    settled: input('settled', []),
    masks,
  };
}

const maskInputs = (count: number, patches: number): Tensor<'bool'>[] =>
  [1, 2].map((view) => input(`mask${view}`, [count, patches], 'bool'));

/** Where in a run a batch stands. */
export interface BatchPlace {
  /** From 0. */
  readonly epoch: number;
  /** Places of its photos among the run's. */
  readonly photos: Int32Array;
}

export interface Draws {
  readonly seed: number;
  /** Labels are the classes of the photos, where the method learns from them. */
  readonly useClasses: boolean;
}

/**
 * The numbers of a batch. All that is drawn for a photo depends on seed, epoch and photo alone, so that a run that is taken
 * up again sees what it would have seen.
 * @param graphs  the ones that will run: what none of them reads is not made.
 */
export function batchFeeds(
  data: RunData,
  shape: BatchShape,
  graphs: readonly Graph[],
  { seed, useClasses }: Draws,
) {
  const read = new Set(
    graphs.flatMap((graph) => sourcesOf(graph).inputs.map(({ attributes: { name } }) => name)),
  );
  const pixels = 3 * shape.source ** 2;
  return async ({ epoch, photos }: BatchPlace): Promise<Feeds> => {
    const bytes = new Uint8Array(photos.length * pixels);
    await data.cache.read(photos, bytes);
    const viewed = Array.from(photos, (at, i): ViewedPhoto => {
      const { width, height } = data.cache.photos[at]!;
      return { width, height, pixels: bytes.subarray(i * pixels, (i + 1) * pixels) };
    });
    const randomOf = (purpose: string) => Array.from(photos, (at) => new Random(seed, purpose, epoch, at));
    const ids = Int32Array.from(photos, (at) => data.groups[at]!);
    const labels = useClasses ? Int32Array.from(photos, (at) => classOf(data, at)) : ids;
    const all: Record<string, Numbers | number> = {
      photos: bytes,
      ids,
      labels,
      ...Object.assign(
        {},
        ...shape.views.map((recipe) => drawView(recipe, viewed, randomOf(recipe.name), shape)),
      ),
      settled: epoch > 0 ? 1 : 0,
    };
    if (read.has('partner'))
      Object.assign(all, drawPartners(labels, new Random(seed, 'partner', epoch, photos[0]!)));
    for (const mask of ['mask1', 'mask2'])
      if (read.has(mask)) all[mask] = masksOf(randomOf(mask), shape.patches);
    if (read.has('tokens')) {
      const captions = data.captionTokens(photos, randomOf('caption'));
      Object.assign(all, captions, { ids: joinEqualCaptions(ids, captions.tokens) });
    }
    return Object.fromEntries(Object.entries(all).filter(([name]) => read.has(name)));
  };
}

/** A photo that lies beside the folders that are classes is, with its look-alikes, a class of its own. */
function classOf({ labels, groups, classes }: RunData, at: number): number {
  return labels[at]! >= 0 ? labels[at]! : classes + groups[at]!;
}

/** Photos that drew one and the same caption are no negatives either: their groups become one, with all that is in them. */
function joinEqualCaptions(ids: Int32Array, tokens: Int32Array): Int32Array {
  const context = tokens.length / ids.length;
  const firsts = new Map<string, number>();
  const joined = new Map<number, number>();
  const groupOf = (id: number): number => {
    const into = joined.get(id);
    return into === undefined ? id : groupOf(into);
  };
  for (const [i, id] of ids.entries()) {
    const caption = tokens.subarray(i * context, (i + 1) * context).join();
    const [group, first] = [groupOf(id), groupOf(firsts.get(caption) ?? id)];
    firsts.set(caption, first);
    if (group !== first) joined.set(group, first);
  }
  return ids.map(groupOf);
}

function masksOf(randoms: readonly Random[], patches: number): Uint8Array {
  const masks = new Uint8Array(randoms.length * patches);
  for (const [i, random] of randoms.entries()) masks.set(drawMask(Math.sqrt(patches), random), i * patches);
  return masks;
}
