import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LibraryMap } from '../../../training/adapt/library-map.ts';
import { rowsOf } from '../../../training/evaluate/rows.ts';
import { unitRowsOf } from './adapters.ts';

const [count, dim] = [80, 8];
const before = rowsOf(unitRowsOf(count, dim), dim);
const heldOut = Int32Array.from({ length: 12 }, (_, i) => i);
const train = Int32Array.from({ length: count - 13 }, (_, i) => i + 12); // the last could not be read
const path = (row: number) => `/photos/${row}.jpg`;
const open = () => new LibraryMap({ before, heldOut, train, path, seed: 1 });

test('as long as nothing is learned, nothing moves', () => {
  const map = open();
  const { photos, before: then, now } = map.draw(before);
  assert.equal(photos.length, count - 1);
  assert.ok(photos.slice(0, 12).every((name, at) => name === path(at)));
  assert.deepEqual(now, then);
  assert.ok(then.every((value) => Math.abs(value) <= 1) && then.some((value) => Math.abs(value) > 0.99));
});

test('what changed moves, within the same frame, and the same again for the same vectors', () => {
  const now = rowsOf(Float32Array.from(before.values), dim);
  // Photo 0 goes to where photo 20 is.
  now.values.set(before.values.subarray(20 * dim, 21 * dim), 0);
  const first = open().draw(now);
  const map = open();
  map.draw(before);
  assert.deepEqual(map.draw(now), first);
  const apart = (positions: readonly number[]) =>
    Math.hypot(positions[0]! - positions[40]!, positions[1]! - positions[41]!);
  assert.ok(apart(first.now) < apart(first.before) / 2, `${apart(first.before)} to ${apart(first.now)}`);
  assert.ok([...first.before, ...first.now].every((value) => Math.abs(value) <= 1));
});

test('neighbours are of photos held out, never the photo itself, nearest first', () => {
  const found = open().neighbours(before);
  assert.equal(found.length, 8);
  assert.equal(new Set(found.map(({ photo }) => photo)).size, 8);
  const rowOf = (name: string) => Number(/\d+/.exec(name)![0]);
  const cosine = (a: number, b: number) => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += before.values[a * dim + d]! * before.values[b * dim + d]!;
    return sum;
  };
  for (const { photo, before: then, now } of found) {
    const self = rowOf(photo);
    assert.ok(self < 12);
    const wanted = [...heldOut, ...train]
      .filter((row) => row !== self)
      .sort((a, b) => cosine(self, b) - cosine(self, a))
      .slice(0, 4);
    assert.deepEqual(then, wanted.map(path));
    assert.deepEqual(now, then);
  }
});
