import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateFeatures } from '../../../training/evaluate/evaluate-features.ts';
import type { Rows } from '../../../training/evaluate/rows.ts';
import { normal } from '../graph/draw.ts';
import { drawnClasses, drawnRows, sameRows } from './drawn-rows.ts';

const options = { seed: 1, threads: 1 };
const none = { bank: null, labels: null, classes: 0, captions: null };

/** Rows a little beside these. */
function near({ values, count, dim }: Rows, seed: number, by: number): Rows {
  const noise = normal(seed, values.length, by);
  return { values: Float32Array.from(values, (value, at) => value + noise[at]!), count, dim };
}

test('photos alone: half a photo finds the whole', async () => {
  const photos = drawnRows(1, 60, 24);
  const { result, task } = await evaluateFeatures({ ...none, photos, halves: near(photos, 2, 0.3) }, options);
  assert.equal(task, 'half a photo to the whole');
  assert.deepEqual([result.knn, result.linearProbe], [null, null]);
  assert.deepEqual(result.retrieval, { r1: 1, r5: 1, r10: 1, medianRank: 1 });
  assert.ok(result.alignment > 0 && result.alignment < 0.2 && result.uniformity < -3);
  assert.equal(result.collapse.collapsed, false);
});

test('classes: neighbours and probe name them, photos find those of their class', async () => {
  const shape = { dim: 12, classes: 3, apart: 3 };
  const bank = drawnClasses(1, { ...shape, count: 90 });
  const { rows: photos, labels } = drawnClasses(2, { ...shape, count: 30 });
  const set = { ...none, bank, photos, labels, halves: near(photos, 3, 0.1), classes: 3 };
  const { result, task, outcomes, tenLabels, retrieval } = await evaluateFeatures(set, options);
  assert.equal(task, 'photo to photo of its class');
  assert.deepEqual([result.knn, result.linearProbe, result.retrieval.r1], [1, 1, 1]);
  assert.ok(tenLabels! > 0.9 && retrieval.mapAtR > 0.9);
  assert.deepEqual([outcomes.knn!.length, outcomes.ranks.length, outcomes.ranks[0]!.length], [30, 30, 9]);
});

test('captions: each finds its photo', async () => {
  const photos = drawnRows(1, 20, 24);
  const twice = Array.from({ length: 40 }, (_, text) => text >> 1);
  const texts = near(
    {
      values: Float32Array.from(twice.flatMap((at) => [...photos.values.subarray(at * 24, (at + 1) * 24)])),
      count: 40,
      dim: 24,
    },
    5,
    0.2,
  );
  const set = { ...none, photos, halves: photos, captions: { texts, photos, photoOf: twice } };
  const { result, task, outcomes } = await evaluateFeatures(set, options);
  assert.deepEqual([task, result.retrieval.r1, outcomes.ranks.length], ['caption to photo', 1, 40]);
});

test('a collapsed encoder is told, and scores no better than chance', async () => {
  const labels = Array.from({ length: 40 }, (_, at) => at % 4);
  const rows = sameRows(40, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const set = { ...none, bank: { rows, labels }, photos: rows, halves: rows, labels, classes: 4 };
  const { result } = await evaluateFeatures(set, options);
  assert.deepEqual([result.knn, result.linearProbe, result.collapse.collapsed], [0.25, 0.25, true]);
  assert.ok(Math.abs(result.uniformity) < 1e-6);
});

test('one photo, one class, and classes without a second photo have figures that are numbers', async () => {
  const one = drawnRows(1, 1, 8);
  const alone = await evaluateFeatures({ ...none, photos: one, halves: one }, options);
  assert.deepEqual(alone.result.retrieval, { r1: 1, r5: 1, r10: 1, medianRank: 1 });
  assert.deepEqual([alone.result.uniformity, alone.result.collapse.collapsed], [0, false]);
  const three = drawnRows(2, 3, 8);
  const single = { ...none, photos: three, halves: three, labels: [0, 0, 0], classes: 1 };
  const { result } = await evaluateFeatures({ ...single, bank: { rows: three, labels: [0, 0, 0] } }, options);
  assert.deepEqual([result.knn, result.retrieval.r1], [null, 1]);
  const mateless = { ...single, labels: [0, 1, 2], classes: 3, bank: { rows: three, labels: [0, 1, 2] } };
  assert.equal((await evaluateFeatures(mateless, options)).task, 'half a photo to the whole');
});

test('no photo is refused', async () => {
  const empty = drawnRows(1, 0, 8);
  await assert.rejects(evaluateFeatures({ ...none, photos: empty, halves: empty }, options), RangeError);
});
