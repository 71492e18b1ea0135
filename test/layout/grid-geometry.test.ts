import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { GridGeometry } from '../../src-renderer/layout/grid-geometry.ts';

const grid = (aspect: readonly number[], starts: readonly number[] = [0], widthPx = 1000) =>
  new GridGeometry({
    aspect: Float32Array.from(aspect),
    starts: Uint32Array.from(aspect.length > 0 ? starts : []),
    headerPx: () => 50,
    widthPx,
    rowPx: 200,
    gapPx: 4,
    square: false,
  });

const aspects = fc.array(fc.constantFrom(0.25, 0.6667, 1, 1.5, 10), { minLength: 1, maxLength: 80 });

test('the rows of a band are those that touch it, and no others', () => {
  fc.assert(
    fc.property(aspects, fc.nat(4000), fc.nat(2000), (aspect, topPx, heightPx) => {
      const given = grid(aspect);
      const { rows } = given;
      const [from, to] = given.rowsBetween(topPx, topPx + heightPx);
      assert.ok(from < to && to <= rows.count);
      for (let row = 0; row < rows.count; row += 1) {
        const touches = rows.top[row]! + rows.height[row]! >= topPx && rows.top[row]! <= topPx + heightPx;
        if (touches) assert.ok(row >= from && row < to, `row ${row} is missing from ${from}…${to}`);
      }
    }),
  );
});

test('a photo lies in the row that claims it', () => {
  fc.assert(
    fc.property(aspects, (aspect) => {
      const given = grid(aspect);
      for (let index = 0; index < given.length; index += 1) {
        const box = given.boxOf(index);
        assert.equal(given.rowAt(box.y + box.height / 2), given.rowOf(index));
        assert.equal(given.nearestInRow(given.rowOf(index), box.x + box.width / 2), index);
      }
    }),
  );
});

test('down and up again lead back to the same photo while x is kept', () => {
  const given = grid(Array.from({ length: 24 }, () => 1.5));
  const start = given.boxOf(1);
  const keep = { x: start.x + start.width / 2, pagePx: 600 };
  const below = given.neighbour(1, 'down', keep);
  assert.equal(given.rowOf(below), 1);
  assert.equal(given.neighbour(below, 'up', keep), 1);
});

test('down crosses into the next day, over a ragged row, and keeps its column', () => {
  // Rows of three, then a day that ends with one photo alone, then three again.
  const given = grid([1.6, 1.6, 1.6, 1.6, 1.6, 1.6, 1.6], [0, 3, 4]);
  const third = given.boxOf(2);
  const keep = { x: third.x + 10, pagePx: 600 };
  assert.equal(given.neighbour(2, 'down', keep), 3);
  assert.equal(given.neighbour(3, 'down', keep), 6);
});

test('arrows stop at the first and the last photo', () => {
  const given = grid([1, 1, 1]);
  const keep = { x: 0, pagePx: 600 };
  assert.equal(given.neighbour(0, 'left', keep), 0);
  assert.equal(given.neighbour(0, 'up', keep), 0);
  assert.equal(given.neighbour(2, 'right', keep), 2);
  assert.equal(given.neighbour(2, 'pageDown', keep), 2);
  assert.equal(given.neighbour(1, 'first', keep), 0);
  assert.equal(given.neighbour(1, 'last', keep), 2);
});

test('Page down always moves on, even where a row is taller than the page', () => {
  const given = grid(Array.from({ length: 40 }, () => 1.5));
  assert.ok(given.rowOf(given.neighbour(0, 'pageDown', { x: 0, pagePx: 10 })) > 0);
  assert.ok(given.rowOf(given.neighbour(39, 'pageUp', { x: 0, pagePx: 10 })) < given.rowOf(39));
});

test('a rubber band takes what it touches', () => {
  fc.assert(
    fc.property(
      aspects,
      fc.record({ x: fc.nat(900), y: fc.nat(2000), width: fc.nat(600), height: fc.nat(900) }),
      (aspect, band) => {
        const given = grid(aspect);
        const slow = aspect.flatMap((_, index) => {
          const box = given.boxOf(index);
          const apart =
            box.x > band.x + band.width ||
            box.x + box.width < band.x ||
            box.y > band.y + band.height ||
            box.y + box.height < band.y;
          return apart ? [] : [index];
        });
        assert.deepEqual(given.within(band), slow);
      },
    ),
  );
});

test('a section begins at its header', () => {
  const given = grid([1, 1, 1, 1], [0, 2]);
  assert.equal(given.sectionTop(0), 0);
  assert.equal(given.sectionTop(1), 250);
  assert.equal(given.sectionAt(10), 0);
  assert.equal(given.sectionAt(251), 1);
});

test('a grid without photos answers and holds nothing', () => {
  const given = grid([]);
  assert.deepEqual(given.rowsBetween(0, 1000), [0, 0]);
  assert.deepEqual(given.within({ x: 0, y: 0, width: 10, height: 10 }), []);
  assert.equal(given.heightPx, 0);
});
