/** The loop of a training: batch by batch, with a log, checkpoints, a watch over collapse, and a processor to fall back on. */
import { setTimeout as wait } from 'node:timers/promises';
import { LikenessError } from '../src-main/contract/errors.ts';
import type { Collapse, TrainerReport } from '../src-main/contract/run.ts';
import type { Device } from './choose-device.ts';
import { processor } from './choose-device.ts';
import { loadBatches } from './data/load-batches.ts';
import type { Results } from './engines/engine.ts';
import { isOutOfMemory } from './gradient-cache.ts';
import { type Measured, measureRun } from './measure-run.ts';
import { methods } from './methods/table.ts';
import { LossScale } from './optim/loss-scale.ts';
import { plannedBatches } from './planned-batches.ts';
import type { RunData } from './run-data.ts';
import { type RunFolder, isDiskFull } from './run-folder.ts';
import type { RunPlan } from './run-plan.ts';
import { type Session, openSession } from './session.ts';
import { stepInputs } from './step.ts';
import { CollapseWatch, type Watched } from './watch-collapse.ts';

export interface LearnOptions {
  readonly plan: RunPlan;
  readonly data: RunData;
  readonly folder: RunFolder;
  readonly device: Device;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
  readonly report: (report: TrainerReport) => void;
}

export interface Ended {
  /** The step before which it was asked to stop; null when it went through, or ended by an alarm. */
  readonly stopped: number | null;
  readonly losses: readonly number[];
  readonly collapse: Collapse;
  readonly photosPerSecond: number;
  readonly before: Measured;
  readonly after: Measured;
  /** Still open: the caller exports from it and closes it. */
  readonly session: Session;
}

/**
 * Learns from where the folder's checkpoint stands, or from the beginning.
 * @throws LikenessError when the loss is no number any more, memory does not suffice, or photos cannot be read.
 */
export async function learn(options: LearnOptions): Promise<Ended> {
  let [device, micro] = [options.device, options.plan.micro];
  for (;;) {
    let session: Session | null = null;
    try {
      session = await openSession({ ...options, device, micro });
      return await goThrough(session, options);
    } catch (thrown) {
      await session?.close();
      if (thrown instanceof LikenessError || thrown === options.signal.reason) throw thrown;
      if (isOutOfMemory(thrown)) micro = smallerMicro(options, micro, thrown);
      else if (device.engine !== 'cpu') {
        options.note(
          `${device.name} failed: ${(thrown as Error).message} The training goes on with the processor, from the last checkpoint.`,
        );
        device = processor();
      } else throw thrown;
    }
  }
}

/** @throws LikenessError where the method cannot do with parts of a batch. */
function smallerMicro({ plan, note, folder }: LearnOptions, micro: number, cause: Error): number {
  const method = methods[plan.request.method];
  const next = micro / 2;
  if (method.slow || !Number.isInteger(next) || folder.hasCheckpoint)
    throw new LikenessError(
      'engine-failed',
      `Memory does not suffice for ${plan.batch} photos of ${plan.side} px at once.`,
      `Give --batch ${Math.max(2, Math.floor(plan.batch / 2))}, or a smaller --side or --net.`,
      { cause },
    );
  note(
    `Memory does not suffice: the network now sees ${next} photos at a time, the loss still ${plan.batch}.`,
  );
  return next;
}

/** Seconds between checkpoints, and how often the window is told. */
const [checkpointMs, reportMs] = [120_000, 200];
/** Measuring, and saving at the end of an epoch, may take these shares of the time. */
const [measureShare, saveShare] = [0.1, 0.05];

