/** Which network the time suffices for: some steps of a small one are timed, then of larger ones, as long as they are fast enough. */
import { performance } from 'node:perf_hooks';
import type { LearnRequest } from '../../src-main/contract/learn.ts';
import type { MethodName } from '../../src-main/contract/run.ts';
import type { Device } from '../choose-device.ts';
import { partOf } from '../data/part-of.ts';
import type { PhotoSet } from '../data/photo-set.ts';
import { plannedBatches } from '../planned-batches.ts';
import { type RunData, openRunData } from '../run-data.ts';
import { type ImagePlan, type RunPlan, planImage } from '../run-plan.ts';
import { type Session, openSession } from '../session.ts';
import { stepInputs } from '../step.ts';
import type { TowerStart } from '../tower/open-tower.ts';
import { type NetworkChoice, planNetwork, runRequestOf, shares, wantedPasses } from './scratch-plan.ts';

export interface ChooseNetworkOptions {
  readonly request: LearnRequest;
  readonly method: MethodName;
  /** Of which to choose, the least work first. */
  readonly choices: readonly NetworkChoice[];
  /** The tower that is trained on, where one is. */
  readonly tower: TowerStart | null;
  readonly set: PhotoSet;
  /** px: the middle one of the photos' longer sides. */
  readonly longSide: number;
  readonly device: Device;
  readonly out: string;
  readonly signal: AbortSignal;
}

/** Of the photos, about a tenth is held out. */
const learnedShare = 0.9;

/** The largest network that goes through all photos often enough, or the smallest one. */
export async function chooseNetwork(options: ChooseNetworkOptions): Promise<ImagePlan & NetworkChoice> {
  const { request, method, choices, tower, set, longSide, device, signal } = options;
  const wanted = wantedPasses[tower ? 'tower' : 'scratch'];
  const learned = Math.max(2, Math.floor(learnedShare * set.photos.length));
  const learnMs = shares.learning * request.minutes * 60_000;
  let chosen: (ImagePlan & NetworkChoice) | null = null;
  for (const choice of choices) {
    const run = runRequestOf(request, method, choice, learned, options.out);
    const image = { ...planImage(run, longSide), ...choice };
    chosen ??= image;
    const part = partOf(set, { most: Math.ceil((run.batch! + 2) / learnedShare), seed: request.seed });
    const data = await openRunData(part, {
      source: image.source,
      seed: request.seed,
      captioned: false,
      signal,
      onProgress: () => {},
    });
    const facts = {
      photos: data.train.length,
      heldOut: data.heldOut.length,
      captions: false,
      classes: data.classes,
    };
    const batch = Math.min(run.batch!, data.train.length);
    const { plan } = planNetwork({ ...run, batch }, image, facts, {}, { temperature: null, tower });
    const stepMs = await timeNetwork(plan, data, device);
    const passes = learnMs / (stepMs * Math.max(1, learned / batch));
    if (passes < wanted) break;
    chosen = image;
    // The next one is some times as much work.
    if (passes < 2 * wanted) break;
  }
  return chosen!;
}

const timedSteps = 2;

/** ms of a step with the reading of its batch; nothing is learned. */
async function timeNetwork(plan: RunPlan, data: RunData, device: Device): Promise<number> {
  const session = await openSession({ plan, data, device, note: () => {} });
  try {
    return await timeSteps(session, plan, data);
  } finally {
    await session.close();
  }
}

export async function timeSteps(session: Session, plan: RunPlan, data: RunData): Promise<number> {
  const [batch] = plannedBatches({ ...plan, steps: 1 }, data, 0);
  const step = async () => {
    const feeds = await session.load(batch!);
    await session.stepper.step({ ...feeds, ...session.schedule(0), [stepInputs.lossScale]: 1 }, () => false);
  };
  await step(); // the first one makes its room
  const start = performance.now();
  for (let i = 0; i < timedSteps; i++) await step();
  return (performance.now() - start) / timedSteps;
}
