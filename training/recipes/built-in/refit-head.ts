/**
 * The last part of the recipe: the embedding's head learned anew on what the finished tower pools, which is cached once. Large
 * batches cost nothing here, and they are what telling captions from each other wants.
 */
import type { Engine } from '../../engines/engine.ts';
import { gradient } from '../../graph/gradient.ts';
import { add, exp, mul } from '../../graph/ops/elementwise.ts';
import { unit } from '../../graph/ops/length.ts';
import { type Tensor, input } from '../../graph/tensor.ts';
import { clip, firstLogScale, heldLogScale } from '../../losses/clip.ts';
import { distillation } from '../../losses/distillation.ts';
import { linear } from '../../modules/linear.ts';
import { Pass, Weights, filledWith } from '../../modules/weights.ts';
import { adamW } from '../../optim/adamw.ts';
import { moveAll } from '../../optim/optimizer.ts';
import { Random } from '../../random.ts';
import type { Weighted } from './read-tower.ts';
import type { CaptionRows } from './caption-store.ts';
import type { TowerValues } from './begin.ts';
import { type TowerPlan, rateAt } from './train-tower.ts';

/** What the tower pooled of looks at captioned photos, and what the teacher said of the same looks. */
export interface PooledLooks {
  /** [N, P]. */
  readonly pooled: Float32Array;
  /** [N, D], unit length. */
  readonly wanted: Float32Array;
  /** Photo of each look, by its place in the recipe's photos. */
  readonly photos: Int32Array;
}

export interface RefitOptions {
  readonly looks: PooledLooks;
  readonly captions: CaptionRows;
  /** The head as it was trained with the tower; the new one begins as it. */
  readonly head: Weighted;
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  readonly decay: number;
  /** Share of the pooled numbers that are left out in a step. */
  readonly dropout: number;
  /** How much the teacher's embedding counts beside the captions. */
  readonly teacher: number;
  readonly engine: Engine;
  readonly report: (epoch: number, loss: number) => void;
}

/** Chosen on Flickr8k dev. */
export const usualRefit = {
  epochs: 8,
  batch: 500,
  rate: 1e-3,
  decay: 0.05,
  dropout: 0.3,
  teacher: 1,
} as const;

/** The head of a tower's values, and the values with another one. */
export function headOf(values: TowerValues, { shape }: Pick<TowerPlan, 'shape'>): Weighted {
  const numbers = values.get('embedding.weight')!;
  return {
    weight: { shape: [numbers.length / shape.embedding, shape.embedding], numbers },
    bias: values.get('embedding.bias')!,
  };
}

export const withHead = (values: TowerValues, { weight, bias }: Weighted): TowerValues =>
  new Map([...values, ['embedding.weight', weight.numbers], ['embedding.bias', bias]]);

