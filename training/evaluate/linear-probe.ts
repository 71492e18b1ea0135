import { openEngine } from '../engines/open-engine.ts';
import { gradient } from '../graph/gradient.ts';
import { add, mul, neg } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { mean, sumOfSquares } from '../graph/ops/reduce.ts';
import { pick } from '../graph/ops/select.ts';
import { logSoftmax } from '../graph/ops/softmax.ts';
import { input } from '../graph/tensor.ts';
import { Random } from '../random.ts';
import { accuracy, classSizes, largest } from './classes.ts';
import { minimise } from './minimise.ts';
import { type Rows, rowsOf, sameDim, takeRows } from './rows.ts';
import { similarityRows } from './similarities.ts';

/**
 * Chosen on photos held out of CIFAR-10's training part, with the built-in encoder: from 0.01 to 0.1 accuracy differs by
 * half a point, and is 2 points less at 0.001 and 0.3; with ten labels a class it matters less.
 */
const usualDecay = 0.03;

/** Rows and the class of each, 0..classes-1. */
export interface LabelledRows {
  readonly rows: Rows;
  readonly labels: ArrayLike<number>;
}

export interface LinearProbeOptions {
  /** Number of classes. */
  readonly classes: number;
  /** Learn from this many of each class only, drawn by the seed: what ten examples of a tag are good for. All when left out. */
  readonly perClass?: number;
  readonly seed?: number;
  /** Weight of half the squared length of all weights but the biases, beside the mean loss; `usualDecay` when left out. */
  readonly decay?: number;
  /** Processor threads; all cores when left out. Figures repeat exactly only with the same number. */
  readonly threads?: number;
}

/**
 * How much of the classes lies open in frozen features: multinomial logistic regression on standardised features, over
 * the whole bank at once, to the one lowest point that its loss has.
 * @returns `accuracy` on the held-out rows, 0..1, NaN without any; `predicted` [Q].
 * @throws RangeError for an empty bank, a wrong label, rows of different lengths.
 * Cost: up to 200 passes of the bank; 5,000 x 384 in 10 classes 1 s on one core.
 * Source: Chen et al. 2020 (SimCLR), appendix B.6; the decay is ours.
 */
export async function linearProbe(bank: LabelledRows, heldOut: LabelledRows, options: LinearProbeOptions) {
  const { classes, decay = usualDecay } = options;
  const { rows, labels } = options.perClass === undefined ? bank : fewOf(bank, options);
  const dim = sameDim(rows, heldOut.rows);
  if (rows.count === 0 || labels.length !== rows.count)
    throw new RangeError(`${labels.length} labels for a bank of ${rows.count}`);
  classSizes(labels, classes);

  const standard = standardise(rows);
  const weights = await fit(standard(rows), labels, { ...options, decay });
  // Each class's row of weights, its bias last, against the features with a 1 at their end.
  const predicted = new Int32Array(heldOut.rows.count);
  for (const [query, logits] of similarityRows(withOne(standard(heldOut.rows)), rowsOf(weights, dim + 1)))
    predicted[query] = largest(logits);
  return { accuracy: accuracy(predicted, heldOut.labels), predicted };
}

/** Features less their mean, over their deviation, both of the bank; one that never varies becomes 0. */
function standardise({ values, count, dim }: Rows): (rows: Rows) => Rows {
  const means = new Float64Array(dim);
  const scales = new Float64Array(dim);
  for (let d = 0; d < dim; d++) {
    for (let at = d; at < values.length; at += dim) means[d]! += values[at]! / count;
    let squares = 0;
    for (let at = d; at < values.length; at += dim) squares += (values[at]! - means[d]!) ** 2;
    const deviation = Math.sqrt(squares / count);
    scales[d] = deviation > 1e-6 * Math.abs(means[d]!) + 1e-12 ? 1 / deviation : 0;
  }
  return (rows) => ({
    ...rows,
    values: Float32Array.from(rows.values, (value, at) => (value - means[at % dim]!) * scales[at % dim]!),
  });
}

function withOne({ values, count, dim }: Rows): Rows {
  const longer = new Float32Array(count * (dim + 1)).fill(1);
  for (let row = 0; row < count; row++)
    longer.set(values.subarray(row * dim, (row + 1) * dim), row * (dim + 1));
  return rowsOf(longer, dim + 1);
}

/** @returns [classes, dim + 1], the biases last. Starts from zeros, so that the seed has no part in it. */
async function fit(
  rows: Rows,
  labels: ArrayLike<number>,
  { classes, decay, threads }: LinearProbeOptions & { readonly decay: number },
): Promise<Float32Array> {
  const { count, dim } = rows;
  const x = input('x', [count, dim]);
  const y = input('y', [count], 'i32');
  const weights = input('weights', [classes, dim]);
  const biases = input('biases', [classes]);
  const logits = add(matmul(x, weights, { transposeB: true }), biases);
  const loss = add(neg(mean(pick(logSoftmax(logits), y))), mul(sumOfSquares(weights), decay / 2));
  const [byWeights, byBiases] = gradient(loss, [weights, biases]) as [typeof weights, typeof biases];

  const engine = await openEngine({ engine: 'cpu', ...(threads !== undefined && { threads }) });
  const memory = engine.memory();
  const program = await engine.compile(
    { outputs: { loss, byWeights, byBiases }, updates: new Map() },
    memory,
  );
  try {
    const fixed = { x: Float32Array.from(rows.values), y: Int32Array.from(labels) };
    const size = classes * dim;
    const best = await minimise(
      async (point) => {
        const feeds = { ...fixed, weights: Float32Array.from(point.subarray(0, size)) };
        const made = await program.run({ ...feeds, biases: Float32Array.from(point.subarray(size)) });
        return {
          value: made['loss']![0]!,
          gradient: Float64Array.from([...made['byWeights']!, ...made['byBiases']!]),
        };
      },
      new Float64Array(size + classes),
      { most: 200, tolerance: 1e-4 },
    );
    return Float32Array.from({ length: classes * (dim + 1) }, (_, at) => {
      const [label, d] = [Math.floor(at / (dim + 1)), at % (dim + 1)];
      return d < dim ? best[label * dim + d]! : best[size + label]!;
    });
  } finally {
    await program.close();
    await memory.close();
  }
}

/** Up to `perClass` rows of each class, drawn by the seed. */
function fewOf(
  { rows, labels }: LabelledRows,
  { classes, perClass = 10, seed = 0 }: LinearProbeOptions,
): LabelledRows {
  const taken = new Uint32Array(classes);
  const order = new Random(seed, 'few labels').shuffle(Array.from({ length: rows.count }, (_, i) => i));
  const chosen = order.filter((row) => taken[labels[row]!]!++ < perClass).sort((a, b) => a - b);
  return { rows: takeRows(rows, chosen), labels: chosen.map((row) => labels[row]!) };
}
