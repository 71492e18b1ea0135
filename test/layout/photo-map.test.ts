import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { coverEachOther, groupPlaces, meanMove, photosToShow } from '../../src-renderer/layout/photo-map.ts';

const place = fc.double({ min: -1, max: 1, noNaN: true });
const anyMap = fc
  .array(fc.tuple(place, place), { minLength: 1, maxLength: 60 })
  .map((places) => places.flat());
/** Three islands of three photos each. */
const islands = [
  -0.8, -0.8, -0.82, -0.78, -0.79, -0.83, 0.8, -0.7, 0.82, -0.72, 0.79, -0.69, 0, 0.8, 0.02, 0.82, -0.01,
  0.79,
];

test('islands become groups', () => {
  const { of } = groupPlaces(islands, 3);
  assert.equal(new Set(of).size, 3);
  for (const from of [0, 3, 6]) assert.equal(new Set(of.slice(from, from + 3)).size, 1);
});

test('every photo is in the group whose middle is nearest', () => {
  fc.assert(
    fc.property(anyMap, fc.integer({ min: 1, max: 8 }), (places, count) => {
      const { of, middles } = groupPlaces(places, count);
      assert.equal(of.length, places.length / 2);
      assert.ok(middles.length / 2 <= count);
      assert.ok(of.every((group) => 2 * group + 1 < middles.length));
    }),
  );
});

test('a group keeps its number while the map moves a little', () => {
  const first = groupPlaces(islands, 3);
  const moved = islands.map((at, index) => at + 0.03 * Math.sin(index));
  assert.deepEqual(groupPlaces(moved, 3, first.middles).of, first.of);
});

test('the photos that are shown are far enough apart on both maps, and each group has one at most', () => {
  fc.assert(
    fc.property(anyMap, fc.integer({ min: 1, max: 9 }), (places, by) => {
      const before = places.map((at, index) => (at + Math.sin(by * index)) / 2);
      const groups = groupPlaces(places, 8);
      const shown = photosToShow(places, before, groups, 0.3);
      assert.ok(shown.length >= 1);
      assert.equal(new Set(shown.map((at) => groups.of[at])).size, shown.length);
      for (const map of [places, before]) {
        assert.ok(!coverEachOther(map, shown, 0.3));
        for (const [index, a] of shown.entries())
          for (const b of shown.slice(index + 1))
            assert.ok(Math.hypot(map[2 * a]! - map[2 * b]!, map[2 * a + 1]! - map[2 * b + 1]!) >= 0.3);
      }
    }),
  );
});

test('where the photo in the middle would cover another one, the next one is shown', () => {
  const before = islands.with(6, -0.8).with(7, -0.8);
  const groups = groupPlaces(islands, 3);
  const shown = photosToShow(islands, before, groups, 0.3);
  assert.equal(shown.length, 3);
  assert.ok(photosToShow(islands, islands, groups, 0.3).includes(3));
  assert.ok(!shown.includes(3));
  assert.ok(coverEachOther(islands, [0, 1], 0.3));
});

test('no photos make no groups', () => {
  const groups = groupPlaces([], 8);
  assert.deepEqual(groups, { of: [], middles: [] });
  assert.deepEqual(photosToShow([], [], groups, 0.3), []);
});

test('a photo that crosses the map has moved by all of its width', () => {
  assert.equal(meanMove([-1, 0], [1, 0]), 1);
  assert.equal(meanMove([0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0]), 0);
  assert.equal(meanMove([], []), 0);
});
