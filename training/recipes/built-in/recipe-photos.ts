/** The photos that the built-in encoder learns from: three public sets, and what is said of their photos. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadPhoto } from '../../../models/pixels.ts';
import { openPhotos } from '../../data/open-photos.ts';
import type { PhotoSet } from '../../data/photo-set.ts';

/** `captioned`: Flickr8k train. `named`: one photo a class of ImageNet. `plain`: CIFAR-10 train, nothing is said of them. */
export const kinds = ['captioned', 'named', 'plain'] as const;
export type Kind = (typeof kinds)[number];

export interface RecipePhoto {
  readonly kind: Kind;
  /** Five sentences for `captioned`, the class in a sentence for `named`, none for `plain`. */
  readonly captions: readonly string[];
}

export interface RecipePhotos {
  readonly photos: readonly RecipePhoto[];
  /** @throws LikenessError as readPixels does. */
  read(place: number): Promise<ReadPhoto>;
  close(): Promise<void>;
}

/** Every fifth class of the ImageNet sample is never learned from: how well a class is told by its name is asked there. */
export const isHeldOutClass = (place: number) => place % 5 === 4;

/** As stored, none of the photos is larger. */
const longSide = 512;

/** The sample's photos in the order of its archive, with the name of each one's class. */
export async function openNamedPhotos(
  root: string,
): Promise<{ readonly set: PhotoSet; readonly names: readonly string[] }> {
  const dir = join(root, 'imagenet-sample');
  const set = await openPhotos(join(dir, 'photos.tar'), { captions: null });
  const lines = (await readFile(join(dir, 'classes.tsv'), 'utf8')).trimEnd().split('\n');
  const named = new Map(lines.map((line) => [line.split('\t')[0]!, line.split('\t')[2]!]));
  const names = set.photos.map(({ path }) => named.get(path.slice(path.lastIndexOf('/') + 1))!);
  return { set, names };
}

export const classSentence = (name: string) => `a photo of a ${name}`;

/**
 * @param root  folder that holds flickr8k/train, imagenet-sample and cifar10 as bench/encoder.ts describes them.
 * @throws LikenessError not-found and the like.
 */
export async function openRecipePhotos(root: string): Promise<RecipePhotos> {
  const flickr = join(root, 'flickr8k/train');
  const captioned = await openPhotos(join(flickr, 'photos.tar'), { captions: join(flickr, 'captions.tsv') });
  const named = await openNamedPhotos(root);
  const plain = await openPhotos(join(root, 'cifar10/cifar10-subset.tar'), { captions: null });
  const places = [
    ...captioned.photos.map(({ captions }, at) => ({
      kind: 'captioned' as const,
      captions,
      set: captioned,
      at,
    })),
    ...named.names.flatMap((name, at) =>
      isHeldOutClass(at)
        ? []
        : [{ kind: 'named' as const, captions: [classSentence(name)], set: named.set, at }],
    ),
    ...plain.photos.flatMap(({ part }, at) =>
      part === 'train' ? [{ kind: 'plain' as const, captions: [], set: plain, at }] : [],
    ),
  ];
  return {
    photos: places,
    read: (place) => {
      const { set, at } = places[place]!;
      return set.read(at, { longSide });
    },
    close: async () => {
      for (const set of [captioned, named.set, plain]) await set.close();
    },
  };
}
