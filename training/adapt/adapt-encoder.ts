/**
 * An encoder fitted to a person's own photos, read from top to bottom: open the photos, look at them once with the encoder
 * as it is, fit small adapters behind it, measure before and after on photos held out, write the new encoder.
 * Stopped or killed, it goes on from its folder; the looking, which takes most of the time, is never done twice.
 */
import { existsSync } from 'node:fs';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { LearnRequest, LearnResult, LearnTask } from '../../src-main/contract/learn.ts';
import type { RunProgress, TrainerReport } from '../../src-main/contract/run.ts';
import { processor } from '../choose-device.ts';
import { openPhotos } from '../data/open-photos.ts';
import type { PhotoSet } from '../data/photo-set.ts';
import { type OpenedEncoder, openEncoder } from '../engines/encoder-session.ts';
import { onnxEngine } from '../engines/onnx.ts';
import { otherEncoder } from '../learn-folder.ts';
import { openRunData } from '../run-data.ts';
import { AdaptFolder } from './adapt-folder.ts';
import { type AdaptPlan, newPlan, planLength } from './adapt-plan.ts';
import { checkOptions } from './check-options.ts';
import { exportAdapted } from './export-adapted.ts';
import { judgeAdapters } from './judge-adapter.ts';
import { LibraryOnlooker } from './library-onlooker.ts';
import { libraryOf, pairSource, somePhotos, tooFew } from './library-rows.ts';
import { libraryWords, textsOf } from './library-words.ts';
import { checkWords, lessonsOf, planLooking } from './plan-learning.ts';
import { chooseQuestions } from './measure-features.ts';
import { timeSteps, trainAdapters } from './train-adapters.ts';
import { overall, verdictWords } from './verdict.ts';
import { viewFeatures } from './view-features.ts';
import { adapterViews } from './view-pixels.ts';

export interface AdaptContext {
  /** Aborted, the run ends with what it needs to go on. */
  readonly signal: AbortSignal;
  readonly report: (report: Extract<TrainerReport, { readonly kind: 'progress' | 'note' | 'look' }>) => void;
}

/** Small squares do for telling bursts and equal pictures, px. */
const groupSide = 32;

/**
 * @returns the result; `stopped`, in a run that was stopped, with the steps done.
 * @throws LikenessError in the words of what a person can mend.
 */
export async function adaptEncoder(
  task: LearnTask,
  context: AdaptContext,
): Promise<LearnResult | { readonly stopped: number }> {
  const resumed = task.kind === 'learn-resume';
  const folder = new AdaptFolder(resumed ? task.dir : task.request.out);
  const known = resumed ? folder.readPlan() : null;
  const done = resumed ? folder.readResult() : null;
  if (done) return done;
  if (resumed && task.finish && !existsSync(folder.paths.checkpoint)) throw nothingToJudge();
  const request = known?.request ?? (task as { readonly request: LearnRequest }).request;
  if (!known) folder.checkFree();
  checkOptions(request.options);

  const encoder = await openEncoder(request.encoder, request);
  let set: PhotoSet | null = null;
  try {
    if (known && encoder.card.id !== known.base) throw otherEncoder(known.base);
    const plan = known ?? newPlan(request, encoder.card.id);
    set = await openPhotos(request.data, { captions: null, signal: context.signal });
    checkWords(plan, set, encoder);
    await folder.writePlan(plan);
    if (!known) for (const text of set.notes) context.report({ kind: 'note', text });
    return await adaptOpened({ plan, folder, encoder, set, finish: resumed && task.finish }, context);
  } catch (thrown) {
    // Nothing but the looking can be in the way then, and that goes on where it was.
    if (context.signal.aborted && thrown === context.signal.reason && folder.isTaken) return { stopped: 0 };
    throw thrown;
  } finally {
    await set?.close();
    await encoder.close();
  }
}

interface OpenedRun {
  readonly plan: AdaptPlan;
  readonly folder: AdaptFolder;
  readonly encoder: OpenedEncoder;
  readonly set: PhotoSet;
  readonly finish: boolean;
}

