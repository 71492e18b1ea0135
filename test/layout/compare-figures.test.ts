import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf } from '../../src-renderer/layout/compare-figures.ts';

const original = {
  path: '/home/ana/Pictures/2024/Arrábida/DSCF4127.JPG',
  bytes: 12_400_000,
  width: 6240,
  height: 4160,
  takenAtMs: Date.UTC(2024, 5, 15, 11, 42),
  camera: 'X100V',
  rating: null,
};
const sent = {
  ...original,
  path: '/mnt/Archive/WhatsApp/IMG.jpg',
  bytes: 400_000,
  width: 2048,
  height: 1365,
  takenAtMs: null,
  camera: null,
};
const better = (one: typeof sent, other: typeof sent) =>
  figuresOf(one, other).flatMap((figure) => (figure.better ? [figure.name] : []));

test('what one has more of, or alone, is better; what both have alike is not', () => {
  assert.deepEqual(better(original as never, sent), ['pixels', 'file', 'taken', 'camera']);
  assert.deepEqual(better(sent, original as never), []);
  assert.deepEqual(better(original as never, { ...original } as never), []);
});

test('the folder is told by its last steps, and what is not recorded has no value', () => {
  const [pixels, , taken, camera, folder] = figuresOf(sent, original);
  assert.match(pixels!.value!, /2.?048 × 1.?365/);
  assert.deepEqual([taken!.value, camera!.value, folder!.value], [null, null, 'Archive › WhatsApp']);
  assert.equal(figuresOf(original, sent)[4]!.value, '2024 › Arrábida');
});
