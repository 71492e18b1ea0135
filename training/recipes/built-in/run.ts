/**
 * Trains the built-in encoder's image tower, part by part:
 *
 *   node training/recipes/built-in/run.ts views --photos DIR --teacher DIR --out DIR     crops, each seen by the teacher once
 *   node training/recipes/built-in/run.ts train --photos DIR --out DIR [--start FILE] [--steps N]     the loop; again: goes on
 *   node training/recipes/built-in/run.ts check --photos DIR --out DIR     what the latest checkpoint is worth on Flickr8k dev
 *   node training/recipes/built-in/run.ts finish --photos DIR --out DIR    head refitted, OUT/encoder written
 *
 * `train` reads what `views` has made so far, so that the two may run side by side.
 */
import { appendFile, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openEncoder } from '../../engines/encoder-session.ts';
import { openEngine } from '../../engines/open-engine.ts';
import { captionRows } from './caption-store.ts';
import { openDrawer } from './draw-batch.ts';
import { usualWeights } from './distil-step.ts';
import { measureRetrieval, rememberedTexts } from './figures.ts';
import { readValues, settledValues, towerModel } from './finish-tower.ts';
import { makeViews } from './make-views.ts';
import { poolLooks } from './pooled-looks.ts';
import { openRecipePhotos } from './recipe-photos.ts';
import { headOf, refitHead, usualRefit, withHead } from './refit-head.ts';
import { builtInShape } from './tower.ts';
import { type TowerPlan, files, readPlan, trainTower } from './train-tower.ts';
import { openViewReader } from './view-store.ts';
import { builtInImage, teacherImage, writeWithWords } from './with-words.ts';

const root = join(import.meta.dirname, '../../..');
const builtIn = join(root, 'models/built-in');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    photos: { type: 'string', default: join(root, '../shared/photos') },
    teacher: { type: 'string', default: join(root, '../shared/models/teacher') },
    out: { type: 'string', default: '' },
    /** A finished tower, or `random`. */
    start: { type: 'string', default: join(builtIn, 'image.onnx') },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '12000' },
    rate: { type: 'string', default: '0.001' },
    /** `96:0.6,128:1`: px until which share of the steps. */
    sides: { type: 'string', default: '96:0.6,128:1' },
    /** First stages that stay as they are; none where the start is random. */
    held: { type: 'string', default: '0' },
    /** Mixtures of photos that the teacher looks at, and how many of the 64 views of a step are such. */
    mixed: { type: 'string', default: '0' },
    mixtures: { type: 'string', default: '0' },
    /** Share of the views that a part of another is pasted into. */
    pasted: { type: 'string', default: '0.5' },
    /** px of the finished tower's photos. */
    size: { type: 'string', default: '160' },
    /** Crops of each captioned photo that the head is refitted on, beside the whole and its mirror image. */
    crops: { type: 'string', default: '0' },
    threads: { type: 'string', default: '1' },
  },
});
if (values.out === '') throw new Error('Needs --out.');
const dir = resolve(values.out);
const seed = Number(values.seed);
const threads = Number(values.threads);
/** Numbers that the teacher says of a view. */
const width = builtInShape.features + builtInShape.embedding;

const parts: Readonly<Record<string, () => Promise<void>>> = { views, train, check, finish };
const part = parts[positionals[0] ?? ''];
if (!part) throw new Error(`Say which part: ${Object.keys(parts).join(', ')}.`);
await part();

async function views(): Promise<void> {
  const teacher = join(dir, 'teacher');
  const model = await readFile(join(values.teacher, 'teacher.onnx'));
  const source = 'Outputs of published networks with a head of our own; no part of Likeness.';
  await writeWithWords(
    teacher,
    { id: 'teacher', name: 'Teacher', source, model, image: teacherImage },
    builtIn,
  );
  let told = 0;
  const report = (done: number, all: number) => {
    if (performance.now() - told < 10_000 && done < all) return;
    told = performance.now();
    console.log(`${new Date().toISOString()} ${done} of ${all} views`);
  };
  await makeViews({
    photos: values.photos,
    teacher,
    out: dir,
    seed,
    mixed: Number(values.mixed),
    threads,
    report,
  });
}

