import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partOf } from '../../../training/data/part-of.ts';
import type { PhotoSet } from '../../../training/data/photo-set.ts';
import { setOf } from './pictures.ts';

/** Photos that say their own number when they are read. */
const numbered = (count: number): PhotoSet =>
  setOf(Array.from({ length: count }, (_, i) => () => Promise.reject(new Error(`photo ${i}`))));

test('a part is as large as asked for, in the order of the set, and reads its own photos', async () => {
  const part = partOf(numbered(30), { most: 12, seed: 1 });
  assert.equal(part.photos.length, 12);
  const numbers = part.photos.map(({ path }) => Number(/\d+/.exec(path)![0]));
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(numbers).size, 12);
  for (const [at, number] of numbers.entries())
    await assert.rejects(part.read(at, { longSide: 8 }), new RegExp(`photo ${number}$`));
});

test('the seed names the part', () => {
  const paths = (seed: number) => partOf(numbered(30), { most: 12, seed }).photos.map(({ path }) => path);
  assert.deepEqual(paths(1), paths(1));
  assert.notDeepEqual(paths(1), paths(2));
});

test('a set that is no larger is left as it is; closing a part closes the set', async () => {
  const set = numbered(5);
  assert.equal(partOf(set, { most: 5, seed: 1 }), set);
  let closed = 0;
  await partOf({ ...set, close: async () => void closed++ }, { most: 2, seed: 1 }).close();
  assert.equal(closed, 1);
});
