/** First values of a tower that goes on from a finished one, whose norms were folded into its filters. */
import type { Engine, Feeds, Numbers } from '../../engines/engine.ts';
import type { Graph } from '../../graph/graph.ts';
import { mean, sumOfSquares } from '../../graph/ops/reduce.ts';
import { div } from '../../graph/ops/elementwise.ts';
import { squeeze } from '../../graph/ops/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { Pass } from '../../modules/weights.ts';
import type { ReadTower, Weighted } from './read-tower.ts';
import { type Convolution, type Tower, type TowerShape, convolutionsOf } from './tower.ts';

/** Of every weight of a tower, by its name from where the tower lies. */
export type TowerValues = Map<string, Float32Array>;

/** As in batchNormAffine. */
const epsilon = 1e-5;

/** The read tower with norms that change nothing: what it says outside training is what the file says. */
export function foldedValues({ shape, convolutions, features, embedding }: ReadTower): TowerValues {
  const values: TowerValues = new Map();
  for (const [i, { name, outputs }] of convolutionsOf(shape).entries()) {
    const { weight, bias } = convolutions[i]!;
    values.set(`${name}.filters`, weight.numbers);
    values.set(`${name}.norm.mean`, new Float32Array(outputs));
    values.set(`${name}.norm.variance`, new Float32Array(outputs).fill(1));
    values.set(`${name}.norm.gain`, new Float32Array(outputs).fill(Math.sqrt(1 + epsilon)));
    values.set(`${name}.norm.shift`, bias);
  }
  const put = (name: string, { weight, bias }: Weighted) =>
    values.set(`${name}.weight`, weight.numbers).set(`${name}.bias`, bias);
  put('features', features);
  put('embedding', embedding);
  return values;
}

/** Mean and variance of every channel behind each convolution. */
export type Statistics = ReadonlyMap<
  string,
  { readonly mean: Float32Array; readonly variance: Float32Array }
>;

export interface MeasureOptions {
  readonly engine: Engine;
  readonly tower: Tower;
  readonly shape: TowerShape;
  /** By the names of the tower's states. */
  readonly values: ReadonlyMap<string, Numbers>;
  /** What the tower looks at, [B, 3, S, S], over inputs that are fed. */
  readonly images: Tensor;
  readonly batches: AsyncIterable<Feeds>;
  /** The norms go by each batch, as in training, or by what they have recorded. */
  readonly training: boolean;
}

/** Runs the tower over batches and averages what each norm sees. */
export async function measureStatistics(options: MeasureOptions): Promise<Statistics> {
  const { engine, tower, shape, values, images, batches, training } = options;
  const { convolved } = tower(images, new Pass({ training }));
  const perChannel = (x: Tensor) => squeeze(x, 0, 2, 3);
  const outputs: Record<string, Tensor> = {};
  for (const [name, x] of convolved) {
    const count = x.size / x.shape[1]!;
    outputs[`${name} mean`] = perChannel(mean(x, [0, 2, 3]));
    outputs[`${name} squares`] = perChannel(div(sumOfSquares(x, [0, 2, 3]), count));
  }
  const graph: Graph = { outputs, updates: new Map() };
  const memory = engine.memory();
  const program = await engine.compile(graph, memory);
  memory.write(new Map(memory.names.map((name) => [name, values.get(name)!])));
  const sums = new Map(Object.entries(outputs).map(([name, { size }]) => [name, new Float64Array(size)]));
  let count = 0;
  for await (const feeds of batches) {
    const results = await program.run(feeds);
    for (const [name, sum] of sums) results[name]!.forEach((value, c) => (sum[c]! += value));
    count++;
  }
  await program.close();
  await memory.close();
  return new Map(
    convolutionsOf(shape).map(({ name }) => {
      const centre = Float32Array.from(sums.get(`${name} mean`)!, (sum) => sum / count);
      const variance = Float32Array.from(sums.get(`${name} squares`)!, (sum, c) =>
        Math.max(0, sum / count - centre[c]! ** 2),
      );
      return [name, { mean: centre, variance }];
    }),
  );
}

/**
 * Puts norms behind the folded convolutions, such that each begins as the identity on what it has seen, and brings the
 * filters to the length that they would have had at a random start: behind a norm their length means nothing but how far
 * a step of the optimizer turns them.
 */
export function withNorms(folded: TowerValues, shape: TowerShape, seen: Statistics): TowerValues {
  const values: TowerValues = new Map(folded);
  for (const one of convolutionsOf(shape)) normBehind(values, one, seen.get(one.name)!);
  return values;
}

function normBehind(
  values: TowerValues,
  { name, outputs, kernel }: Convolution,
  { mean: centre, variance }: { readonly mean: Float32Array; readonly variance: Float32Array },
): void {
  const filters = values.get(`${name}.filters`)!.slice();
  const length = filters.length / outputs;
  const wanted = Math.sqrt((2 / (outputs * kernel * kernel)) * length); // of heNormal
  const scales = Float32Array.from({ length: outputs }, (_, o) => {
    const own = Math.sqrt(filters.subarray(o * length, (o + 1) * length).reduce((sum, w) => sum + w * w, 0));
    return own > 1e-6 ? wanted / own : 1;
  });
  for (let i = 0; i < filters.length; i++) filters[i]! *= scales[Math.floor(i / length)]!;
  const shift = values.get(`${name}.norm.shift`)!;
  values.set(`${name}.filters`, filters);
  values.set(
    `${name}.norm.mean`,
    centre.map((value, o) => value * scales[o]!),
  );
  values.set(
    `${name}.norm.variance`,
    variance.map((value, o) => value * scales[o]! ** 2),
  );
  values.set(
    `${name}.norm.shift`,
    shift.map((value, o) => value + centre[o]!),
  );
  // The norm divides by the root of variance and epsilon.
  values.set(
    `${name}.norm.gain`,
    variance.map((value, o) => Math.sqrt(value * scales[o]! ** 2 + epsilon) / scales[o]!),
  );
}

/** The same values with what the norms have recorded replaced by what was measured. */
export function withStatistics(values: ReadonlyMap<string, Float32Array>, seen: Statistics): TowerValues {
  const next: TowerValues = new Map(values);
  for (const [name, { mean: centre, variance }] of seen)
    next.set(`${name}.norm.mean`, centre).set(`${name}.norm.variance`, variance);
  return next;
}
