import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { readCheckpoint } from '../../training/checkpoint.ts';
import { assertClose } from './engines/operations.ts';
import { folder, lossesOf, pictures, request, run, trained } from './runs.ts';

const weightsOf = async (out: string) => (await readCheckpoint(join(out, 'checkpoint.safetensors'))).tensors;

async function refused(change: Parameters<typeof request>[0]): Promise<LikenessError> {
  const thrown = await run({ kind: 'train', request: request(change) }).then(
    () => null,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof LikenessError, `refused: ${String(thrown)}`);
  return thrown;
}

/** Pictures from the drawn ones, the first so many of either class. */
function fewPictures(name: string, each: number): string {
  const dir = join(folder, name);
  for (const kind of ['dawn', 'sea']) {
    mkdirSync(join(dir, kind), { recursive: true });
    for (let i = 0; i < each; i++)
      copyFileSync(join(pictures, kind, `${i}.png`), join(dir, kind, `${i}.png`));
  }
  return dir;
}

test('a run tells its method, engine, steps and losses, and leaves plan, log and checkpoint', async () => {
  const { result, wish } = await trained();
  assert.deepEqual([result.method, result.engine, result.epochs], ['simclr', 'cpu', 4]);
  const losses = lossesOf(wish.out);
  assert.equal(losses.length, result.steps);
  assert.deepEqual([result.loss[0], result.loss.at(-1)], [losses[0], losses.at(-1)]);
  assert.ok(result.loss.length <= 20 && result.loss.every((loss) => losses.includes(loss)));
  assert.ok(result.photosPerSecond > 0 && result.collapse.spread > 0);
  const plan = JSON.parse(readFileSync(join(wish.out, 'config.json'), 'utf8')) as { steps: number };
  assert.equal(plan.steps, result.steps);
  assert.ok((await weightsOf(wish.out)).has('trained.encoder.patch.weight'));
});

test('the same seed gives the same run, another seed another', async () => {
  const [one, same, other] = [await trained(), await trained(), await trained({ seed: 2 })];
  assert.deepEqual(lossesOf(one.wish.out), lossesOf(same.wish.out));
  assert.notDeepEqual(lossesOf(one.wish.out), lossesOf(other.wish.out));
});

// With a queue, a slow copy, batch norm and a scheduled momentum there is most to remember.
for (const method of ['moco-v2', 'byol', 'dino'] as const)
  test(`${method}, stopped and taken up again, gives the same losses and weights bit for bit`, async () => {
    const whole = await trained({ method });
    const wish = request({ method });
    const stopped = await run({ kind: 'train', request: wish }, (report, stop) => {
      if (report.kind === 'progress' && report.progress.stage === 'training' && report.progress.done >= 5)
        stop();
    });
    assert.ok('stopped' in stopped.result && stopped.result.stopped >= 5);
    assert.equal(lossesOf(wish.out).length, stopped.result.stopped);
    const { result } = await run({ kind: 'resume', dir: wish.out });
    assert.ok(!('stopped' in result) && result.steps === whole.result.steps);
    assert.deepEqual(lossesOf(wish.out), lossesOf(whole.wish.out));
    assert.deepEqual(await weightsOf(wish.out), await weightsOf(whole.wish.out));
  });

test('a log that went on after the last checkpoint is cut back to it', async () => {
  const whole = await trained();
  const wish = request();
  await run({ kind: 'train', request: wish }, (report, stop) => {
    if (report.kind === 'progress' && report.progress.stage === 'training' && report.progress.done >= 5)
      stop();
  });
  const path = join(wish.out, 'log.jsonl');
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"step":99,"loss":7}\n{"step":100,"lo`);
  await run({ kind: 'resume', dir: wish.out });
  assert.deepEqual(lossesOf(wish.out), lossesOf(whole.wish.out));
});

test('a batch seen part by part gives the losses of the whole batch', async () => {
  // Triplets need no batch norm in their head, so both runs train the same network.
  const whole = await trained({ method: 'triplet' });
  const parts = await trained({ method: 'triplet', micro: 2 });
  assertClose(lossesOf(parts.wish.out), lossesOf(whole.wish.out), 1e-4, 'losses');
});

