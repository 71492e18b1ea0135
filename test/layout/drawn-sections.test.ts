import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawnSections } from '../../src-renderer/layout/drawn-sections.ts';
import { GridGeometry } from '../../src-renderer/layout/grid-geometry.ts';

/** Three days of four square photos, two rows each. */
const grid = new GridGeometry({
  aspect: new Float32Array(12).fill(1),
  starts: Uint32Array.from([0, 4, 8]),
  headerPx: () => 50,
  widthPx: 404,
  rowPx: 200,
  gapPx: 4,
  square: false,
});
const drawn = (from: number, to: number, focused = -1) =>
  drawnSections(grid, [from, to], focused).map(({ section, indexes }) => [section, ...indexes]);

test('only the photos of the rows asked for are drawn, by day', () => {
  assert.deepEqual(drawn(1, 3), [
    [0, 2, 3],
    [1, 4, 5],
  ]);
  assert.deepEqual(drawn(0, 0), []);
});

test('the current photo is drawn wherever it is, once, and in its place', () => {
  assert.deepEqual(drawn(0, 1, 9), [
    [0, 0, 1],
    [2, 9],
  ]);
  assert.deepEqual(drawn(2, 3, 7), [[1, 4, 5, 7]]);
  assert.deepEqual(drawn(2, 3, 4), [[1, 4, 5]]);
  assert.deepEqual(drawn(2, 3, 99), [[1, 4, 5]]);
});

test('a day is placed by its header', () => {
  assert.deepEqual(
    drawnSections(grid, [0, 6], -1).map(({ topPx }) => topPx),
    [0, 454, 908],
  );
});
