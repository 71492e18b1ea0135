/** The loop that fits adapters to cached vectors: no photo is read any more, and a step takes milliseconds. */
import { existsSync } from 'node:fs';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { LearnLook } from '../../src-main/contract/learn.ts';
import type { RunProgress } from '../../src-main/contract/run.ts';
import { readCheckpoint, writeCheckpoint } from '../checkpoint.ts';
import type { Engine } from '../engines/engine.ts';
import type { Rows } from '../evaluate/rows.ts';
import { RunLog } from '../run-log.ts';
import { whileDiskIsFull } from '../wait-for-disk.ts';
import type { AdaptLength, AdaptPlan, AdaptedOutput } from './adapt-plan.ts';
import type { Adapters } from './adapter-model.ts';
import { Learner, type Told } from './learner.ts';
import type { Lesson } from './lessons.ts';

/** Vectors of an output as they are now; those of one that is not learned come back as they are. */
export type AdaptRows = (output: AdaptedOutput, rows: Rows) => Promise<Rows>;

/** Looks on while it is learned. */
export interface Onlooker {
  figures(
    adapt: AdaptRows,
  ): Promise<Pick<LearnLook, 'heldOutLoss' | 'alignment' | 'uniformity' | 'found' | 'words'>>;
  /** Draws maps and lists of what is near into the run's folder. */
  draw(adapt: AdaptRows): Promise<void>;
}

export interface TrainAdaptersOptions {
  readonly engine: Engine;
  readonly plan: AdaptPlan;
  readonly length: AdaptLength;
  readonly lessons: readonly Lesson[];
  readonly paths: { readonly checkpoint: string; readonly log: string; readonly looks: string };
  readonly onlooker: Onlooker;
  /** It ends where its checkpoint stands, as if that were all. */
  readonly finish: boolean;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  readonly onProgress: (progress: RunProgress) => void;
  readonly onLook: (look: LearnLook) => void;
}

export interface TrainedAdapters {
  readonly adapters: Adapters;
  /** Steps done. */
  readonly steps: number;
  /** The step before which it was asked to stop; null when it went through. */
  readonly stopped: number | null;
}

/** ms between checkpoints, looks and maps. */
const every = { checkpoint: 30_000, look: 3_000, map: 5_000 } as const;
/** A look or a map waits so many times as long as the last one took, so that they take a tenth of the time at most. */
const waits = 10;

/**
 * From the checkpoint, where there is one. @throws LikenessError training-failed when the loss is no number any more,
 * bad-input for a checkpoint of something else; the file system's errors.
 */
export async function trainAdapters(options: TrainAdaptersOptions): Promise<TrainedAdapters> {
  const { length, paths, finish, signal, note } = options;
  const learners: Learner[] = [];
  try {
    for (const lesson of options.lessons) learners.push(await openLearner(lesson, options));
    let [step, seconds] = [0, 0];
    if (existsSync(paths.checkpoint)) {
      const { tensors, facts } = await readCheckpoint(paths.checkpoint);
      for (const learner of learners) learner.restore(tensors);
      ({ step, seconds } = facts as { step: number; seconds: number });
    }
    const steps = finish ? step : length.steps;
    const logs = {
      log: RunLog.open(paths.log, { after: step }),
      looks: RunLog.open(paths.looks, { after: step }),
    };
    const adapt: AdaptRows = (output, rows) =>
      learners.find((learner) => learner.output === output)?.adapt(rows) ?? Promise.resolve(rows);
    const save = () =>
      whileDiskIsFull({ note, signal }, async () => {
        logs.log.flush();
        logs.looks.flush();
        const states = await Promise.all(learners.map((learner) => learner.states()));
        const tensors = new Map(states.flatMap((some) => [...some]));
        await writeCheckpoint(paths.checkpoint, { tensors, facts: { step, seconds } });
      });
    try {
      const begun = performance.now() - 1000 * seconds;
      const watch = new Watch(options, learners, { adapt, logs, step, steps, begun });
      let lastSave = performance.now();
      while (step < steps && !signal.aborted) {
        await watch.told(await stepAll(learners, step), ++step);
        seconds = (performance.now() - begun) / 1000;
        if (performance.now() - lastSave > every.checkpoint) {
          await save();
          lastSave = performance.now();
        }
      }
      if (!finish) await save();
      const stopped = step < steps ? step : null;
      if (stopped === null) await watch.end();
      const adapters = await Promise.all(
        learners.map(async (learner) => [learner.output, await learner.adapter()] as const),
      );
      return { adapters: Object.fromEntries(adapters) as Adapters, steps: step, stopped };
    } finally {
      logs.log.close();
      logs.looks.close();
    }
  } finally {
    for (const learner of learners) await learner.close();
  }
}

const openLearner = (
  lesson: Lesson,
  { engine, plan, length }: Pick<TrainAdaptersOptions, 'engine' | 'plan' | 'length'>,
) => Learner.open({ engine, plan, lesson, length: length.of[lesson.output]!, steps: length.steps });

