/** What the built-in encoder is measured by. The same photos, words and rules for every encoder that shares its text side. */
import { join } from 'node:path';
import type { PhotoSet } from '../../data/photo-set.ts';
import { openPhotos } from '../../data/open-photos.ts';
import type { OpenedEncoder } from '../../engines/encoder-session.ts';
import { accuracy } from '../../evaluate/classes.ts';
import { encodePhotos } from '../../evaluate/encode-photos.ts';
import { weightedKnn } from '../../evaluate/nearest-neighbours.ts';
import { rankAll, retrievalFigures } from '../../evaluate/retrieval.ts';
import { type Rows, rowsOf } from '../../evaluate/rows.ts';
import { classDirections, promptsOf, zeroShot } from '../../evaluate/zero-shot.ts';
import { inputLength } from '../../../models/preprocess.ts';
import { isHeldOutClass, openNamedPhotos } from './recipe-photos.ts';

/** Sentences whose vectors are averaged for a class. */
const templates = ['{}', 'a photo of a {}', 'a picture of a {}', 'a {} .', 'there is a {} in the photo'];

export interface RetrievalLine {
  /** Shares of captions whose photo stands among the first k of 1,000. */
  readonly r1: number;
  readonly r5: number;
  readonly r10: number;
  readonly median: number;
}

export interface CifarLine {
  readonly zeroShot: number;
  /** 20 neighbours among 5,000. */
  readonly knnFeatures: number;
  readonly knnEmbedding: number;
}

/** 200 photos of as many classes that were not learned from, told by their names alone. */
export interface NamesLine {
  readonly top1: number;
  readonly top5: number;
}

/** Texts → [N, D]; remembered by whoever measures several encoders with one text side. */
export type Texts = (texts: readonly string[]) => Promise<Rows>;

const textsAtOnce = 32;

/** Asks the text side once for every text. */
export function rememberedTexts({ card, encodeTexts }: OpenedEncoder): Texts {
  const known = new Map<string, Float32Array>();
  const { embedding: dim } = card.dim;
  return async (texts) => {
    const missing = [...new Set(texts)]
      .filter((text) => !known.has(text))
      .sort((a, b) => a.length - b.length);
    for (let from = 0; from < missing.length; from += textsAtOnce) {
      const group = missing.slice(from, from + textsAtOnce);
      const rows = await encodeTexts!(group);
      for (const [i, text] of group.entries()) known.set(text, rows.slice(i * dim, (i + 1) * dim));
    }
    const values = new Float32Array(texts.length * dim);
    for (const [i, text] of texts.entries()) values.set(known.get(text)!, i * dim);
    return rowsOf(values, dim);
  };
}

/** Flickr8k dev. @param root  folder of the photos. */
export async function measureRetrieval(
  root: string,
  encoder: OpenedEncoder,
  texts: Texts,
): Promise<RetrievalLine> {
  const dir = join(root, 'flickr8k/dev');
  const set = await openPhotos(join(dir, 'photos.tar'), { captions: join(dir, 'captions.tsv') });
  const photos = await encoded(set, [...set.photos.keys()], encoder);
  await set.close();
  const captions = set.photos.flatMap((photo, at) => photo.captions.map((text) => ({ text, at })));
  const ranks = rankAll(await texts(captions.map(({ text }) => text)), photos.embedding, (query) => [
    captions[query]!.at,
  ]);
  const { at, medianRank } = retrievalFigures(ranks, [1, 5, 10]);
  const [r1, r5, r10] = at.map(({ hit }) => hit) as [number, number, number];
  return { r1, r5, r10, median: medianRank };
}

/** The CIFAR-10 subset: 1,000 photos to name, 5,000 to compare with. */
export async function measureCifar(root: string, encoder: OpenedEncoder, texts: Texts): Promise<CifarLine> {
  const set = await openPhotos(join(root, 'cifar10/cifar10-subset.tar'), { captions: null });
  const { photos: all, classes } = set;
  const places = (wanted: 'train' | 'held-out') =>
    all.flatMap(({ part }, at) => (part === wanted ? [at] : []));
  const labelsOf = (chosen: readonly number[]) => chosen.map((at) => all[at]!.label!);
  const [bank, asked] = [places('train'), places('held-out')];
  const known = await encoded(set, bank, encoder);
  const photos = await encoded(set, asked, encoder);
  await set.close();
  const truth = labelsOf(asked);
  const neighbours = (output: 'features' | 'embedding') =>
    accuracy(
      weightedKnn(photos[output], known[output], labelsOf(bank), { classes: classes.length, k: 20 })
        .predicted,
      truth,
    );
  const directions = classDirections(await texts(promptsOf(classes, templates)), templates.length);
  return {
    zeroShot: accuracy(zeroShot(photos.embedding, directions).predicted, truth),
    knnFeatures: neighbours('features'),
    knnEmbedding: neighbours('embedding'),
  };
}

/** Classes of the ImageNet sample that the recipe never learns from. */
export async function measureNames(root: string, encoder: OpenedEncoder, texts: Texts): Promise<NamesLine> {
  const { set, names } = await openNamedPhotos(root);
  const places = [...names.keys()].filter(isHeldOutClass);
  const photos = await encoded(set, places, encoder);
  await set.close();
  const asked = places.map((at) => names[at]!);
  const directions = classDirections(await texts(promptsOf(asked, templates)), templates.length);
  const ranks = rankAll(photos.embedding, directions, (query) => [query]);
  const { at } = retrievalFigures(ranks, [1, 5]);
  return { top1: at[0]!.hit, top5: at[1]!.hit };
}

/** Milliseconds for one photo alone, the fastest of some runs and their median. */
export async function measureTime(
  encoder: OpenedEncoder,
  runs = 30,
): Promise<{ fastest: number; median: number }> {
  const photo = Float32Array.from({ length: inputLength(encoder.card.image) }, (_, i) => Math.sin(i));
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await encoder.encodePhotos(photo, 1);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { fastest: times[0]!, median: times[times.length >> 1]! };
}

async function encoded(set: PhotoSet, places: readonly number[], encoder: OpenedEncoder) {
  const { signal } = new AbortController();
  const { features, embedding, unread } = await encodePhotos(set, places, encoder, {
    halves: false,
    seed: 1,
    signal,
    progress: () => {},
  });
  if (unread.length > 0) throw new Error(unread[0]);
  return { features, embedding };
}
