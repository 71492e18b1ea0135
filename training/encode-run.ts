/** What the network of a run makes of photos and captions as it stands, outside training. */
import type { BatchShape } from './batch-inputs.ts';
import type { Engine, Memory, Program } from './engines/engine.ts';
import { type Rows, rowsOf } from './evaluate/rows.ts';
import { input } from './graph/tensor.ts';
import { Pass } from './modules/weights.ts';
import { Random } from './random.ts';
import { type RunData, captionContext } from './run-data.ts';
import { type Trained, describeGraph } from './step.ts';
import { drawView } from './transforms/draw-view.ts';
import { centreView, wholeView } from './transforms/recipes.ts';
import { viewOf } from './transforms/view.ts';

/** Photos or captions at a time. */
const batch = 50;

export interface RunEncoder {
  /** @param part  `half`: the middle of each photo, half of its area. @returns one row a photo. */
  photos(places: Int32Array, part: 'whole' | 'half'): Promise<{ features: Rows; embedding: Rows }>;
  /** One caption of each photo; null for a method without words. */
  captions: ((places: Int32Array) => Promise<Rows>) | null;
  close(): Promise<void>;
}

export interface RunEncoderOptions extends Pick<BatchShape, 'source' | 'statistics'> {
  readonly side: number;
  readonly seed: number;
}

export async function openRunEncoder(
  engine: Engine,
  memory: Memory,
  trained: Trained,
  data: RunData,
  { source, statistics, side, seed }: RunEncoderOptions,
): Promise<RunEncoder> {
  const recipes = { whole: wholeView(side), half: { ...centreView(side, 0.5), name: wholeView(side).name } };
  const bytes = input('photos', [batch, 3, source, source], 'u8');
  const photoGraph = describeGraph(trained, viewOf(recipes.whole, bytes, statistics));
  const photoProgram = await engine.compile(photoGraph, memory);
  const textProgram = trained.describeText && (await openText(engine, memory, trained.describeText));

  return {
    async photos(places, part) {
      const made = await byBatches(places, async (chosen) => {
        const pixels = new Uint8Array(batch * 3 * source ** 2);
        await data.cache.read(chosen, pixels);
        const viewed = Array.from(chosen, (at) => data.cache.photos[at]!);
        const randoms = Array.from(chosen, (at) => new Random(seed, at));
        return photoProgram.run({
          photos: pixels,
          ...drawView(recipes[part], viewed, randoms, { source }),
        });
      });
      return made as { features: Rows; embedding: Rows };
    },
    captions:
      textProgram &&
      (async (places) => {
        const randoms = (chosen: Int32Array) => Array.from(chosen, (at) => new Random(seed, 'caption', at));
        const made = await byBatches(places, (chosen) =>
          textProgram.run(data.captionTokens(chosen, randoms(chosen))),
        );
        return made['embedding']!;
      }),
    async close() {
      await photoProgram.close();
      await textProgram?.close();
    },
  };
}

function openText(
  engine: Engine,
  memory: Memory,
  describeText: NonNullable<Trained['describeText']>,
): Promise<Program> {
  const tokens = input('tokens', [batch, captionContext], 'i32');
  const embedding = describeText(tokens, input('ends', [batch], 'i32'), new Pass({ training: false }));
  return engine.compile({ outputs: { embedding }, updates: new Map() }, memory);
}

/** Runs over all places; the last ones, too few for a batch, are filled up with the last of them. */
async function byBatches(
  places: Int32Array,
  run: (chosen: Int32Array) => Promise<Readonly<Record<string, ArrayLike<number>>>>,
): Promise<Record<string, Rows>> {
  const all: Record<string, Float32Array> = {};
  for (let first = 0; first < places.length; first += batch) {
    const chosen = Int32Array.from(
      { length: batch },
      (_, i) => places[Math.min(first + i, places.length - 1)]!,
    );
    for (const [name, values] of Object.entries(await run(chosen))) {
      const dim = values.length / batch;
      const rows = (all[name] ??= new Float32Array(places.length * dim));
      const used = Math.min(batch, places.length - first);
      rows.set(Float32Array.from(values).subarray(0, used * dim), first * dim);
    }
  }
  return Object.fromEntries(
    Object.entries(all).map(([name, values]) => [name, rowsOf(values, values.length / places.length)]),
  );
}