/** @returns what was told, by output. */
async function stepAll(learners: readonly Learner[], k: number): Promise<ReadonlyMap<AdaptedOutput, Told>> {
  const all = new Map<AdaptedOutput, Told>();
  for (const learner of learners) {
    const told = await learner.step(k);
    if (!Number.isFinite(told.loss)) throw notFinite(k);
    all.set(learner.output, told);
  }
  return all;
}

/** Milliseconds that one step takes, the adapters left as they are. */
export async function timeSteps(
  options: Pick<TrainAdaptersOptions, 'engine' | 'plan' | 'length' | 'lessons'>,
): Promise<number> {
  let milliseconds = 0;
  for (const lesson of options.lessons) {
    const learner = await openLearner(lesson, options);
    try {
      await learner.step(0, false); // the first one makes its room
      const start = performance.now();
      for (let i = 0; i < timedSteps; i++) await learner.step(0, false);
      milliseconds += (performance.now() - start) / timedSteps;
    } finally {
      await learner.close();
    }
  }
  return milliseconds;
}

const timedSteps = 3;

interface Standing {
  readonly adapt: AdaptRows;
  readonly logs: { readonly log: RunLog; readonly looks: RunLog };
  /** Steps done by the checkpoint, and in all. */
  readonly step: number;
  readonly steps: number;
  /** When the learning would have begun without its pauses: performance.now(). */
  readonly begun: number;
}

/** Says how it goes: a line a step, a look every few seconds, a map now and then. */
class Watch {
  readonly #options: TrainAdaptersOptions;
  readonly #learners: readonly Learner[];
  readonly #standing: Standing;
  readonly #started = performance.now();
  #step: number;
  /** Of the steps since the last look. */
  #contrast = { sum: 0, count: 0 };
  #nextLook = 0;
  #nextMap = 0;

  constructor(options: TrainAdaptersOptions, learners: readonly Learner[], standing: Standing) {
    this.#options = options;
    this.#learners = learners;
    this.#standing = standing;
    this.#step = standing.step;
  }

  /** @param step  steps done. */
  async told(all: ReadonlyMap<AdaptedOutput, Told>, step: number): Promise<void> {
    this.#step = step;
    const [main] = this.#learners;
    const { stepsPerEpoch, batch } = main!.length;
    const { steps, logs } = this.#standing;
    const first = all.get(main!.output)!;
    const rest = [...all].filter(([output]) => output !== main!.output);
    logs.log.add({
      step,
      epoch: Math.floor((step - 1) / stepsPerEpoch),
      ...first,
      ...Object.fromEntries(
        rest.flatMap(([output, told]) =>
          Object.entries(told).map(([name, value]) => [`${output}.${name}`, value]),
        ),
      ),
      rate: main!.rate(step - 1),
    });
    const sum = (of: (told: Told) => number) =>
      [...all.values()].reduce((total, told) => total + of(told), 0);
    this.#contrast.sum += sum(({ contrast }) => contrast);
    this.#contrast.count++;
    const mean = (performance.now() - this.#started) / (step - this.#standing.step);
    this.#options.onProgress({
      stage: 'training',
      done: step,
      total: steps,
      training: {
        epoch: Math.floor((step - 1) / stepsPerEpoch) + 1,
        epochs: Math.ceil(steps / stepsPerEpoch),
        loss: sum(({ loss }) => loss),
        photosPerSecond: (1000 * batch) / mean,
        secondsLeft: ((steps - step) * mean) / 1000,
        spread: first.spread,
      },
    });
    const nowMs = performance.now();
    if (nowMs >= this.#nextLook) await this.#look();
    if (nowMs >= this.#nextMap && step < steps) await this.#draw();
  }

  /** The last look, and the map as it stays. */
  async end(): Promise<void> {
    if (this.#contrast.count > 0) await this.#look();
    await this.#draw();
  }

  async #look(): Promise<void> {
    const startMs = performance.now();
    const figures = await this.#options.onlooker.figures(this.#standing.adapt);
    const { stepsPerEpoch, batch } = this.#learners[0]!.length;
    const { steps, begun, logs } = this.#standing;
    const step = this.#step;
    const look: LearnLook = {
      step,
      steps,
      pass: step / stepsPerEpoch,
      passes: steps / stepsPerEpoch,
      seconds: Math.round(startMs - begun) / 1000,
      photosPerSecond: Math.round((1000 * batch * (step - this.#standing.step)) / (startMs - this.#started)),
      loss: this.#contrast.sum / this.#contrast.count,
      ...figures,
    };
    this.#contrast = { sum: 0, count: 0 };
    logs.looks.add({ ...look });
    this.#options.onLook(look);
    const tookMs = performance.now() - startMs;
    this.#nextLook = performance.now() + Math.max(every.look, waits * tookMs);
  }

  async #draw(): Promise<void> {
    const startMs = performance.now();
    await this.#options.onlooker.draw(this.#standing.adapt);
    const tookMs = performance.now() - startMs;
    this.#nextMap = performance.now() + Math.max(every.map, waits * tookMs);
  }
}

function notFinite(step: number): LikenessError {
  return new LikenessError(
    'training-failed',
    `The loss is no number any more at step ${step + 1}.`,
    'Start again with another seed or a lower rate; if it comes back, please report it.',
  );
}