async function adaptOpened(
  { plan: begun, folder, encoder, set, finish }: OpenedRun,
  { signal, report }: AdaptContext,
): Promise<LearnResult | { readonly stopped: number }> {
  const startMs = performance.now();
  let plan = begun;
  const { request } = plan;
  const { threads, seed } = request;
  const note = (text: string) => report({ kind: 'note', text });
  const onProgress = (told: RunProgress) => report({ kind: 'progress', progress: told });
  const progress = (stage: RunProgress['stage'], done = 0, total = 0) =>
    onProgress({ stage, done, total, training: null });

  const data = await openRunData(set, { source: groupSide, seed, captioned: false, signal, onProgress });
  if (!plan.looking) {
    plan = await planLooking({ plan, encoder, set, data, note });
    await folder.writePlan(plan);
  }
  const places = somePhotos(data, plan.looking!.photos, seed);
  const photos = Int32Array.from(places, (at) => data.cache.photos[at]!.index);
  const texts = textsOf(set, photos, { classes: request.classes && plan.words !== null });
  const written = encoder.encodeTexts !== null && texts.some((own) => own.length > 0);
  const looked = await viewFeatures({
    set,
    photos,
    encoder,
    views: plan.looking!.views,
    // Photos as they are do where words are only asked about.
    worded: plan.words ? plan.looking!.views : Number(written),
    recipe: adapterViews(request.options, encoder.card.image.size),
    seed,
    path: folder.paths.features,
    signal,
    onProgress: (done, total) => progress('preparing', done, total),
  });
  const library = libraryOf(data, places, looked);
  const words = written
    ? await libraryWords({
        texts,
        wanted: plan.words
          ? Int32Array.of(...library.heldOut, ...library.train)
          : chooseQuestions({ ...library, seed }).asked,
        encoder,
        path: folder.paths.texts,
        signal,
        onProgress: (done, total) => progress('preparing', done, total),
      })
    : null;

  const source = pairSource(looked.features, library, plan);
  const lessons = lessonsOf(plan, { looked, library, source, words });
  const engine = onnxEngine({ provider: 'cpu', ...(threads !== null && { threads }) });
  if (!plan.length) {
    const counts = Object.fromEntries(lessons.map(({ output, photos: rows }) => [output, rows.length]));
    const length = planLength(counts, plan.batch, Infinity, 0);
    const stepMs = await timeSteps({ engine, plan, length, lessons });
    const leftMs = request.minutes * 60_000 - (performance.now() - startMs);
    plan = { ...plan, length: planLength(counts, plan.batch, stepMs, leftMs) };
    await folder.writePlan(plan);
  }
  const length = plan.length!;
  for (const { output, photos: rows } of lessons)
    if (length.of[output]!.batch > rows.length) throw tooFew(rows.length, length.of[output]!.batch);

  const onlooker = new LibraryOnlooker({
    plan,
    looked,
    library,
    source,
    words,
    batches: Object.fromEntries(Object.entries(length.of).map(([output, { batch }]) => [output, batch])),
    path: (row) => set.photos[photos[row]!]!.path,
    paths: folder.paths,
  });
  const { adapters, steps, stopped } = await trainAdapters({
    engine,
    plan,
    length,
    lessons,
    paths: folder.paths,
    onlooker,
    finish,
    signal,
    note,
    onProgress,
    onLook: (look) => report({ kind: 'look', look }),
  });
  if (stopped !== null) return { stopped };

  progress('evaluating');
  const { calibration, ...judged } = await judgeAdapters({
    looked,
    library,
    words,
    adapters,
    calibration: encoder.card.calibration,
    seed,
    threads,
  });
  const said = verdictWords(judged, library.heldOut.length);
  note(said);
  progress('saving');
  const counts = { learned: library.train.length, heldOut: library.heldOut.length };
  const card = await exportAdapted({
    base: request.encoder,
    out: folder.paths.encoder,
    adapters,
    calibration,
    facts: {
      photos: counts,
      texts: plan.words ? words!.texts.length : 0,
      classes: request.classes,
      seed,
      steps,
      moved: [
        ...(adapters.features ? [`features ${judged.moved.toFixed(3)}`] : []),
        ...(adapters.embedding ? [`embedding ${judged.wordsMoved!.toFixed(3)}`] : []),
      ].join(', '),
      compared: judged.compared,
      words: said,
      day: new Date().toISOString().slice(0, 10),
    },
  });
  const { engine: engineName, name: device } = processor();
  const result: LearnResult = {
    method: methodOf(plan),
    start: request.start,
    goal: request.goal,
    base: encoder.card.id,
    encoder: card.id,
    engine: engineName,
    device,
    photos: counts,
    steps,
    passes: steps / length.of[lessons[0]!.output]!.stepsPerEpoch,
    compared: judged.compared,
    moved: judged.moved,
    verdict: overall(judged),
    words: said,
    seconds: Math.round(performance.now() - startMs) / 1000,
    out: folder.dir,
  };
  await folder.writeResult(result);
  return result;
}

/** What taught most. */
function methodOf({ likeness, words }: AdaptPlan): LearnResult['method'] {
  if (likeness) return likeness.classes > 0 ? 'supcon' : 'simclr';
  return words ? 'clip' : 'simclr';
}

function nothingToJudge(): LikenessError {
  return new LikenessError(
    'bad-input',
    'It was still looking at the photos and has not learned from them yet, so there is nothing to judge.',
    'Go on with it, or cancel it.',
  );
}
