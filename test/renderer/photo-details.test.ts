import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PhotoDetails } from '../../src-main/contract/photo.ts';
import { detailLines, takenAtMs } from '../../src-renderer/parts/photo-details.ts';

const bare: PhotoDetails = {
  id: 1,
  path: '/p/a.jpg',
  state: 'ready',
  reason: null,
  hash: null,
  format: null,
  sizeBytes: null,
  width: null,
  height: null,
  takenAt: null,
  takenFrom: null,
  camera: null,
  lens: null,
  exposureSeconds: null,
  fNumber: null,
  iso: null,
  focalLengthMm: null,
  gps: null,
  place: null,
  rating: null,
  keywords: [],
  caption: null,
  copies: [],
};
const words = { fileDate: 'by the date of the file', rejected: 'Rejected' };
const lines = (details: Partial<PhotoDetails>) =>
  Object.fromEntries(detailLines({ ...bare, ...details }, words).map(({ field, text }) => [field, text]));

test('a photo of which nothing is known has no lines', () => {
  assert.deepEqual(detailLines(bare, words), []);
});

test('exposure reads as photographers write it', () => {
  assert.equal(
    lines({ exposureSeconds: 1 / 800, fNumber: 5.6, iso: 160 })['exposure'],
    '1/800 s, f/5.6, ISO 160',
  );
  assert.equal(lines({ exposureSeconds: 2.5 })['exposure'], '2.5 s');
  assert.equal(lines({ exposureSeconds: 0.5 })['exposure'], '0.5 s');
  assert.equal(lines({ fNumber: 8 })['exposure'], 'f/8');
});

test('lens, size, place and rating leave out what is not known', () => {
  assert.equal(lines({ focalLengthMm: 23 })['lens'], '23 mm');
  assert.equal(lines({ lens: 'XF 23', focalLengthMm: 23 })['lens'], 'XF 23, 23 mm');
  assert.equal(lines({ width: 6240, height: 4160, sizeBytes: 12_400_000 })['size'], '6240 × 4160, 12.4 MB');
  assert.equal(lines({ gps: { lat: 38.47628, lon: -8.98143 } })['place'], '38.47628° N, 8.98143° W');
  assert.equal(lines({ gps: { lat: 1, lon: 1 }, place: 'Lisbon' })['place'], 'Lisbon');
  assert.equal(lines({ rating: 3 })['rating'], '★★★☆☆');
  assert.equal(lines({ rating: -1 })['rating'], 'Rejected');
  assert.equal(lines({ rating: 0 })['rating'], undefined);
});

test('a time is shown as the watch had it, with its zone, and a guessed one says so', () => {
  assert.equal(takenAtMs('2024-06-15T14:03:22+02:00'), Date.UTC(2024, 5, 15, 14, 3, 22));
  assert.equal(takenAtMs('2024-06-15T14:03:22'), Date.UTC(2024, 5, 15, 14, 3, 22));
  assert.equal(takenAtMs(null), null);
  assert.equal(takenAtMs('soon'), null);
  assert.match(lines({ takenAt: '2024-06-15T14:03:22+02:00' })['taken'] ?? '', /2024.*\(UTC\+02:00\)$/);
  const [guessed] = detailLines({ ...bare, takenAt: '2024-06-15T14:03:22', takenFrom: 'file' }, words);
  assert.equal(guessed?.note, 'by the date of the file');
});
