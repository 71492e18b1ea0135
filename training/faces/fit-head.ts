/** Fits a head to people's faces: batches of cached descriptors, semi-hard triplets, one graph. */
import { LikenessError } from '../../src-main/contract/errors.ts';
import { adapterHead, adapterWeights } from '../adapt/adapter-head.ts';
import type { Adapter, AdapterValues } from '../adapt/adapter-model.ts';
import type { Engine } from '../engines/engine.ts';
import { type Rows, rowsOf } from '../evaluate/rows.ts';
import { gradient } from '../graph/gradient.ts';
import { add, mul } from '../graph/ops/elementwise.ts';
import { input } from '../graph/tensor.ts';
import { batchSemiHard } from '../losses/batch-triplet.ts';
import { distillation } from '../losses/distillation.ts';
import { Pass, Weights } from '../modules/weights.ts';
import { clipGlobally } from '../optim/clip.ts';
import { moveAll } from '../optim/optimizer.ts';
import { planned } from '../optim/planned.ts';
import { Random } from '../random.ts';
import type { FaceSet, PersonFaces } from './face-set.ts';

/** Chosen on people that no figure in docs/people.md is of. */
export const headDefaults = {
  hidden: 64,
  /** B, at most: [B, B, B] distances are compared in a step. */
  batch: 96,
  steps: 300,
  rate: 1e-3,
  decay: 0.05,
  /** Of the triplets, as a share of how much farther apart two people are than one, in squared distances: models differ in that. */
  margin: 0.25,
  /** Weight of 1 - cosine to the descriptor that one began with. */
  anchor: 2,
  clip: 1,
} as const;
export type HeadOptions = { readonly [Name in keyof typeof headDefaults]: number };

const place = 'head';
const rowsAtOnce = 512;

export interface FittedHead {
  readonly adapter: Adapter;
  /** [N, D], unit: every descriptor of the set as the head turns it. */
  readonly rows: Rows;
}

/**
 * @param people  whose faces it learns from; nobody else's are looked at, but those of nobody known.
 * @throws LikenessError training-failed when the loss is no number any more; what the signal was aborted with.
 */
export async function fitHead(
  set: FaceSet,
  people: readonly PersonFaces[],
  {
    engine,
    seed,
    signal,
    options = headDefaults,
    onStep,
  }: {
    readonly engine: Engine;
    readonly seed: string;
    readonly signal: AbortSignal;
    readonly options?: HeadOptions;
    readonly onStep: () => void;
  },
): Promise<FittedHead> {
  const { dim, descriptors, persons } = set.lessons;
  const { hidden, steps, rate, decay, margin, anchor, clip } = options;
  const faces = people.reduce((sum, { rows }) => sum + rows.length, 0) + set.unknown.length;
  const random = new Random(seed, 'faces');
  // Drawn once, since a graph has one size: later draws of the same people are as many.
  const batch = set.draw(people, Math.min(options.batch, faces), new Random(seed, 'size')).length;

  const weights = new Weights(seed).in(place);
  const head = adapterHead(weights, { dim, hidden });
  const [x, labels] = [input('x', [batch, dim]), input('labels', [batch], 'i32')];
  const two = input('two', [batch, batch]);
  const after = head(x, new Pass({ training: true }));
  const { loss: triplets, active } = batchSemiHard(
    after,
    labels,
    { margin: margin * set.gap(people, new Random(seed, 'gap')), squared: true, normalize: false },
    two,
  );
  const loss = add(triplets, mul(distillation(after, x).loss, anchor));
  const { parameters } = weights;
  const { gradients } = clipGlobally(gradient(loss, [...parameters.values()]), clip);
  const plan = planned(
    { kind: 'adamw', rate, scaling: 'none', warmUp: { share: 0.05 }, final: 0.01, decay },
    { batch, steps, stepsPerEpoch: steps },
  );
  const memory = engine.memory();
  const program = await engine.compile(
    { outputs: { loss, active }, updates: moveAll(plan.optimizer, parameters, gradients) },
    memory,
  );
  const adapted = head(input('rows', [rowsAtOnce, dim]), new Pass({ training: false }));
  const applied = await engine.compile({ outputs: { adapted }, updates: new Map() }, memory);
  try {
    for (let step = 0; step < steps; step++) {
      signal.throwIfAborted();
      const drawn = set.draw(people, batch, random);
      while (drawn.length < batch) drawn.push(drawn[random.integer(drawn.length)]!);
      const results = await program.run({ ...feedsOf(set, drawn), ...plan.feeds(step) }, () => true);
      if (!Number.isFinite(results['loss']![0]!)) throw notFinite();
      onStep();
    }
    const values = await memory.read(adapterWeights.map((name) => `${place}.${name}`));
    const named = adapterWeights.map((name) => [name, values.get(`${place}.${name}`)!]);
    const turned = new Float32Array(descriptors.length);
    for (let from = 0; from < persons.length; from += rowsAtOnce) {
      const part = new Float32Array(rowsAtOnce * dim);
      const some = descriptors.subarray(from * dim, (from + rowsAtOnce) * dim);
      part.set(some);
      const made = await applied.run({ rows: part });
      turned.set((made['adapted'] as Float32Array).subarray(0, some.length), from * dim);
    }
    const adapter = { dim, hidden, values: Object.fromEntries(named) as unknown as AdapterValues };
    return { adapter, rows: rowsOf(turned, dim) };
  } finally {
    await program.close();
    await applied.close();
    await memory.close();
  }
}

/** Whoever is nobody known has a label of their own; a face that is there twice is one person with itself. */
function feedsOf(set: FaceSet, rows: readonly number[]) {
  const { dim, descriptors, persons } = set.lessons;
  const count = rows.length;
  const x = new Float32Array(count * dim);
  const two = new Float32Array(count * count);
  const labels = new Int32Array(count);
  for (const [i, row] of rows.entries()) {
    x.set(descriptors.subarray(row * dim, (row + 1) * dim), i * dim);
    labels[i] = persons[row]! >= 0 ? persons[row]! : -2 - row;
    for (const [j, other] of rows.entries()) two[i * count + j] = set.areTwo(row, other) ? 1 : 0;
  }
  return { x, labels, two };
}

function notFinite(): LikenessError {
  return new LikenessError(
    'training-failed',
    'Learning from faces ran out of numbers.',
    'Learn again; if it comes back, please report it.',
  );
}