async function train(): Promise<void> {
  const set = await openRecipePhotos(values.photos);
  await set.close();
  const { photos } = set;
  const captions = await captionRows(join(dir, 'captions.f16'), photos, builtIn, threads);
  const plan: TowerPlan = {
    seed,
    start: values.start === 'random' ? null : resolve(values.start),
    shape: builtInShape,
    mix: mixWith(Number(values.mixtures)),
    held: Number(values.held),
    pasted: Number(values.pasted),
    bank: 1024,
    steps: Number(values.steps),
    warmUp: 150,
    rate: Number(values.rate),
    decay: 0.05,
    losses: usualWeights,
    sides: values.sides.split(',').map((each) => {
      const [side, until] = each.split(':').map(Number) as [number, number];
      return { side, until };
    }),
    saveEvery: 100,
    logEvery: 20,
  };
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const reader = await openViewReader(dir, width);
  const parts = [builtInShape.features, builtInShape.embedding];
  const { mix, bank, pasted } = plan;
  const drawer = openDrawer({ photos, captions, views: reader, mix, bank, pasted, seed, parts });
  const engine = await openEngine({ engine: 'cpu', threads });
  const done = await trainTower({
    dir,
    plan,
    engine,
    drawer,
    signal: stop.signal,
    report: (line) => console.log(`${new Date().toISOString()} ${JSON.stringify(line)}`),
  });
  await reader.close();
  console.log(`${done} of ${plan.steps} steps are done.`);
}

/** 64 views, of which so many are mixtures; they stand in for as many of each kind, by their shares. */
function mixWith(mixtures: number): TowerPlan['mix'] {
  const share = (64 - mixtures) / 64;
  const [named, plain] = [Math.round(8 * share), Math.round(10 * share)];
  return { captioned: 64 - mixtures - named - plain, named, plain, mixed: mixtures };
}

async function check(): Promise<void> {
  const { step, encoder } = await writeEncoder(join(dir, 'checked'), false);
  await tell(step, encoder);
}

async function finish(): Promise<void> {
  const { step, encoder } = await writeEncoder(join(dir, 'encoder'), true);
  await tell(step, encoder);
}

/** Writes the latest checkpoint as an encoder's folder. @param refitted  with the embedding's head learned anew. */
async function writeEncoder(out: string, refitted: boolean): Promise<{ step: number; encoder: string }> {
  const plan = readPlan(dir);
  const size = Number(values.size);
  const engine = await openEngine({ engine: 'cpu', threads });
  const set = await openRecipePhotos(values.photos);
  const { step, values: trained } = await readValues(join(dir, files.checkpoint), plan);
  let settled = await settledValues(trained, plan, set, engine, size);
  if (refitted) {
    const captions = await captionRows(join(dir, 'captions.f16'), set.photos, builtIn, threads);
    const views = await openViewReader(dir, width);
    const looks = await poolLooks({
      set,
      views,
      plan,
      values: settled,
      engine,
      size,
      crops: Number(values.crops),
    });
    await views.close();
    const report = (epoch: number, loss: number) => console.log(`refit, epoch ${epoch}: ${loss.toFixed(4)}`);
    const head = await refitHead({
      ...usualRefit,
      looks,
      captions,
      head: headOf(settled, plan),
      seed,
      engine,
      report,
    });
    settled = withHead(settled, head);
  }
  await set.close();
  const model = await towerModel(settled, plan, size, engine);
  const image = { ...builtInImage, size };
  const source = 'Trained for Likeness by training/recipes/built-in; see card.md.';
  await writeWithWords(
    out,
    { id: 'likeness-built-in', name: 'Likeness built-in', source, model, image },
    builtIn,
  );
  return { step, encoder: out };
}

/** Adds a line to the curve. */
async function tell(step: number, folder: string): Promise<void> {
  const encoder = await openEncoder(folder, { threads });
  const line = await measureRetrieval(values.photos, encoder, rememberedTexts(encoder));
  await encoder.close();
  const told = JSON.stringify({ step, size: Number(values.size), ...line });
  await appendFile(join(dir, 'curve.jsonl'), `${told}\n`);
  console.log(told);
}
