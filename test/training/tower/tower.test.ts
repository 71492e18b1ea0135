import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inputLength } from '../../../models/preprocess.ts';
import type { LearnRequest, LearnTask } from '../../../src-main/contract/learn.ts';
import { openEncoder } from '../../../training/engines/encoder-session.ts';
import { unit } from '../../../training/graph/ops/length.ts';
import { input } from '../../../training/graph/tensor.ts';
import { learnLibrary } from '../../../training/learn-library.ts';
import { Pass, Weights } from '../../../training/modules/weights.ts';
import { openTower } from '../../../training/tower/open-tower.ts';
import { towerEncoder } from '../../../training/tower/tower-encoder.ts';
import { imagenetStatistics } from '../../../training/transforms/view.ts';
import { engine, writeEncoder } from '../adapt/adapters.ts';
import { temporaryFolder } from '../data/pictures.ts';
import { drawPictures } from '../drawn-pictures.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from '../graph/draw.ts';
import { writeTower } from './towers.ts';

const folder = await temporaryFolder();
const base = await writeTower(folder);
const pictures = join(folder, 'pictures');
await drawPictures(pictures, 20);

test('read from its file, a tower says what the file says, however photos are normalised', async () => {
  const opened = await openEncoder(base, { threads: 1 });
  const { image } = opened.card;
  const photos = Float32Array.from(uniform(3, 4 * inputLength(image), -2, 2));
  const { features } = await opened.encodePhotos(photos, 4);
  const shares = (values: readonly number[]) => values.map((value) => value / 255);
  const own = { mean: shares(image.mean), std: shares(image.std) };
  const tower = towerEncoder(new Weights(1), {
    read: openTower(join(base, 'image.onnx')),
    own,
    given: imagenetStatistics,
    held: 0,
  });
  const plane = image.size ** 2;
  const given = photos.map((value, at) => {
    const channel = Math.floor(at / plane) % 3;
    const share = value * own.std[channel]! + own.mean[channel]!;
    return (share - imagenetStatistics.mean[channel]!) / imagenetStatistics.std[channel]!;
  });
  const said = unit(
    tower.encode(input('image', [4, 3, image.size, image.size]), new Pass({ training: false })),
  );
  const memory = engine.memory();
  const program = await engine.compile({ outputs: { said }, updates: new Map() }, memory);
  const results = await program.run({ image: given });
  assertClose(results['said']!, features, 1e-4, 'features');
  await program.close();
  await memory.close();
  await opened.close();
});

let runs = 0;
const request = (change: Partial<LearnRequest> = {}): LearnRequest => ({
  encoder: base,
  data: pictures,
  goal: 'likeness',
  start: 'tower',
  minutes: 0.1,
  classes: false,
  engine: 'cpu',
  seed: 1,
  threads: 1,
  out: join(folder, `run-${++runs}`),
  options: { batch: 16 },
  ...change,
});
const run = (task: LearnTask) =>
  learnLibrary(task, { signal: new AbortController().signal, report: () => {} });

test('a tower is trained on, held to what it said, and joined: words bit for bit as before', async () => {
  const wish = request();
  const result = await run({ kind: 'learn', request: wish });
  assert.ok(!('stopped' in result));
  assert.deepEqual([result.start, result.method], ['tower', 'simclr']);
  assert.ok(result.moved! > 0 && result.moved! < 0.4, `moved by ${result.moved}`);
  assert.match(result.encoder, /^test-tuned-/);
  const [before, after] = [
    await openEncoder(base, { threads: 1 }),
    await openEncoder(join(wish.out, 'encoder'), { threads: 1 }),
  ];
  const photos = Float32Array.from(uniform(9, 3 * inputLength(before.card.image), -2, 2));
  const [old, made] = [await before.encodePhotos(photos, 3), await after.encodePhotos(photos, 3)];
  assert.deepEqual(made.embedding, old.embedding);
  assert.notDeepEqual(made.features, old.features);
  assert.match(readFileSync(join(wish.out, 'network', 'log.jsonl'), 'utf8'), /"moved":/);
  await Promise.all([before.close(), after.close()]);
});

test('an encoder of another kind, and a method that cannot tune, are told in a sentence', async () => {
  const other = await writeEncoder(folder);
  await assert.rejects(
    run({ kind: 'learn', request: request({ encoder: other }) }),
    /only those of the built-in/,
  );
  await assert.rejects(
    run({ kind: 'learn', request: request({ options: { method: 'byol' } }) }),
    /cannot train the encoder’s own weights on|cannot train the encoder's own weights on/,
  );
});
