import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainingPhoto } from '../../../training/data/photo-set.ts';
import { choosePhotos, mostPhotos } from '../../../training/evaluate/choose-photos.ts';

const photo: TrainingPhoto = { path: '', label: null, captions: [], takenAtMs: null, part: null };
const withLabels = (labels: readonly (number | null)[]) => labels.map((label) => ({ ...photo, label }));
const plain = { classes: false, captions: false, seed: 1 };
const byClass = { ...plain, classes: true };

test('the held-out part of a set is asked about, the rest is learned from', () => {
  const photos = withLabels([0, 0, 1, 1, null]).map((one, at) => ({
    ...one,
    part: at % 2 ? ('held-out' as const) : ('train' as const),
  }));
  assert.deepEqual(choosePhotos(photos, byClass), { bank: [0, 2], queries: [1, 3], notes: [] });
  assert.deepEqual(choosePhotos(photos, plain).queries, [1, 3], 'without classes too');
});

test('a set without parts is split within each class: a fifth, but one photo at least', () => {
  const photos = withLabels([...Array<number>(50).fill(0), ...Array<number>(10).fill(1), 2, 2, 3]);
  const { bank, queries } = choosePhotos(photos, byClass);
  const asked = [0, 1, 2, 3].map((label) => queries.filter((at) => photos[at]!.label === label).length);
  assert.deepEqual(asked, [10, 2, 1, 0]);
  assert.deepEqual(
    [...bank, ...queries].sort((a, b) => a - b),
    [...photos.keys()],
  );
});

test('a seed names the split', () => {
  const photos = withLabels(Array.from({ length: 60 }, (_, at) => at % 3));
  assert.deepEqual(choosePhotos(photos, byClass), choosePhotos(photos, byClass));
  assert.notDeepEqual(choosePhotos(photos, byClass), choosePhotos(photos, { ...byClass, seed: 2 }));
});

test('without classes all photos are asked about, or those with captions', () => {
  const photos = [photo, { ...photo, captions: ['a cat'] }, photo];
  assert.deepEqual(choosePhotos(photos, plain).queries, [0, 1, 2]);
  assert.deepEqual(choosePhotos(photos, { ...plain, captions: true }).queries, [1]);
});

test('of too many photos some are drawn, and it says so', () => {
  const photos = Array.from({ length: mostPhotos.queries + 1 }, () => photo);
  const { queries, notes } = choosePhotos(photos, plain);
  assert.equal(new Set(queries).size, mostPhotos.queries);
  assert.deepEqual(notes, ['2,000 of 2,001 photos to be asked about were drawn for this.']);
});

test('no photo, and classes of one photo each, leave nothing to ask about', () => {
  assert.deepEqual(choosePhotos([], byClass), { bank: [], queries: [], notes: [] });
  assert.deepEqual(choosePhotos(withLabels([0, 1]), byClass).queries, []);
});
