import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEncoderCard, verifyEncoder } from '../../../models/card.ts';
import { inputLength } from '../../../models/preprocess.ts';
import type {
  LearnLook,
  LearnMap,
  LearnNeighbours,
  LearnRequest,
  LearnTask,
} from '../../../src-main/contract/learn.ts';
import { openEncoder } from '../../../training/engines/encoder-session.ts';
import { learnLibrary } from '../../../training/learn-library.ts';
import type { ScratchPlan } from '../../../training/scratch/scratch-plan.ts';
import { writeEncoder } from '../adapt/adapters.ts';
import { temporaryFolder } from '../data/pictures.ts';
import { drawPictures } from '../drawn-pictures.ts';
import { uniform } from '../graph/draw.ts';

const folder = await temporaryFolder();
const base = await writeEncoder(folder);
const pictures = join(folder, 'pictures');
await drawPictures(pictures, 30);

let runs = 0;
const request = (change: Partial<LearnRequest> = {}): LearnRequest => ({
  encoder: base,
  data: pictures,
  goal: 'likeness',
  start: 'scratch',
  minutes: 1,
  classes: false,
  engine: 'cpu',
  seed: 1,
  threads: 1,
  out: join(folder, `run-${++runs}`),
  options: { batch: 16 },
  ...change,
});

/** @param stopAt  may end the run after so many steps. */
async function run(task: LearnTask, stopAt: (stage: string, done: number) => boolean = () => false) {
  const stopping = new AbortController();
  const notes: string[] = [];
  const looks: LearnLook[] = [];
  const result = await learnLibrary(task, {
    signal: stopping.signal,
    report: (told) => {
      if (told.kind === 'note') notes.push(told.text);
      else if (told.kind === 'look') looks.push(told.look);
      else if (stopAt(told.progress.stage, told.progress.done)) stopping.abort();
    },
  });
  return { result, notes, looks };
}

const read = <T>(...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8')) as T;

const planOf = ({ out }: LearnRequest) => read<ScratchPlan>(out, 'config.json');
const writePlan = ({ out }: LearnRequest, plan: ScratchPlan) => {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'config.json'), JSON.stringify(plan));
};

/** How many steps suit the time is another thing each time; here it is 20, and time enough for them. */
async function planned(change: Partial<LearnRequest> = {}): Promise<LearnRequest> {
  const wish = request(change);
  const first = await run({ kind: 'learn', request: wish }, (stage) => stage === 'preparing');
  assert.deepEqual(first.result, { stopped: 0 });
  const plan = planOf(wish);
  writePlan(wish, { ...plan, learnMs: 300_000, run: { ...plan.run, steps: 20, epochs: 7 } });
  return wish;
}

/** A run of the same plan, not begun. */
function twin(of: LearnRequest): LearnRequest {
  const wish = request();
  writePlan(wish, { ...planOf(of), request: wish });
  return wish;
}
const first = await planned();

const resume = ({ out }: LearnRequest, finish = false) =>
  ({ kind: 'learn-resume', dir: out, finish }) as const;

test('a new network is trained in its time and joined: words bit for bit as before, likeness the network’s own', async () => {
  const wish = request({ minutes: 0.1 });
  const { result, notes, looks } = await run({ kind: 'learn', request: wish });
  assert.ok(!('stopped' in result));
  assert.deepEqual([result.method, result.start, result.moved], ['simclr', 'scratch', null]);
  assert.deepEqual(result.photos, { learned: 54, heldOut: 6 });
  assert.deepEqual(
    result.compared.map(({ what }) => what),
    ['half', 'class', 'knn'],
  );
  assert.ok(notes.includes(result.words) && notes.some((text) => /MB now/.test(text)));
  assert.equal(looks.at(-1)!.step, result.steps);
  assert.ok(looks.at(-1)!.found! >= 0 && looks.every(({ loss }) => Number.isFinite(loss)));

  const card = await verifyEncoder(result.out && join(result.out, 'encoder'));
  assert.match(card.id, /^test-new-[0-9a-f]{8}$/);
  assert.equal(card.id, result.encoder);
  const [before, network, after] = [
    await openEncoder(base, { threads: 1 }),
    await openEncoder(join(wish.out, 'network', 'encoder'), { threads: 1 }),
    await openEncoder(join(wish.out, 'encoder'), { threads: 1 }),
  ];
  const shown = Float32Array.from(uniform(9, 5 * inputLength(before.card.image), -2, 2));
  const [old, own, made] = [
    await before.encodePhotos(shown, 5),
    await network.encodePhotos(shown, 5),
    await after.encodePhotos(shown, 5),
  ];
  assert.deepEqual(made.embedding, old.embedding);
  for (const [i, value] of own.features.entries()) assert.ok(Math.abs(value - made.features[i]!) < 1e-4);
  assert.deepEqual([before.card.dim.features, after.card.dim.features], [12, 128]);
  await Promise.all([before.close(), network.close(), after.close()]);
});

