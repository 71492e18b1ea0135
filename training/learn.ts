/** The loop of a training: batch by batch, with a log, checkpoints, a watch over collapse, and a processor to fall back on. */
import { LikenessError } from '../src-main/contract/errors.ts';
import type { Collapse, TrainerReport } from '../src-main/contract/run.ts';
import type { Device } from './choose-device.ts';
import { processor } from './choose-device.ts';
import { loadBatches } from './data/load-batches.ts';
import type { Results } from './engines/engine.ts';
import { isOutOfMemory } from './gradient-cache.ts';
import { type Measured, measureRun } from './measure-run.ts';
import { methods } from './methods/table.ts';
import { needsWholeBatch } from './nets.ts';
import { LossScale } from './optim/loss-scale.ts';
import { plannedBatches } from './planned-batches.ts';
import type { RunData } from './run-data.ts';
import { type RunFolder, type Standing, isDiskFull } from './run-folder.ts';
import type { RunLog } from './run-log.ts';
import type { RunPlan } from './run-plan.ts';
import { type Session, openSession } from './session.ts';
import { stepInputs } from './step.ts';
import { whileDiskIsFull } from './wait-for-disk.ts';
import { CollapseWatch, type Watched } from './watch-collapse.ts';

export interface LearnOptions {
  readonly plan: RunPlan;
  readonly data: RunData;
  readonly folder: RunFolder;
  readonly device: Device;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
  readonly report: (report: TrainerReport) => void;
  /** Opens what it computes with; in tests, something that fails. */
  readonly open?: typeof openSession;
  /** Looks on, where more than progress is to be told. */
  readonly watch?: LearnWatch;
}

export interface LearnWatch {
  /** In the place of measureRun: before the first step, now and then at the end of an epoch, and at the end. */
  measure(session: Session): Promise<Measured>;
  /** After each step. */
  stepped(told: SteppedTo): Promise<void>;
}

export interface SteppedTo {
  /** Steps done. */
  readonly step: number;
  readonly loss: number;
  readonly photosPerSecond: number;
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
  const { open = openSession, folder, signal } = options;
  let { device, plan } = options;
  for (;;) {
    let session: Session | null = null;
    try {
      session = await open({ ...options, plan, device });
      return await goThrough(session, { ...options, plan });
    } catch (thrown) {
      await session?.close();
      if (thrown instanceof LikenessError || isDiskFull(thrown) || thrown === signal.reason) throw thrown;
      if (isOutOfMemory(thrown)) {
        plan = { ...plan, micro: smallerMicro(options, plan, thrown) };
        // A run that is taken up again builds the same networks: those that see a part of the batch have no batch norm.
        await folder.writePlan(plan);
      } else if (device.engine !== 'cpu') {
        options.note(
          `${device.name} failed: ${(thrown as Error).message} The training goes on with the processor, from the last checkpoint.`,
        );
        device = processor();
      } else throw thrown;
    }
  }
}

/** @throws LikenessError where method or network cannot do with parts of a batch. */
function smallerMicro({ note, folder }: LearnOptions, plan: RunPlan, cause: Error): number {
  const whole = methods[plan.request.method].slow || needsWholeBatch(plan.net);
  const next = plan.micro / 2;
  if (whole || !Number.isInteger(next) || folder.hasCheckpoint)
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
  const { plan, folder, note } = options;
  const found = await folder.restore(session);
  if (found && (found.engine !== session.device.engine || found.threads !== plan.threads))
    note(
      'The run goes on with another engine or number of threads: its numbers will differ in the last digits.',
    );
  const { log, losses } = folder.openLog(found?.step ?? -1);
  try {
    const ended = await allSteps(session, options, { found, log, losses });
    log.close();
    return ended;
  } catch (thrown) {
    try {
      log.close();
    } catch {
      // On a full disk the last lines go, with the steps that they tell of.
    }
    throw thrown;
  }
}

interface Begun {
  readonly found: Standing | null;
  readonly log: RunLog;
  /** Of the steps so far. */
  readonly losses: number[];
}

