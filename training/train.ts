/**
 * A training from request to encoder, read from top to bottom: open the photos, plan, build the step, learn batch by batch
 * with checkpoints, measure, export. Started anew or taken up from its folder, it gives the same numbers.
 */
import { LikenessError } from '../src-main/contract/errors.ts';
import type { RunRequest, TrainerReport, TrainerTask, TrainResult } from '../src-main/contract/run.ts';
import { openPhotos } from './data/open-photos.ts';
import { partOf } from './data/part-of.ts';
import type { PhotoSet } from './data/photo-set.ts';
import { exportRun, measuredWords } from './export-run.ts';
import { type Ended, learn } from './learn.ts';
import { methods } from './methods/table.ts';
import { chooseDevice } from './choose-device.ts';
import { type RunData, middleLongSide, openRunData } from './run-data.ts';
import { RunFolder } from './run-folder.ts';
import { type RunPlan, planImage, planRun, smoke } from './run-plan.ts';

export interface TrainContext {
  /** Aborted, the run ends with a checkpoint. */
  readonly signal: AbortSignal;
  readonly report: (report: TrainerReport) => void;
}

/** @throws LikenessError in the words of what a person can mend; the signal's reason before there is anything to keep. */
export async function train(
  task: Extract<TrainerTask, { readonly kind: 'train' | 'resume' }>,
  context: TrainContext,
): Promise<TrainResult | { readonly stopped: number }> {
  const begun = performance.now();
  const folder = new RunFolder(task.kind === 'resume' ? task.dir : task.request.out);
  const known = task.kind === 'resume' ? folder.readPlan() : null;
  // Its checkpoint would be taken up as this run's.
  if (!known && folder.hasCheckpoint)
    throw new LikenessError(
      'bad-input',
      `There is a run in “${folder.dir}” already.`,
      'Name another folder, or go on with that run.',
    );
  const request = known?.request ?? (task as { readonly request: RunRequest }).request;
  const note = (text: string) => context.report({ kind: 'note', text });

  const set = await openSet(request, context, note);
  try {
    const image = known ?? planImage(request, await middleLongSide(set));
    const data = await openRunData(set, {
      source: image.source,
      seed: request.seed,
      captioned: methods[request.method].learnsFrom === 'captions',
      signal: context.signal,
      onProgress: (progress) => context.report({ kind: 'progress', progress }),
    });
    tellSkipped(data, note);
    const plan = known ? checkedPlan(known, data, note) : newPlan(request, image, set, data, note);
    await folder.writePlan(plan);
    const device = await chooseDevice(request.engine, note);
    const ended = await learn({ plan, data, folder, device, note, ...context });
    try {
      if (ended.stopped !== null) return { stopped: ended.stopped };
      for (const { what, first, last } of measuredWords(ended.before, ended.after))
        note(`${what}: ${first} before, ${last} after.`);
      context.report({ kind: 'progress', progress: { stage: 'saving', done: 0, total: 0, training: null } });
      await exportRun(plan, data, ended, folder.encoder);
      const result = resultOf(plan, folder.dir, ended, performance.now() - begun);
      await folder.writeResult({ ...result, before: ended.before, after: ended.after });
      return result;
    } finally {
      await ended.session.close();
    }
  } finally {
    await set.close();
  }
}

async function openSet(
  { data, captions, preset, seed }: RunRequest,
  { signal }: TrainContext,
  note: (text: string) => void,
): Promise<PhotoSet> {
  const set = await openPhotos(data, { captions, signal });
  for (const text of set.notes) note(text);
  return preset === 'smoke' ? partOf(set, { most: smoke.photos, seed }) : set;
}

function tellSkipped({ cache }: RunData, note: (text: string) => void): void {
  if (cache.skippedCount === 0) return;
  const [first] = cache.skipped;
  note(
    cache.skippedCount === 1
      ? `One photo cannot be read and is left out: ${first!.path}: ${first!.reason}`
      : `${cache.skippedCount} photos cannot be read and are left out. The first: ${first!.path}: ${first!.reason}`,
  );
}

function newPlan(
  request: RunRequest,
  image: Pick<RunPlan, 'net' | 'side' | 'source'>,
  set: PhotoSet,
  data: RunData,
  note: (text: string) => void,
): RunPlan {
  const { plan, notes } = planRun(request, image, {
    photos: data.train.length,
    heldOut: data.heldOut.length,
    captions: set.photos.some(({ captions }) => captions.length > 0),
    classes: data.classes,
  });
  for (const text of notes) note(text);
  return plan;
}

/** The photos of a run that is taken up again may have changed meanwhile: it goes on, and says so. */
function checkedPlan(plan: RunPlan, data: RunData, note: (text: string) => void): RunPlan {
  if (data.train.length < plan.batch)
    throw new LikenessError(
      'bad-input',
      `Only ${data.train.length} photos are left of ${plan.photos}, fewer than a batch of ${plan.batch}.`,
      'Bring the photos back, or start a new training.',
    );
  if (data.train.length !== plan.photos)
    note(
      `There are ${data.train.length} photos to learn from now, and there were ${plan.photos}: the run goes on with those.`,
    );
  return plan;
}

/** Points of the loss curve that the result holds. */
const lossPoints = 20;

function resultOf(plan: RunPlan, out: string, ended: Ended, milliseconds: number): TrainResult {
  const {
    losses,
    collapse,
    photosPerSecond,
    session: { device },
  } = ended;
  const step = Math.max(1, (losses.length - 1) / (lossPoints - 1));
  const chosen = new Set(Array.from({ length: lossPoints }, (_, i) => Math.round(i * step)));
  return {
    method: plan.request.method,
    engine: device.engine,
    device: device.name,
    epochs: plan.epochs,
    steps: losses.length,
    loss: losses.filter((_, i) => chosen.has(i)),
    collapse,
    photosPerSecond: Math.round(photosPerSecond * 10) / 10,
    seconds: Math.round(milliseconds) / 1000,
    out,
  };
}
