import assert from 'node:assert/strict';
import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPixels } from '../../../models/pixels.ts';
import { type ViewFeaturesOptions, viewFeatures } from '../../../training/adapt/view-features.ts';
import { adapterViews } from '../../../training/adapt/view-pixels.ts';
import { openEncoder } from '../../../training/engines/encoder-session.ts';
import { rowAt } from '../../../training/evaluate/rows.ts';
import { blots, setOf, temporaryFolder } from '../data/pictures.ts';
import { writeEncoder } from './adapters.ts';

const folder = await temporaryFolder();
const encoder = await openEncoder(await writeEncoder(folder), { threads: 1 });

let reads: number[] = [];
/** Pictures of blots; the third cannot be read. */
const set = setOf(
  Array.from({ length: 20 }, (_, at) => async (_index: number, options: { readonly longSide: number }) => {
    reads.push(at);
    if (at === 2) throw new Error('gone');
    return readPixels({ name: `${at}.png`, bytes: await blots(at) }, options);
  }),
);

const options = (name: string, change: Partial<ViewFeaturesOptions> = {}): ViewFeaturesOptions => ({
  set,
  photos: Int32Array.from({ length: 20 }, (_, at) => at),
  encoder,
  views: 4,
  worded: 1,
  recipe: adapterViews({}, 16),
  seed: 1,
  path: join(folder, name),
  signal: new AbortController().signal,
  onProgress: () => {},
  ...change,
});

test('each photo has a unit row for every view; one that cannot be read has none and stops nothing', async () => {
  const { features: made, embedding, readable } = await viewFeatures(options('plain'));
  assert.deepEqual([made.count, made.views, made.dim], [20, 4, 12]);
  assert.deepEqual([embedding!.count, embedding!.views, embedding!.dim], [20, 1, 8]);
  assert.deepEqual(
    [...readable.keys()].filter((at) => !readable[at]),
    [2],
  );
  const rows = made.rows(3, [0, 19]);
  assert.deepEqual(rowAt(rows, 1), made.values.slice((19 * 4 + 3) * 12, 20 * 4 * 12));
  assert.ok(Math.abs(Math.hypot(...rowAt(rows, 0)) - 1) < 1e-6);
  assert.ok(Number.isNaN(made.rows(0, [2]).values[0]) && Number.isNaN(embedding!.rows(0, [2]).values[0]));
});

test('stopped anywhere, it goes on behind the last whole photo, reads no photo twice, and comes to the same', async () => {
  const whole = await viewFeatures(options('whole'));
  const stopping = new AbortController();
  const stopped = viewFeatures(
    options('parts', {
      signal: stopping.signal,
      onProgress: (done) => {
        if (done >= 10) stopping.abort();
      },
    }),
  );
  await assert.rejects(stopped, { name: 'AbortError' });
  const path = join(folder, 'parts');
  const { length } = await readFile(path);
  await truncate(path, length - 7); // a write that a crash has torn
  reads = [];
  const rest = await viewFeatures(options('parts'));
  assert.deepEqual(
    [rest.features.values, rest.embedding!.values],
    [whole.features.values, whole.embedding!.values],
  );
  assert.deepEqual(
    reads.toSorted((a, b) => a - b),
    [11, 12, 13, 14, 15, 16, 17, 18, 19],
  );
  reads = [];
  assert.deepEqual((await viewFeatures(options('parts'))).features.values, whole.features.values);
  assert.deepEqual(reads, []);
});

test('features of other views, another seed or other photos are made anew', async () => {
  await viewFeatures(options('other'));
  for (const change of [
    { seed: 2 },
    { recipe: adapterViews({ grey: 0.5 }, 16) },
    { views: 3 },
    { worded: 4 },
    { photos: Int32Array.of(1, 2, 3) },
  ]) {
    reads = [];
    const { features } = await viewFeatures(options('other', change));
    assert.equal(reads.length, features.count);
  }
});

test('each view has the vector for words that the encoder gives it', async () => {
  const { embedding } = await viewFeatures(options('words', { worded: 4 }));
  const { embedding: first } = await viewFeatures(options('word', { worded: 1 }));
  assert.equal(embedding!.views, 4);
  const rows = [0, 1, 5];
  assert.deepEqual(embedding!.rows(0, rows).values, first!.rows(0, rows).values);
  assert.notDeepEqual(embedding!.rows(3, rows).values, embedding!.rows(0, rows).values);
  assert.equal((await viewFeatures(options('none', { worded: 0 }))).embedding, null);
});
