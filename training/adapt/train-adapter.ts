/** The loop that fits an adapter to cached features: no photo is read any more, and a step takes milliseconds. */
import { existsSync } from 'node:fs';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { RunProgress } from '../../src-main/contract/run.ts';
import { readCheckpoint, restore, statesOf, writeCheckpoint } from '../checkpoint.ts';
import { epochBatches } from '../data/sample-photos.ts';
import type { Engine, Program } from '../engines/engine.ts';
import { sourcesOf } from '../graph/graph.ts';
import { Weights } from '../modules/weights.ts';
import { planned } from '../optim/planned.ts';
import { RunLog } from '../run-log.ts';
import { type AdaptLength, type AdaptPlan, adaptDefaults } from './adapt-plan.ts';
import { adapterHead, adapterWeights } from './adapter-head.ts';
import type { Adapter, AdapterValues } from './adapter-model.ts';
import { adapterStep } from './adapter-step.ts';
import { type PairSource, drawPairs } from './draw-pairs.ts';

export interface TrainAdapterOptions {
  readonly engine: Engine;
  readonly plan: AdaptPlan;
  readonly length: AdaptLength;
  readonly source: PairSource;
  /** Rows to learn from, B or more. */
  readonly photos: Int32Array;
  readonly paths: { readonly checkpoint: string; readonly log: string };
  /** It ends where its checkpoint stands, as if that were all. */
  readonly finish?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

export interface TrainedAdapter {
  readonly adapter: Adapter;
  /** Steps done. */
  readonly steps: number;
  /** The step before which it was asked to stop; null when it went through. */
  readonly stopped: number | null;
}

/** ms between checkpoints. */
const checkpointMs = 30_000;

/**
 * From the checkpoint, where there is one. @throws LikenessError training-failed when the loss is no number any more,
 * bad-input for a checkpoint of something else; the file system's errors.
 */
export async function trainAdapter(options: TrainAdapterOptions): Promise<TrainedAdapter> {
  const { plan, length, source, photos, paths, finish, signal, onProgress } = options;
  const { stepsPerEpoch, batch } = length;
  const seed = plan.request.seed;
  const opened = await openAdapterStep(options);
  const { memory, program, states, optimizer } = opened;
  let step = 0;
  if (existsSync(paths.checkpoint)) {
    const checkpoint = await readCheckpoint(paths.checkpoint);
    restore(memory, checkpoint, states);
    ({ step } = checkpoint.facts as { step: number });
  }
  const steps = finish ? step : length.steps;
  const log = RunLog.open(paths.log, { after: step });
  const save = async () =>
    writeCheckpoint(paths.checkpoint, { tensors: await statesOf(memory, states), facts: { step } });
  try {
    let batches: Int32Array[] = [];
    const begun = performance.now();
    let [lastSave, done] = [begun, 0];
    while (step < steps && !signal.aborted) {
      const epoch = Math.floor(step / stepsPerEpoch);
      const at = step % stepsPerEpoch;
      if (at === 0 || done === 0) batches = epochBatches({ photos, batch, seed, epoch });
      const pairs = drawPairs(source, batches[at]!, { seed, epoch });
      const results = await program.run({ ...pairs, ...optimizer.feeds(step) });
      const told = Object.fromEntries(Object.entries(results).map(([name, [value]]) => [name, value!]));
      const { loss, spread } = told as Record<'loss' | 'spread', number>;
      if (!Number.isFinite(loss)) throw notFinite(step);
      log.add({ step: ++step, epoch, ...told, rate: optimizer.rate(step - 1) });
      const mean = (performance.now() - begun) / ++done;
      const training = {
        epoch: epoch + 1,
        epochs: Math.ceil(steps / stepsPerEpoch),
        loss,
        photosPerSecond: (1000 * batch) / mean,
        secondsLeft: ((steps - step) * mean) / 1000,
        spread,
      };
      onProgress({ stage: 'training', done: step, total: steps, training });
      if (performance.now() - lastSave > checkpointMs) {
        await save();
        lastSave = performance.now();
      }
    }
    if (!finish) await save();
    const values = await memory.read(adapterWeights.map((name) => `${place}.${name}`));
    const { dim } = source.features;
    return {
      adapter: { dim, hidden: plan.hidden, values: valuesOf(values as ReadonlyMap<string, Float32Array>) },
      steps: step,
      stopped: step < steps ? step : null,
    };
  } finally {
    log.close();
    await program.close();
    await memory.close();
  }
}

/** Milliseconds that one step takes, the adapter left as it is. */
export async function timeStep(options: Omit<TrainAdapterOptions, 'paths' | 'onProgress'>): Promise<number> {
  const { program, memory, optimizer } = await openAdapterStep(options);
  const { source, photos, length, plan } = options;
  const { seed } = plan.request;
  const pairs = () => drawPairs(source, photos.subarray(0, length.batch), { seed, epoch: 0 });
  const run = () => program.run({ ...pairs(), ...optimizer.feeds(0) }, () => false);
  await run(); // the first one makes its room
  const start = performance.now();
  for (let i = 0; i < timedSteps; i++) await run();
  const milliseconds = (performance.now() - start) / timedSteps;
  await program.close();
  await memory.close();
  return milliseconds;
}

const timedSteps = 3;

/** Where the head's weights live. */
const place = 'adapter';

async function openAdapterStep({
  engine,
  plan,
  length,
  source,
}: Pick<TrainAdapterOptions, 'engine' | 'plan' | 'length' | 'source'>) {
  const { hidden, losses, rate, decay, request } = plan;
  const { dim } = source.features;
  const weights = new Weights(request.seed).in(place);
  const head = adapterHead(weights, { dim, hidden });
  const optimizer = planned(
    { kind: 'adamw', rate, scaling: 'none', warmUp: { share: 0.05 }, final: 0.01, decay },
    length,
  );
  const graph = adapterStep(weights, head, {
    batch: length.batch,
    dim,
    losses,
    optimizer: optimizer.optimizer,
    clip: adaptDefaults.clip,
  });
  const memory = engine.memory();
  const program: Program = await engine.compile(graph, memory);
  const states = new Map(sourcesOf(graph).states.map((state) => [state.attributes.name, state] as const));
  return { memory, program, states, optimizer };
}

function valuesOf(values: ReadonlyMap<string, Float32Array>): AdapterValues {
  return Object.fromEntries(
    adapterWeights.map((name) => [name, values.get(`${place}.${name}`)!]),
  ) as unknown as AdapterValues;
}

function notFinite(step: number): LikenessError {
  return new LikenessError(
    'training-failed',
    `The loss is no number any more at step ${step + 1}.`,
    'Start again with another seed; if it comes back, please report it.',
  );
}
