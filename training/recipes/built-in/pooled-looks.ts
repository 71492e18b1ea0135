/** What a finished tower pools of captioned photos: whole, mirrored, and in the crops that the teacher has seen. */
import type { Pixels } from '../../../models/pixels.ts';
import { inputLength, preprocess } from '../../../models/preprocess.ts';
import type { Engine } from '../../engines/engine.ts';
import { input } from '../../graph/tensor.ts';
import { Pass } from '../../modules/weights.ts';
import type { TowerValues } from './begin.ts';
import { imageCard } from './finish-tower.ts';
import { looksOf, viewPixels } from './make-views.ts';
import type { RecipePhotos } from './recipe-photos.ts';
import type { PooledLooks } from './refit-head.ts';
import { pooledWidth } from './tower.ts';
import { type TowerPlan, asStates, builtTower } from './train-tower.ts';
import { type ViewReader, mixture } from './view-store.ts';

const together = 32;

export interface LooksOptions {
  readonly set: RecipePhotos;
  readonly views: ViewReader;
  readonly plan: TowerPlan;
  readonly values: TowerValues;
  readonly engine: Engine;
  readonly size: number;
  /** Crops of a photo, at most as many as the teacher has seen. */
  readonly crops: number;
}

/** Cost: 10 ms a look on one core. Photos are decoded again, since the stored views are smaller than what a finished tower takes. */
export async function poolLooks({
  set,
  views,
  plan,
  values,
  engine,
  size,
  crops,
}: LooksOptions): Promise<PooledLooks> {
  const { features, embedding: dim } = plan.shape;
  const width = pooledWidth(plan.shape);
  const looks = looksOf(views.photos).flatMap(({ photo, round }, view) =>
    photo !== mixture && set.photos[photo]!.captions.length > 0 && round <= crops
      ? [
          { photo, round, view, mirrored: false },
          ...(round === 0 ? [{ photo, round, view, mirrored: true }] : []),
        ]
      : [],
  );
  const count = Math.floor(looks.length / together) * together;
  const card = imageCard(size);
  const { see } = builtTower({ ...plan, held: 0 });
  const memory = engine.memory();
  const { pooled } = see(input('images', [together, 3, size, size]), new Pass({ training: false }));
  const program = await engine.compile({ outputs: { pooled }, updates: new Map() }, memory);
  const states = asStates(values);
  memory.write(new Map(memory.names.map((name) => [name, states.get(name)!])));

  const result = {
    pooled: new Float32Array(count * width),
    wanted: new Float32Array(count * dim),
    photos: new Int32Array(count),
  };
  const target = new Float32Array(features + dim);
  const images = new Float32Array(together * inputLength(card));
  for (let from = 0; from < count; from += together) {
    const group = looks.slice(from, from + together);
    const pixels = await Promise.all(
      group.map(async ({ photo, round, mirrored }) => {
        const seen = viewPixels(await set.read(photo), plan.seed, photo, round);
        return mirrored ? mirror(seen) : seen;
      }),
    );
    for (const [slot, one] of pixels.entries()) await preprocess(one, card, images, slot);
    result.pooled.set((await program.run({ images }))['pooled'] as Float32Array, from * width);
    for (const [slot, { photo, view }] of group.entries()) {
      await views.readTarget(view, target);
      result.wanted.set(target.subarray(features), (from + slot) * dim);
      result.photos[from + slot] = photo;
    }
  }
  await program.close();
  await memory.close();
  return result;
}

function mirror({ rgb, width, height }: Pixels): Pixels {
  const turned = new Uint8Array(rgb.length);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let channel = 0; channel < 3; channel++)
        turned[3 * (row * width + column) + channel] = rgb[3 * (row * width + width - 1 - column) + channel]!;
  return { rgb: turned, width, height };
}