async function goThrough(session: Session, options: LearnOptions): Promise<Ended> {
  const { plan, data, folder, signal, report, note } = options;
  const { stepper, encoder } = session;
  const found = await folder.restore(session);
  if (found && (found.engine !== session.device.engine || found.threads !== plan.threads))
    note(
      'The run goes on with another engine or number of threads: its numbers will differ in the last digits.',
    );
  const { log, losses } = folder.openLog(found?.step ?? 0);
  const scale = new LossScale();
  const watch = new CollapseWatch({ steps: plan.steps });
  let [step, measuredMs, saveMs, steppedMs, stepped] = [found?.step ?? 0, 0, 0, 0, 0];
  let [lastReport, lastSave, lastMeasure] = [0, performance.now(), performance.now()];

  async function look(): Promise<Measured> {
    report({
      kind: 'progress',
      progress: { stage: 'evaluating', done: 0, total: 0, training: null },
    });
    const start = performance.now();
    const measured = await measureRun(encoder, data, plan.request.seed);
    lastMeasure = performance.now();
    measuredMs = lastMeasure - start;
    log.add({ step, ...measured });
    return measured;
  }

  async function save(): Promise<void> {
    const start = performance.now();
    await whileDiskIsFull(options, async () => {
      log.flush();
      await folder.save(session, { step, before, threads: plan.threads });
    });
    lastSave = performance.now();
    saveMs = lastSave - start;
  }

  const before = found?.before ?? (await look());
  const batches = loadBatches(
    plannedBatches(plan, data, step),
    async (batch) => ({ ...batch, feeds: await session.load(batch) }),
    { signal },
  );
  try {
    for await (const { epoch, step: k, feeds } of batches) {
      step = k;
      const start = performance.now();
      const rate = session.rate(k);
      const results = await stepper.step(
        { ...feeds, ...session.schedule(k), [stepInputs.lossScale]: scale.scale },
        (loss, norm) => takes(loss, norm, session, scale, { step: k, rate }, options),
      );
      const spent = performance.now() - start;
      if (stepped === 0) tellFallbacks(session, note);
      steppedMs += spent;
      stepped++;
      step = k + 1;
      const loss = results['loss']![0]!;
      losses.push(loss);
      watch.look(k, () => watchedOf(results, session, plan));
      const photosPerSecond = (stepped * plan.batch * 1000) / steppedMs;
      log.add({ step, epoch, rate, photosPerSecond, spread: watch.latest.spread, ...numbersOf(results) });
      if (performance.now() - lastReport > reportMs || step === plan.steps) {
        lastReport = performance.now();
        const secondsLeft = ((plan.steps - step) * steppedMs) / stepped / 1000;
        const { spread } = watch.latest;
        const training = {
          epoch: epoch + 1,
          epochs: plan.epochs,
          loss,
          photosPerSecond,
          secondsLeft,
          spread,
        };
        report({
          kind: 'progress',
          progress: { stage: 'training', done: step, total: plan.steps, training },
        });
      }
      if (watch.alarmed && plan.request.preset !== 'smoke') {
        note(`Stopped at step ${step}: ${watch.latest.reason}`);
        break;
      }
      const endOfEpoch = step % plan.stepsPerEpoch === 0 && step < plan.steps;
      if (endOfEpoch && measuredMs < measureShare * (performance.now() - lastMeasure)) await look();
      const sinceSave = performance.now() - lastSave;
      if (sinceSave > checkpointMs || (endOfEpoch && saveMs < saveShare * sinceSave)) await save();
    }
  } catch (thrown) {
    if (thrown !== signal.reason || !signal.aborted) {
      log.close();
      throw thrown;
    }
    await save();
    log.close();
    return { ...ended(), stopped: step, after: before };
  }
  await save();
  const after = await look();
  log.close();
  if (data.cache.lost > 0)
    note(`${data.cache.lost} times a photo could no longer be read; another stood in for it.`);
  if (scale.skipped > 0) note(`${scale.skipped} steps were skipped because half precision overflowed.`);
  return { ...ended(), stopped: null, after };

  function ended() {
    const photosPerSecond = stepped > 0 ? (stepped * plan.batch * 1000) / steppedMs : 0;
    return { losses, collapse: watch.latest, photosPerSecond, before, session };
  }
}

/** Whether a step is taken. @throws LikenessError when the loss is no number any more. */
function takes(
  loss: number,
  norm: number,
  { device }: Session,
  scale: LossScale,
  at: { readonly step: number; readonly rate: number },
  { folder }: LearnOptions,
): boolean {
  // In half precision gradients overflow now and then: the next step is scaled less.
  if (device.half && Number.isFinite(loss) && scale.scale > 1) return scale.accept(norm);
  if (Number.isFinite(loss) && Number.isFinite(norm)) return true;
  throw new LikenessError(
    'training-failed',
    `The loss is no number any more at step ${at.step + 1}, where the learning rate was ${at.rate.toPrecision(3)}.`,
    folder.hasCheckpoint
      ? 'The last checkpoint is kept. Start again with a third of the rate (--rate) or a larger --batch.'
      : 'Start again with a third of the rate (--rate) or a larger --batch.',
  );
}

function watchedOf(results: Results, { stepper }: Session, { knobs }: RunPlan): Watched {
  const [entropy, entropyOfMean] = [results['metric.entropy'], results['metric.entropyOfMean']];
  const prototypes = 'prototypes' in knobs ? (knobs.prototypes as number) : 0;
  return {
    values: results['watched'] as Float32Array,
    dim: stepper.watchedDim,
    teacher:
      entropy && entropyOfMean
        ? { entropy: entropy[0]!, entropyOfMean: entropyOfMean[0]!, prototypes }
        : null,
  };
}

/** Loss, gradient norm and the method's metrics, as single numbers. */
function numbersOf({
  watched: _,
  ...results
}: Results): { loss: number; norm: number } & Record<string, number> {
  const numbers = Object.entries(results).map(
    ([name, values]) => [name.replace('metric.', ''), values[0]!] as const,
  );
  return Object.fromEntries(numbers) as { loss: number; norm: number } & Record<string, number>;
}

function tellFallbacks({ device, stepper }: Session, note: (text: string) => void): void {
  if (device.engine === 'cpu' || stepper.onCpu.size === 0) return;
  const names = [...stepper.onCpu].map(([name, count]) => `${name} (${count})`).join(', ');
  note(
    `${device.name} left operations to the processor, which makes it slower: ${names}. Please report this.`,
  );
}

const retryMs = 5_000;

/** Saves; while the disk is full, waits for room and tries again. @throws the signal's reason when asked to stop meanwhile. */
async function whileDiskIsFull({ note, signal }: LearnOptions, save: () => Promise<void>): Promise<void> {
  for (let told = false; ; told = true) {
    try {
      await save();
      if (told) note('There is room on the disk again: the training goes on.');
      return;
    } catch (thrown) {
      if (!isDiskFull(thrown) || signal.aborted) throw thrown;
      if (!told) note('The disk is full, so the training pauses. Free some space, and it goes on by itself.');
      await wait(retryMs, undefined, { signal }).catch(() => {});
    }
  }
}