/** @returns the new head, which takes what the tower pools as it is. Cost: half a minute for 20,000 looks and 8 epochs. */
export async function refitHead(options: RefitOptions): Promise<Weighted> {
  const { looks, captions, head, seed, epochs, batch, rate, decay, dropout, teacher, engine, report } =
    options;
  const [inputs, dim] = head.weight.shape as [number, number];
  const count = looks.photos.length;
  const scaled = standardised(looks.pooled, inputs);
  const weights = new Weights(seed).in('head');
  const layer = linear(weights, inputs, dim);
  const logScale = weights.parameter('logScale', [], filledWith(firstLogScale));
  const optimizer = adamW({ decay });
  const pooled = mul(input('pooled', [batch, inputs]), input('kept', [batch, inputs]));
  const embedding = unit(layer(pooled, new Pass({ training: true })));
  const told = clip(embedding, input('captions', [batch, dim]), logScale, {
    ids: input('photo', [batch], 'i32'),
  });
  const far = distillation(embedding, input('wanted', [batch, dim])).loss;
  const loss = add(told.loss, mul(far, teacher));
  const moved = moveAll(optimizer, weights.parameters, gradient(loss, [...weights.parameters.values()]));
  moved.set(logScale, heldLogScale(moved.get(logScale) as Tensor));

  const memory = engine.memory();
  const program = await engine.compile({ outputs: { loss, scale: exp(logScale) }, updates: moved }, memory);
  memory.write(
    new Map([
      ['head.weight', head.weight.numbers.map((value, i) => value * scaled.deviation[Math.floor(i / dim)]!)],
      ['head.bias', biasAt(head, scaled.mean, dim)],
    ]),
  );
  const perEpoch = Math.floor(count / batch);
  const steps = epochs * perEpoch;
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const random = new Random(seed, 'refit', epoch);
    const order = random.shuffle(Int32Array.from({ length: count }, (_, i) => i));
    let sum = 0;
    for (let at = 0; at < perEpoch; at++, step++) {
      const rows = order.subarray(at * batch, (at + 1) * batch);
      const own = Array.from(rows, (row) => {
        const photo = looks.photos[row]!;
        const [first, next] = [captions.starts[photo]!, captions.starts[photo + 1]!];
        return first + random.integer(next - first);
      });
      const results = await program.run({
        pooled: gathered(scaled.values, rows, inputs),
        wanted: gathered(looks.wanted, rows, dim),
        captions: gathered(captions.values, own, dim),
        photo: Int32Array.from(rows, (row) => looks.photos[row]!),
        kept: Float32Array.from({ length: batch * inputs }, () =>
          random.uniform() < dropout ? 0 : 1 / (1 - dropout),
        ),
        ...optimizer.rates(step, rateAt({ steps, warmUp: 20, rate }, step)),
      });
      sum += results['loss']![0]!;
    }
    report(epoch, sum / perEpoch);
  }
  const learned = await memory.read(['head.weight', 'head.bias']);
  await program.close();
  await memory.close();
  return unscaled(
    learned.get('head.weight') as Float32Array,
    learned.get('head.bias') as Float32Array,
    scaled,
    dim,
  );
}

interface Scaled {
  readonly values: Float32Array;
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** Every column with mean 0 and deviation 1, so that one rate suits all. */
function standardised(rows: Float32Array, width: number): Scaled {
  const count = rows.length / width;
  const [sums, squares] = [new Float64Array(width), new Float64Array(width)];
  for (let i = 0; i < rows.length; i++) {
    sums[i % width]! += rows[i]!;
    squares[i % width]! += rows[i]! ** 2;
  }
  const mean = Float32Array.from(sums, (sum) => sum / count);
  const deviation = Float32Array.from(squares, (square, i) =>
    Math.max(1e-3, Math.sqrt(Math.max(0, square / count - mean[i]! ** 2))),
  );
  return {
    values: rows.map((value, i) => (value - mean[i % width]!) / deviation[i % width]!),
    mean,
    deviation,
  };
}

/** The bias that a head has on standardised rows. */
function biasAt({ weight, bias }: Weighted, mean: Float32Array, dim: number): Float32Array {
  const moved = Float64Array.from(bias);
  for (let i = 0; i < weight.numbers.length; i++)
    moved[i % dim]! += mean[Math.floor(i / dim)]! * weight.numbers[i]!;
  return Float32Array.from(moved);
}

function unscaled(
  weight: Float32Array,
  bias: Float32Array,
  { mean, deviation }: Scaled,
  dim: number,
): Weighted {
  const numbers = weight.map((value, i) => value / deviation[Math.floor(i / dim)]!);
  const moved = Float64Array.from(bias);
  for (let i = 0; i < numbers.length; i++) moved[i % dim]! -= mean[Math.floor(i / dim)]! * numbers[i]!;
  return { weight: { shape: [mean.length, dim], numbers }, bias: Float32Array.from(moved) };
}

function gathered(values: Float32Array, rows: ArrayLike<number>, width: number): Float32Array {
  const out = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++)
    out.set(values.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  return out;
}