test('stopped and taken up again it comes to what it comes to without a stop; looks, map and neighbours lie beside', async () => {
  const [whole, parts] = [twin(first), twin(first)];
  const { result } = await run(resume(whole));
  assert.ok(!('stopped' in result) && result.steps === 20);
  const stopped = await run(resume(parts), (stage, done) => stage === 'training' && done >= 5);
  assert.ok('stopped' in stopped.result && stopped.result.stopped >= 5 && stopped.result.stopped < 20);
  await run(resume(parts));
  const of = ({ out }: LearnRequest, ...path: string[]) => readFileSync(join(out, ...path));
  for (const name of ['image.onnx', 'encoder.json'])
    assert.deepEqual(of(parts, 'encoder', name), of(whole, 'encoder', name));
  assert.equal(
    of(parts, 'network', 'log.jsonl')
      .toString()
      .match(/"loss"/g)!.length,
    20,
  );

  const looks = of(parts, 'looks.jsonl').toString().trim().split('\n');
  const last = JSON.parse(looks.at(-1)!) as LearnLook;
  assert.deepEqual([last.step, last.steps], [20, 20]);
  assert.ok(last.alignment! >= 0 && last.uniformity! <= 0 && last.seconds > 0);
  const map = read<LearnMap>(parts.out, 'map.json');
  assert.equal(map.photos.length, 60);
  for (const side of [map.before, map.now])
    assert.ok(side.length === 120 && side.every((value) => Math.abs(value) <= 1));
  const neighbours = read<LearnNeighbours[]>(parts.out, 'neighbours.json');
  assert.ok(
    neighbours.length > 0 && neighbours.every(({ photo, now }) => now.length > 0 && !now.includes(photo)),
  );
});

test('finished early, it judges what there is, once there is something', async () => {
  const wish = twin(first);
  await assert.rejects(run(resume(wish, true)), /has not learned from the photos yet/);
  const stopped = await run(resume(wish), (stage, done) => stage === 'training' && done >= 1);
  assert.ok('stopped' in stopped.result);
  const { result } = await run(resume(wish, true));
  assert.ok(!('stopped' in result));
  assert.equal(result.steps, stopped.result.stopped);
  assert.ok(result.steps < 20 && result.compared.length === 3);
});

test('with folders as answers SupCon learns; a network is joined to an encoder that has one already', async () => {
  const sorted = await planned({ classes: true });
  const { result } = await run(resume(sorted));
  assert.ok(!('stopped' in result) && result.method === 'supcon');
  const second = await planned({ encoder: join(sorted.out, 'encoder') });
  const again = await run(resume(second));
  assert.ok(!('stopped' in again.result));
  const card = readEncoderCard(join(second.out, 'encoder'));
  assert.equal(card.image.outputs.features, 'network2.features');
  assert.match(card.id, /^test-new-/);
  assert.match(readFileSync(join(second.out, 'encoder', 'card.md'), 'utf8'), /SimCLR/);
});

test('a folder that holds a run, no run, and too few photos are told in a sentence', async () => {
  const taken = request();
  mkdirSync(taken.out);
  writeFileSync(join(taken.out, 'config.json'), '{}');
  await assert.rejects(run({ kind: 'learn', request: taken }), /There is a run in/);
  const nowhere = request({ out: join(folder, 'nowhere') });
  await assert.rejects(run(resume(nowhere)), { code: 'not-found' });
  const few = join(folder, 'few');
  await drawPictures(few, 8);
  await assert.rejects(
    run({ kind: 'learn', request: request({ data: few }) }),
    /14 photos to learn from, and 32 at least/,
  );
  await assert.rejects(
    run({ kind: 'learn', request: request({ options: { method: 'clip' } }) }),
    /learns words/,
  );
});