test('a loss that is no number stops the run with step, rate and what to try; the last checkpoint stays', async () => {
  const wish = request({ rate: 1e30 });
  const thrown = await run({ kind: 'train', request: wish }).catch((error: unknown) => error);
  assert.ok(thrown instanceof LikenessError && thrown.code === 'training-failed', String(thrown));
  assert.match(thrown.message, /no number any more at step \d+, where the learning rate was \d/);
  assert.match(thrown.hint, /third of the rate \(--rate\)/);
});

test('photos that cannot be read are left out, counted, and named', async () => {
  const dir = fewPictures('with a broken one', 12);
  writeFileSync(join(dir, 'sea', 'broken.jpg'), 'no picture');
  const { result, notes } = await trained({ data: dir, epochs: 1 });
  assert.ok(result.steps > 0);
  assert.match(notes.join('\n'), /One photo cannot be read and is left out: .*broken\.jpg/);
});

test('a new run is not begun where another one has left its checkpoint', async () => {
  const { wish } = await trained({ epochs: 1 });
  assert.match((await refused({ out: wish.out })).message, /There is a run in “.*” already/);
});

test('too few photos, too large a batch, missing captions are told in a sentence', async () => {
  const one = join(folder, 'one');
  mkdirSync(one);
  copyFileSync(join(pictures, 'sea', '0.png'), join(one, 'a.png'));
  assert.match((await refused({ data: one })).message, /only one photo/);
  const none = join(folder, 'none');
  mkdirSync(none);
  assert.match((await refused({ data: none })).message, /no photo/);
  assert.match((await refused({ batch: 500 })).message, /A batch of 500 is larger than the \d+ photos/);
  assert.match((await refused({ method: 'clip' })).message, /captions/);
  assert.match((await refused({ method: 'dinov2', net: 'resnet-10-slim' })).message, /patches/);
  assert.match((await refused({ side: 20 })).message, /cannot be cut into patches/);
  assert.match((await refused({ method: 'byol', micro: 4 })).message, /whole batch/);
  assert.match((await refused({ micro: 3 })).message, /cannot be cut into parts of 3/);
});

test('photos beside class folders, and a class of one photo, are learned from and measured', async () => {
  const dir = fewPictures('beside classes', 10);
  mkdirSync(join(dir, 'lone'));
  copyFileSync(join(pictures, 'sea', '12.png'), join(dir, 'lone', 'only.png'));
  for (const i of [13, 14, 15]) copyFileSync(join(pictures, 'sea', `${i}.png`), join(dir, `${i}.png`));
  for (const method of ['supcon', 'triplet'] as const) {
    const { wish } = await trained({ method, data: dir, epochs: 2 });
    const { after } = JSON.parse(readFileSync(join(wish.out, 'result.json'), 'utf8')) as {
      after: { knn: number };
    };
    assert.ok(after.knn >= 0 && after.knn <= 1, `${method}: ${after.knn}`);
  }
});

test('a library smaller than the usual batch gets a smaller one, and is told', async () => {
  const { notes } = await trained({ data: fewPictures('a few', 6), batch: null, epochs: 1 });
  assert.match(notes.join('\n'), /There are only \d+ photos, so a batch is \d+ photos and not 128/);
});

test('a checkpoint of another network is refused, and the tensor that differs is named', async () => {
  const { wish } = await trained({ epochs: 1 });
  const path = join(wish.out, 'config.json');
  const plan = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...plan, net: 'vit-mini', steps: 100, epochs: 100 }));
  const thrown = await run({ kind: 'resume', dir: wish.out }).catch((error: unknown) => error);
  assert.ok(thrown instanceof LikenessError, String(thrown));
  assert.match(thrown.message, /“trained\.encoder\.[a-z.0-9]+”/);
  const empty = join(folder, 'no run');
  mkdirSync(empty);
  const lost = await run({ kind: 'resume', dir: empty }).catch((error: unknown) => error);
  assert.ok(lost instanceof LikenessError && /There is no run in/.test(lost.message));
});
