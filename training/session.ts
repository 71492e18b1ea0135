/** What a run computes with: an engine, the networks in its memory, a compiled step, and what the step is fed. */
import { type BatchShape, batchFeeds } from './batch-inputs.ts';
import type { Device } from './choose-device.ts';
import { captionVocabulary } from './data/captions.ts';
import { type PlannedBatch } from './data/load-batches.ts';
import { type RunEncoder, openRunEncoder } from './encode-run.ts';
import type { Engine, Feeds, Memory } from './engines/engine.ts';
import { openEngine } from './engines/open-engine.ts';
import { methods } from './methods/table.ts';
import { looksAtPatches, networksOf, patchOf } from './nets.ts';
import { type PlannedOptimizer, planned } from './optim/planned.ts';
import { momentumTo1, riseTo } from './optim/schedule.ts';
import { type RunData, captionContext } from './run-data.ts';
import type { RunPlan } from './run-plan.ts';
import { type Trained, assemble, stepInputs } from './step.ts';
import { type Stepper, openStepper } from './stepper.ts';
import { towerParts } from './tower/open-tower.ts';
import type { TunableName } from './tower/tuned.ts';
import { forScans } from './transforms/recipes.ts';
import { changeView } from './transforms/view-change.ts';
import { imagenetStatistics } from './transforms/view.ts';

/** Pixels are normalised by these, in training and by the exported encoder. */
export const statistics = imagenetStatistics;

export interface Session {
  readonly device: Device;
  readonly engine: Engine;
  readonly memory: Memory;
  readonly trained: Trained;
  readonly stepper: Stepper;
  readonly encoder: RunEncoder;
  /** What a batch is fed: decodes its photos and draws their views. */
  readonly load: (batch: PlannedBatch) => Promise<Feeds>;
  /** Numbers of step k that follow from a schedule: rates, momentum, temperatures. */
  readonly schedule: (step: number) => Feeds;
  readonly rate: (step: number) => number;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly plan: RunPlan;
  readonly data: RunData;
  readonly device: Device;
  readonly note: (text: string) => void;
}

export async function openSession({ plan, data, device, note }: SessionOptions): Promise<Session> {
  const { request, batch, micro, steps, stepsPerEpoch, side, source, net, knobs } = plan;
  const tower = plan.tower && towerParts(plan.tower, request.method as TunableName, statistics);
  const method = tower?.method ?? methods[request.method];
  const patch = patchOf(net, side);
  const captioned = method.learnsFrom === 'captions';
  const networks =
    tower?.networks ??
    networksOf(
      {
        net,
        side,
        text: captioned ? { vocabulary: captionVocabulary.size, context: captionContext } : null,
        batchNorm: micro === batch,
      },
      method,
    );
  const trained = assemble(method, knobs, networks, request.seed);
  const own = method.views({ side, patch }, knobs);
  const kept = request.kind === 'scans' ? own.map(forScans) : own;
  const changed = plan.views;
  const shape: BatchShape = {
    batch,
    source,
    views: changed ? kept.map((recipe) => changeView(recipe, changed)) : kept,
    statistics,
    patches: looksAtPatches(net) ? (side / patch) ** 2 : 1,
    context: captionContext,
  };
  const optimizer = planned(plan.optimizer, { batch, steps, stepsPerEpoch });
  const engine = await openEngine({ engine: device.engine, threads: plan.threads, half: device.half });
  const memory = engine.memory();
  // On failure the memory goes: another try may need it.
  const orClose = async (thrown: unknown): Promise<never> => {
    await memory.close();
    throw thrown;
  };
  const stepper = await openStepper(engine, memory, trained, shape, {
    ...plan.optimizer,
    optimizer: optimizer.optimizer,
    scaled: device.half,
    micro,
    onHalved: (now) => note(`Memory does not suffice: the network now sees ${now} photos at a time.`),
  }).catch(orClose);
  const encoder = await openRunEncoder(engine, memory, trained, data, {
    side,
    source,
    statistics,
    seed: request.seed,
  }).catch(orClose);
  return {
    device,
    engine,
    memory,
    trained,
    stepper,
    encoder,
    load: batchFeeds(data, shape, stepper.graphs, {
      seed: request.seed,
      useClasses: method.learnsFrom === 'classes' && data.classes > 1,
    }),
    schedule: scheduled(plan, trained, optimizer),
    rate: (step) => optimizer.rate(step),
    async close() {
      await stepper.close();
      await encoder.close();
      await memory.close();
    },
  };
}

function scheduled(plan: RunPlan, { slow }: Trained, optimizer: PlannedOptimizer): (step: number) => Feeds {
  const { steps, stepsPerEpoch, knobs, request } = plan;
  const momenta = slow?.rises ? momentumTo1(slow.momentum, steps) : null;
  const rises = Object.entries(methods[request.method].rises?.(knobs) ?? {}).map(
    ([name, { from, to, epochs }]) => {
      const values = riseTo(from, to, Math.min(epochs * stepsPerEpoch, steps), steps);
      return [name, values] as const;
    },
  );
  return (step) => ({
    ...optimizer.feeds(step),
    [stepInputs.momentum]: momenta?.[step] ?? slow?.momentum ?? 0,
    ...Object.fromEntries(rises.map(([name, values]) => [name, values[step]!])),
  });
}