async function allSteps(
  session: Session,
  options: LearnOptions,
  { found, log, losses }: Begun,
): Promise<Ended> {
  const { plan, data, folder, signal, report, note, watch } = options;
  const { stepper, encoder } = session;
  const scale = new LossScale();
  if (found) scale.state = found.lossScale;
  const collapse = new CollapseWatch({ steps: plan.steps });
  let [step, measuredMs, saveMs, steppedMs, stepped] = [found?.step ?? 0, 0, 0, 0, 0];
  let [lastReport, lastSave, lastMeasure] = [0, performance.now(), performance.now()];

  async function look(): Promise<Measured> {
    report({
      kind: 'progress',
      progress: { stage: 'evaluating', done: 0, total: 0, training: null },
    });
    const start = performance.now();
    const measured = watch
      ? await watch.measure(session)
      : await measureRun(encoder, data, plan.request.seed);
    lastMeasure = performance.now();
    measuredMs = lastMeasure - start;
    log.add({ step, ...measured });
    return measured;
  }

  async function save(): Promise<void> {
    const start = performance.now();
    await whileDiskIsFull(options, async () => {
      log.flush();
      await folder.save(session, { step, before, threads: plan.threads, lossScale: scale.state });
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
  let readyMs = performance.now();
  try {
    for await (const { epoch, step: k, feeds } of batches) {
      step = k;
      const rate = session.rate(k);
      const results = await stepper.step(
        { ...feeds, ...session.schedule(k), [stepInputs.lossScale]: scale.scale },
        (loss, norm) => takes(loss, norm, session, scale, { step: k, rate }, options),
      );
      // With the wait for the batch, where decoding is slower than the network.
      steppedMs += performance.now() - readyMs;
      if (stepped === 0) tellFallbacks(session, note);
      stepped++;
      step = k + 1;
      const loss = results['loss']![0]!;
      losses.push(loss);
      collapse.look(k, () => watchedOf(results, session, plan));
      const photosPerSecond = (stepped * plan.batch * 1000) / steppedMs;
      await watch?.stepped({ step, loss, photosPerSecond });
      log.add({ step, epoch, rate, photosPerSecond, spread: collapse.latest.spread, ...numbersOf(results) });
      if (performance.now() - lastReport > reportMs || step === plan.steps) {
        lastReport = performance.now();
        const secondsLeft = ((plan.steps - step) * steppedMs) / stepped / 1000;
        const { spread } = collapse.latest;
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
      if (collapse.alarmed && plan.request.preset !== 'smoke') {
        note(`Stopped at step ${step}: ${collapse.latest.reason}`);
        break;
      }
      const endOfEpoch = step % plan.stepsPerEpoch === 0 && step < plan.steps;
      if (endOfEpoch && measuredMs < measureShare * (performance.now() - lastMeasure)) await look();
      const sinceSave = performance.now() - lastSave;
      if (sinceSave > checkpointMs || (endOfEpoch && saveMs < saveShare * sinceSave)) await save();
      readyMs = performance.now();
    }
  } catch (thrown) {
    if (thrown !== signal.reason || !signal.aborted) throw thrown;
    await save();
    return { ...ended(before), stopped: step, after: before };
  }
  await save();
  const after = await look();
  if (data.cache.lost > 0)
    note(`How often a photo could no longer be read, and another stood in for it: ${data.cache.lost}.`);
  if (scale.skipped > 0) note(`Steps skipped because half precision overflowed: ${scale.skipped}.`);
  return { ...ended(after), stopped: null, after };

  /** @param measured  tells of collapse where there was no step left to watch. */
  function ended(measured: Measured) {
    const photosPerSecond = stepped > 0 ? (stepped * plan.batch * 1000) / steppedMs : 0;
    const seen = stepped > 0 ? collapse.latest : measured.collapse;
    return { losses, collapse: seen, photosPerSecond, before, session };
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
function numbersOf(results: Results): Readonly<Record<string, number>> {
  const numbers = Object.entries(results).filter(([name]) => name !== 'watched');
  return Object.fromEntries(numbers.map(([name, values]) => [name.replace('metric.', ''), values[0]!]));
}

function tellFallbacks({ device, stepper }: Session, note: (text: string) => void): void {
  if (device.engine === 'cpu' || stepper.onCpu.size === 0) return;
  const names = [...stepper.onCpu].map(([name, count]) => `${name} (${count})`).join(', ');
  note(
    `${device.name} left operations to the processor, which makes it slower: ${names}. Please report this.`,
  );
}
