/**
 * An encoder fitted to a person's own photos, read from top to bottom: open the photos, look at them once with the encoder
 * as it is, fit a small adapter behind its features, measure before and after on photos held out, write the new encoder.
 * Stopped or killed, it goes on from its folder; the looking, which takes most of the time, is never done twice.
 */
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { LearnRequest, LearnResult, LearnTask } from '../../src-main/contract/learn.ts';
import type { RunProgress, TrainerReport } from '../../src-main/contract/run.ts';
import { processor } from '../choose-device.ts';
import { openPhotos } from '../data/open-photos.ts';
import type { PhotoSet } from '../data/photo-set.ts';
import { type OpenedEncoder, openEncoder } from '../engines/encoder-session.ts';
import { onnxEngine } from '../engines/onnx.ts';
import { type RunData, openRunData } from '../run-data.ts';
import { AdaptFolder } from './adapt-folder.ts';
import { type AdaptPlan, adaptDefaults, batchFor, planLength, planViews } from './adapt-plan.ts';
import { exportAdapted } from './export-adapted.ts';
import { judgeAdapter } from './judge-adapter.ts';
import { libraryOf, pairSource, somePhotos, tooFew } from './library-rows.ts';
import { timeStep, trainAdapter } from './train-adapter.ts';
import { overall, verdictWords } from './verdict.ts';
import { timeViews } from './time-views.ts';
import { viewFeatures } from './view-features.ts';
import { adapterViews } from './view-pixels.ts';
import { checkOptions } from './check-options.ts';

export interface AdaptContext {
  /** Aborted, the run ends with what it needs to go on. */
  readonly signal: AbortSignal;
  readonly report: (report: Extract<TrainerReport, { readonly kind: 'progress' | 'note' | 'look' }>) => void;
}

/** Small squares do for telling bursts and equal pictures, px. */
const groupSide = 32;
/**
 * @returns the result; `stopped`, in a run that was stopped, with the steps done.
 * @throws LikenessError in the words of what a person can mend; the signal's reason before there is anything to keep.
 */
