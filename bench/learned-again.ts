/** A run's learning and judging once more on the vectors that it kept, from other first values and with other draws. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Compared, LearnRequest } from '../src-main/contract/learn.ts';
import type { AdaptPlan } from '../training/adapt/adapt-plan.ts';
import { judgeAdapters } from '../training/adapt/judge-adapter.ts';
import { libraryOf, pairSource, somePhotos } from '../training/adapt/library-rows.ts';
import { libraryWords, textsOf } from '../training/adapt/library-words.ts';
import { chooseQuestions } from '../training/adapt/measure-features.ts';
import { lessonsOf } from '../training/adapt/plan-learning.ts';
import { trainAdapters } from '../training/adapt/train-adapters.ts';
import { viewFeatures } from '../training/adapt/view-features.ts';
import { adapterViews } from '../training/adapt/view-pixels.ts';
import { openPhotos } from '../training/data/open-photos.ts';
import { openEncoder } from '../training/engines/encoder-session.ts';
import { onnxEngine } from '../training/engines/onnx.ts';
import { openRunData } from '../training/run-data.ts';

/** @param out  the folder of a run that has ended. @param learnSeed  of what is drawn while it learns. */
export async function learnedAgain(
  request: LearnRequest,
  out: string,
  learnSeed: number,
): Promise<readonly Compared[]> {
  const { signal } = new AbortController();
  const { seed, threads } = request;
  const plan = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')) as AdaptPlan;
  const encoder = await openEncoder(request.encoder, { threads });
  const set = await openPhotos(request.data, { captions: null });
  const onProgress = () => {};
  const data = await openRunData(set, { source: 32, seed, captioned: false, signal, onProgress });
  const places = somePhotos(data, plan.looking!.photos, seed);
  const photos = Int32Array.from(places, (at) => data.cache.photos[at]!.index);
  const texts = textsOf(set, photos, { classes: request.classes && plan.words !== null });
  const written = encoder.encodeTexts !== null && texts.some((own) => own.length > 0);
  const looked = await viewFeatures({
    set,
    photos,
    encoder,
    views: plan.looking!.views,
    worded: plan.words ? plan.looking!.views : Number(written),
    recipe: adapterViews(request.options, encoder.card.image.size),
    seed,
    path: join(out, 'features.f32'),
    signal,
    onProgress,
  });
  const library = libraryOf(data, places, looked);
  const words = written
    ? await libraryWords({
        texts,
        wanted: plan.words
          ? Int32Array.of(...library.heldOut, ...library.train)
          : chooseQuestions({ ...library, seed }).asked,
        encoder,
        path: join(out, 'texts.f32'),
        signal,
        onProgress,
      })
    : null;
  const folder = mkdtempSync(join(tmpdir(), 'likeness-again-'));
  const at = (name: string) => join(folder, name);
  try {
    const { adapters } = await trainAdapters({
      engine: onnxEngine({ provider: 'cpu', ...(threads !== null && { threads }) }),
      plan: { ...plan, request: { ...plan.request, seed: learnSeed } },
      length: plan.length!,
      lessons: lessonsOf(plan, {
        looked,
        library,
        source: pairSource(looked.features, library, plan),
        words,
      }),
      paths: { checkpoint: at('checkpoint'), log: at('log'), looks: at('looks') },
      onlooker: {
        figures: async () => ({
          heldOutLoss: null,
          alignment: null,
          uniformity: null,
          found: null,
          words: null,
        }),
        draw: async () => {},
      },
      finish: false,
      signal,
      note: console.log,
      onProgress,
      onLook: () => {},
    });
    const { compared } = await judgeAdapters({
      looked,
      library,
      words,
      adapters,
      calibration: encoder.card.calibration,
      seed,
      threads,
    });
    return compared;
  } finally {
    rmSync(folder, { recursive: true });
    await set.close();
    await encoder.close();
  }
}
