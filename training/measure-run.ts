/** What the network of a run makes of photos it does not learn from, measured now and then while it learns. */
import type { Collapse } from '../src-main/contract/run.ts';
import type { BatchShape } from './batch-inputs.ts';
import type { Engine, Memory } from './engines/engine.ts';
import { accuracy } from './evaluate/classes.ts';
import { collapseOf } from './evaluate/collapse.ts';
import { weightedKnn } from './evaluate/nearest-neighbours.ts';
import { rankAll, retrievalFigures } from './evaluate/retrieval.ts';
import { type Rows, rowsOf } from './evaluate/rows.ts';
import { alignmentOf, uniformityOf } from './evaluate/spread.ts';
import { input } from './graph/tensor.ts';
import { Random } from './random.ts';
import type { RunData } from './run-data.ts';
import { type Trained, describeGraph } from './step.ts';
import { drawView } from './transforms/draw-view.ts';
import { centreView, wholeView } from './transforms/recipes.ts';
import { viewOf } from './transforms/view.ts';

/** Of photos held out; of those learned from where none are. Shares are 0 to 1. */
export interface Measured {
  /** Photos whose class the neighbours among the learned ones name; null without classes. */
  readonly knn: number | null;
  /** Photos that are found first by the middle half of themselves. */
  readonly half: number;
  readonly alignment: number;
  readonly uniformity: number;
  readonly collapse: Collapse;
}

/** Photos encoded at a time, and at most to compare with and to ask about. */
const batch = 50;
const most = { bank: 3000, asked: 1000 } as const;

export interface MeasureRun {
  measure(): Promise<Measured>;
  close(): Promise<void>;
}

export async function openMeasure(
  engine: Engine,
  memory: Memory,
  trained: Trained,
  data: RunData,
  {
    source,
    statistics,
    side,
    seed,
  }: Pick<BatchShape, 'source' | 'statistics'> & { side: number; seed: number },
): Promise<MeasureRun> {
  const [whole, centre] = [wholeView(side), { ...centreView(side, 0.5), name: 'whole' }];
  const photos = input('photos', [batch, 3, source, source], 'u8');
  const program = await engine.compile(describeGraph(trained, viewOf(whole, photos, statistics)), memory);
  const sample = (places: Int32Array, count: number) =>
    new Random(seed, 'measure').shuffle(places.slice()).slice(0, count).sort();
  const bank = sample(data.train, most.bank);
  const asked = data.heldOut.length > 1 ? sample(data.heldOut, most.asked) : sample(data.train, most.asked);

  async function encode(places: Int32Array, recipe: typeof whole): Promise<Rows> {
    const parts: Float32Array[] = [];
    for (let first = 0; first < places.length; first += batch) {
      // The last ones, too few for a batch, are filled up with the last of them.
      const chosen = Int32Array.from(
        { length: batch },
        (_, i) => places[Math.min(first + i, places.length - 1)]!,
      );
      const bytes = new Uint8Array(batch * 3 * source ** 2);
      await data.cache.read(chosen, bytes);
      const viewed = Array.from(chosen, (at) => data.cache.photos[at]!);
      const randoms = Array.from(chosen, (at) => new Random(seed, at));
      const { features } = await program.run({
        photos: bytes,
        ...drawView(recipe, viewed, randoms, { source }),
      });
      parts.push(features as Float32Array);
    }
    const dim = parts[0]!.length / batch;
    const all = new Float32Array(places.length * dim);
    for (const [i, part] of parts.entries())
      all.set(part.subarray(0, Math.min(part.length, all.length - i * batch * dim)), i * batch * dim);
    return rowsOf(all, dim);
  }

  return {
    async measure() {
      const rows = await encode(asked, whole);
      const halves = await encode(asked, centre);
      const classed = data.classes > 1 && data.heldOut.length > 1;
      return {
        knn: classed ? classOf(rows, await encode(bank, whole)) : null,
        half: retrievalFigures(rankAll(halves, rows, (at) => [at])).at[0]!.hit,
        alignment: alignmentOf(rows, halves),
        uniformity: uniformityOf(rows, { seed }),
        collapse: collapseOf(rows),
      };
    },
    close: () => program.close(),
  };

  function classOf(rows: Rows, known: Rows): number {
    const labels = Int32Array.from(bank, (at) => data.labels[at]!);
    const { predicted } = weightedKnn(rows, known, labels, { classes: data.classes });
    return accuracy(
      predicted,
      Int32Array.from(asked, (at) => data.labels[at]!),
    );
  }
}