export async function adaptEncoder(
  task: LearnTask,
  { signal, report }: AdaptContext,
): Promise<LearnResult | { readonly stopped: number }> {
  const begun = performance.now();
  const resumed = task.kind === 'learn-resume';
  const folder = new AdaptFolder(resumed ? task.dir : task.request.out);
  const known = resumed ? folder.readPlan() : null;
  const request = known?.request ?? (task as { readonly request: LearnRequest }).request;
  const finish = resumed && task.finish;
  if (finish && !folder.hasLearned) throw nothingToJudge();
  if (!known && folder.isTaken) throw taken(folder.dir);
  checkOptions(request.options);
  const { threads, seed } = request;
  const note = (text: string) => report({ kind: 'note', text });
  const progress = (stage: RunProgress['stage'], done = 0, total = 0) =>
    report({ kind: 'progress', progress: { stage, done, total, training: null } });

  const encoder = await openEncoder(request.encoder, { threads });
  let set: PhotoSet | null = null;
  try {
    if (known && encoder.card.id !== known.base) throw otherEncoder(known.base);
    set = await openPhotos(request.data, { captions: null, signal });
    for (const text of set.notes) note(text);
    const data = await openRunData(set, {
      source: groupSide,
      seed,
      captioned: false,
      signal,
      onProgress: (told) => report({ kind: 'progress', progress: told }),
    });
    let plan = known ?? (await newPlan(request, encoder, set, data, note));
    await folder.writePlan(plan);

    const places = somePhotos(data, plan);
    const features = await viewFeatures({
      set,
      photos: Int32Array.from(places, (at) => data.cache.photos[at]!.index),
      encoder,
      views: plan.views,
      recipe: adapterViews(request.options, encoder.card.image.size),
      seed,
      path: folder.paths.features,
      signal,
      onProgress: (done, total) => progress('preparing', done, total),
    }).catch((thrown: unknown) => {
      if (signal.aborted && thrown === signal.reason) return null;
      throw thrown;
    });
    if (!features) return { stopped: 0 };

    const library = libraryOf(data, places, features);
    const source = pairSource(features, library, plan);
    const engine = onnxEngine({ provider: 'cpu', ...(threads !== null && { threads }) });
    const training = { engine, plan, source, photos: library.train, signal };
    if (!plan.length) {
      const batch = plan.batch ?? batchFor(library.train.length);
      if (batch > library.train.length) throw tooFew(library.train.length, batch);
      const length = { batch, stepsPerEpoch: 1, steps: 1 };
      const stepMs = await timeStep({ ...training, length });
      const leftMs = request.minutes * 60_000 - (performance.now() - begun);
      plan = { ...plan, length: planLength(library.train.length, batch, stepMs, leftMs) };
      await folder.writePlan(plan);
    }
    if (plan.length!.batch > library.train.length) throw tooFew(library.train.length, plan.length!.batch);
    const { adapter, steps, stopped } = await trainAdapter({
      ...training,
      finish,
      length: plan.length!,
      paths: folder.paths,
      onProgress: (told) => report({ kind: 'progress', progress: told }),
    });
    if (stopped !== null) return { stopped };

    progress('evaluating');
    const { likeness, ...judged } = await judgeAdapter(features, library, adapter, request);
    const words = verdictWords(judged, library.heldOut.length);
    note(words);
    progress('saving');
    const photos = { learned: library.train.length, heldOut: library.heldOut.length };
    const card = await exportAdapted({
      base: request.encoder,
      out: folder.paths.encoder,
      adapter,
      likeness,
      facts: {
        photos,
        classes: plan.losses.classes > 0,
        seed,
        steps,
        compared: judged.compared,
        words,
        day: new Date().toISOString().slice(0, 10),
      },
    });
    const { engine: engineName, name: device } = processor();
    const result: LearnResult = {
      method: plan.losses.classes > 0 ? 'supcon' : 'simclr',
      start: request.start,
      goal: request.goal,
      base: encoder.card.id,
      encoder: card.id,
      engine: engineName,
      device,
      photos,
      steps,
      passes: steps / plan.length!.stepsPerEpoch,
      ...judged,
      verdict: overall(judged),
      words,
      seconds: Math.round(performance.now() - begun) / 1000,
      out: folder.dir,
    };
    await folder.writeResult(result);
    return result;
  } finally {
    await set?.close();
    await encoder.close();
  }
}

async function newPlan(
  request: AdaptPlan['request'],
  encoder: OpenedEncoder,
  set: PhotoSet,
  data: RunData,
  note: (text: string) => void,
): Promise<AdaptPlan> {
  const all = Int32Array.from(data.cache.photos, ({ index }) => index);
  const recipe = adapterViews(request.options, encoder.card.image.size);
  const speed = await timeViews(set, all, encoder, recipe);
  const { views, photos } = planViews(all.length, encoder.card.dim.features, speed, request.minutes);
  if (photos < all.length)
    note(
      `${photos.toLocaleString('en')} of ${all.length.toLocaleString('en')} photos are looked at: more would take longer than ${request.minutes} minutes.`,
    );
  if (request.classes && data.classes < 2)
    note('There are no albums or folders to learn from; photos are learned from by themselves.');
  const { hidden, temperature, anchor, classes, rate, decay } = adaptDefaults;
  const { options } = request;
  return {
    request,
    base: encoder.card.id,
    views,
    photos,
    hidden,
    losses: {
      temperature: options.temperature ?? temperature,
      anchor,
      classes: request.classes && data.classes > 1 ? classes : 0,
    },
    rate: options.rate ?? rate,
    decay,
    batch: options.batch ?? null,
    length: null,
  };
}

function nothingToJudge(): LikenessError {
  return new LikenessError(
    'bad-input',
    'It was still looking at the photos and has not learned from them yet, so there is nothing to judge.',
    'Go on with it, or cancel it.',
  );
}

function taken(dir: string): LikenessError {
  return new LikenessError(
    'bad-input',
    `There is a run in “${dir}” already.`,
    'Resume it, or choose another folder.',
  );
}

function otherEncoder(base: string): LikenessError {
  return new LikenessError(
    'bad-input',
    `This run began with the encoder ${base}, and another one lies in its place now.`,
    'Bring that encoder back, or start a new run.',
  );
}
