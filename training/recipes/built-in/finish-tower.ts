/** From weights in training to an encoder's file: norms measured again at the size that photos come in, and folded. */
import { encodeOnnx, readOnnx } from '../../../models/onnx-messages.ts';
import type { ImageCard } from '../../../models/card.ts';
import { inputLength, preprocess } from '../../../models/preprocess.ts';
import { readCheckpoint } from '../../checkpoint.ts';
import type { Engine, Feeds } from '../../engines/engine.ts';
import { computeOn } from '../../export-encoder.ts';
import { finishedModel } from '../../graph/finished-model.ts';
import { unit } from '../../graph/ops/length.ts';
import { input } from '../../graph/tensor.ts';
import { Pass } from '../../modules/weights.ts';
import { Random } from '../../random.ts';
import { type TowerValues, measureStatistics, withStatistics } from './begin.ts';
import { withHalfWeights } from './half-weights.ts';
import type { RecipePhotos } from './recipe-photos.ts';
import { type TowerPlan, asStates, builtTower } from './train-tower.ts';
import { builtInImage, squashed } from './with-words.ts';

/** Photos that the norms are measured on, and how many together. */
const measured = 768;
const together = 64;

/** A checkpoint's tower, by the names from where the tower lies. */
export async function readValues(
  path: string,
  plan: TowerPlan,
): Promise<{ step: number; values: TowerValues }> {
  const { tensors, facts } = await readCheckpoint(path);
  const { weights } = builtTower(plan);
  const values: TowerValues = new Map();
  for (const name of weights.all.keys()) {
    const saved = tensors.get([...asStates(new Map([[name, new Float32Array()]])).keys()][0]!);
    if (!(saved?.numbers instanceof Float32Array)) throw new RangeError(`the checkpoint has no “${name}”`);
    values.set(name, saved.numbers);
  }
  return { step: (facts as { step: number }).step, values };
}

/** Whole photos as the encoder takes them, a batch at a time: flat [B, 3, S, S]. */
export async function* wholePhotos(
  set: RecipePhotos,
  places: readonly number[],
  size: number,
): AsyncGenerator<Float32Array> {
  const card = imageCard(size);
  for (let from = 0; from + together <= places.length; from += together) {
    const batch = new Float32Array(together * inputLength(card));
    const pixels = await Promise.all(places.slice(from, from + together).map((place) => set.read(place)));
    for (const [slot, one] of pixels.entries()) await preprocess(one, card, batch, slot);
    yield batch;
  }
}

/** How photos come into a tower of this size. */
export const imageCard = (size: number): ImageCard => ({ ...squashed, ...builtInImage, size });

/** Values with the norms' statistics of whole photos at this size. Cost: 10 s on one core. */
export async function settledValues(
  values: TowerValues,
  plan: TowerPlan,
  set: RecipePhotos,
  engine: Engine,
  size: number,
): Promise<TowerValues> {
  const { see } = builtTower({ ...plan, held: 0 });
  const places = [...set.photos.keys()].filter((place) => set.photos[place]!.kind !== 'plain');
  new Random(plan.seed, 'norms').shuffle(places);
  const seen = await measureStatistics({
    engine,
    tower: see,
    shape: plan.shape,
    values: asStates(values),
    images: input('images', [together, 3, size, size]),
    batches: fed(wholePhotos(set, places.slice(0, measured), size)),
    training: true,
  });
  return withStatistics(values, seen);
}

async function* fed(batches: AsyncIterable<Float32Array>): AsyncGenerator<Feeds> {
  for await (const images of batches) yield { images };
}

/** The tower as a file: input `image` [N, 3, S, S], outputs `features` and `embedding` of unit length. */
export async function towerModel(
  values: TowerValues,
  plan: Pick<TowerPlan, 'seed' | 'shape'>,
  size: number,
  engine: Engine,
): Promise<Uint8Array> {
  const { see } = builtTower({ ...plan, held: 0 });
  const outputs = (batch: number) => {
    const { features, embedding } = see(
      input('image', [batch, 3, size, size]),
      new Pass({ training: false }),
    );
    return { features: unit(features), embedding: unit(embedding) };
  };
  const model = await finishedModel(outputs, asStates(values), computeOn(engine));
  return encodeOnnx(withHalfWeights(readOnnx(model)));
}
