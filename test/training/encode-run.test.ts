import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openRunEncoder } from '../../training/encode-run.ts';
import { onnxEngine } from '../../training/engines/onnx.ts';
import { type Rows, rowAt } from '../../training/evaluate/rows.ts';
import { siglip } from '../../training/methods/siglip.ts';
import { simclr } from '../../training/methods/simclr.ts';
import { methods } from '../../training/methods/table.ts';
import { networksOf } from '../../training/nets.ts';
import { captionContext } from '../../training/run-data.ts';
import { assemble } from '../../training/step.ts';
import { imagenetStatistics } from '../../training/transforms/view.ts';
import { drawnData } from './drawn-data.ts';
import { assertClose } from './engines/operations.ts';

const captions = ['a red sun', 'a boat', 'rain on a hill', 'a sheep'];
const data = await drawnData({ photos: 60, captions: (at) => [captions[at % 4]!] });
const engine = onnxEngine({ provider: 'cpu', threads: 1 });
const choice = { net: 'vit-nano', side: 32, batchNorm: true } as const;
const options = { source: 40, statistics: imagenetStatistics, side: 32, seed: 1 };

async function opened(method: 'simclr' | 'siglip') {
  const memory = engine.memory();
  const text = method === 'siglip' ? { vocabulary: 8000, context: captionContext } : null;
  const networks = networksOf({ ...choice, text }, methods[method]);
  const trained =
    method === 'siglip'
      ? assemble(siglip, siglip.presets.small.knobs, networks, 1)
      : assemble(simclr, simclr.presets.small.knobs, networks, 1);
  const encoder = await openRunEncoder(engine, memory, trained, data, options);
  after(async () => {
    await encoder.close();
    await memory.close();
  });
  return encoder;
}
const [plain, worded] = [await opened('simclr'), await opened('siglip')];

const places = (...all: number[]) => Int32Array.from(all);
const everyone = Int32Array.from({ length: 60 }, (_, at) => at);

function assertRows(made: Rows, expected: Rows, what: string): void {
  assert.deepEqual([made.count, made.dim], [expected.count, expected.dim]);
  assertClose(made.values, expected.values, 1e-5, what);
}

test('more photos than go in at a time, the last ones too few, give what each gives alone', async () => {
  const all = (await plain.photos(everyone, 'whole')).features;
  assert.deepEqual([all.count, all.dim], [60, 64]);
  for (const at of [0, 1, 49, 50, 51, 59]) {
    const alone = (await plain.photos(places(at), 'whole')).features;
    assertRows({ values: rowAt(all, at), count: 1, dim: 64 }, alone, `photo ${at}`);
  }
});

test('photos come in the order they are asked for, as often as they are', async () => {
  const some = (await plain.photos(places(9, 3, 9), 'whole')).features;
  const [nine, three] = [await plain.photos(places(9), 'whole'), await plain.photos(places(3), 'whole')];
  assertClose(rowAt(some, 0), nine.features.values, 1e-5, 'first');
  assertClose(rowAt(some, 1), three.features.values, 1e-5, 'second');
  assertClose(rowAt(some, 2), nine.features.values, 1e-5, 'third');
});

test('half of a photo is another picture, and as certain as the whole', async () => {
  const [whole, half, again] = [
    await plain.photos(places(1, 2), 'whole'),
    await plain.photos(places(1, 2), 'half'),
    await plain.photos(places(1, 2), 'half'),
  ];
  assert.deepEqual(half, again);
  assert.notDeepEqual(half.features.values, whole.features.values);
});

test('without words there is one output, with words two, and captions are compared with the second', async () => {
  assert.equal(plain.captions, null);
  const one = await plain.photos(places(0), 'whole');
  assert.deepEqual(one.features, one.embedding);
  const two = await worded.photos(places(0), 'whole');
  assert.deepEqual([two.features.dim, two.embedding.dim], [64, 256]);
  assert.equal((await worded.captions!(places(0))).dim, 256);
});

test('captions are encoded each by itself: equal ones alike, in any batch', async () => {
  const all = await worded.captions!(everyone);
  assert.equal(all.count, 60);
  assertClose(rowAt(all, 0), rowAt(all, 56), 1e-5, 'the same caption');
  assert.notDeepEqual(rowAt(all, 0), rowAt(all, 1));
  for (const at of [0, 51, 59])
    assertClose(rowAt(all, at), (await worded.captions!(places(at))).values, 1e-5, `caption ${at}`);
});
