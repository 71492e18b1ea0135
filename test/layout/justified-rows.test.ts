import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { GridGeometry } from '../../src-renderer/layout/grid-geometry.ts';
import { justifiedRows, type RowsInput } from '../../src-renderer/layout/justified-rows.ts';

const headerPx = 49;

function input(aspect: readonly number[], options: Partial<RowsInput> = {}): RowsInput {
  return {
    aspect: Float32Array.from(aspect),
    starts: Uint32Array.from(aspect.length > 0 ? [0] : []),
    headerPx: () => headerPx,
    widthPx: 1100,
    rowPx: 184,
    gapPx: 4,
    square: false,
    ...options,
  };
}

/** Any library: extreme shapes, empty days, narrow and wide windows. */
const anyInput = fc
  .record({
    aspect: fc.array(
      fc.oneof(
        fc.constantFrom(0.25, 0.1, 10, 40, 1.5, 0.6667, 1, 0, Number.NaN),
        fc.float({ min: Math.fround(0.2), max: 5, noNaN: true }),
      ),
      { maxLength: 120 },
    ),
    breaks: fc.array(fc.nat(), { maxLength: 20 }),
    widthPx: fc.integer({ min: 200, max: 4000 }),
    rowPx: fc.integer({ min: 80, max: 480 }),
    gapPx: fc.integer({ min: 0, max: 8 }),
    square: fc.boolean(),
  })
  .map(({ aspect, breaks, ...rest }) => {
    const starts = [...new Set([0, ...breaks.map((at) => at % Math.max(1, aspect.length))])].sort(
      (a, b) => a - b,
    );
    return input(aspect, { ...rest, starts: Uint32Array.from(aspect.length > 0 ? starts : []) });
  });

test('every photo stands in exactly one row, in order', () => {
  fc.assert(
    fc.property(anyInput, (given) => {
      const rows = justifiedRows(given);
      assert.equal(rows.first[rows.count], given.aspect.length);
      for (let row = 0; row < rows.count; row += 1) assert.ok(rows.first[row]! < rows.first[row + 1]!);
      if (rows.count > 0) assert.equal(rows.first[0], 0);
    }),
  );
});

test('no row is wider than the window, and a full row ends exactly at its edge', () => {
  fc.assert(
    fc.property(anyInput, (given) => {
      const grid = new GridGeometry(given);
      for (let row = 0; row < grid.rows.count; row += 1) {
        const last = grid.boxOf(grid.rows.first[row + 1]! - 1);
        const right = last.x + last.width;
        assert.ok(right <= given.widthPx + 1, `row ${row} ends at ${right} of ${given.widthPx}`);
        if (!grid.rows.ragged[row] && !given.square) assert.equal(right, given.widthPx);
      }
    }),
  );
});

test('photos of a row keep their distance and never overlap', () => {
  fc.assert(
    fc.property(anyInput, (given) => {
      const grid = new GridGeometry(given);
      for (let index = 1; index < grid.length; index += 1) {
        const [a, b] = [grid.boxOf(index - 1), grid.boxOf(index)];
        if (grid.rowOf(index - 1) === grid.rowOf(index)) {
          assert.equal(b.x - (a.x + a.width), given.gapPx);
          assert.equal(a.y, b.y);
        } else assert.ok(b.y >= a.y + a.height);
      }
    }),
  );
});

test('a row never mixes two sections, and every section stands under its header', () => {
  fc.assert(
    fc.property(anyInput, (given) => {
      const { rows } = new GridGeometry(given);
      const starts = new Set(given.starts);
      for (let row = 0; row < rows.count; row += 1)
        for (let index = rows.first[row]! + 1; index < rows.first[row + 1]!; index += 1)
          assert.ok(!starts.has(index), `photo ${index} opens a section inside a row`);
      given.starts.forEach((start, section) => {
        const row = rows.sectionRow[section]!;
        assert.equal(rows.first[row], start);
        const above = row === 0 ? 0 : rows.top[row - 1]! + rows.height[row - 1]!;
        assert.equal(rows.top[row]! - above, headerPx);
      });
    }),
  );
});

test('rows of ordinary photos stay between half and twice the height aimed at', () => {
  const shapes = fc.array(fc.constantFrom(0.6667, 0.75, 1, 1.3333, 1.5, 1.7778), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(shapes, fc.integer({ min: 80, max: 300 }), (aspect, rowPx) => {
      const rows = justifiedRows(input(aspect, { rowPx }));
      for (const height of rows.height)
        assert.ok(height > rowPx / 2 && height < rowPx * 2, `${height} for ${rowPx}`);
    }),
  );
});

test('a panorama of 10:1 fills a row alone or flattens it, and a 1:4 sliver stays wide enough to click', () => {
  const panorama = new GridGeometry(input([10]));
  assert.deepEqual(panorama.boxOf(0), { x: 0, y: headerPx, width: 1100, height: 110 });
  const sliver = new GridGeometry(input([0.25]));
  assert.deepEqual(sliver.boxOf(0), { x: 0, y: headerPx, width: 46, height: 184 });
  const thinner = new GridGeometry(input([0.05]));
  assert.equal(thinner.boxOf(0).width, 46);
});

test('the last row of a day keeps the height aimed at and stays ragged', () => {
  const rows = justifiedRows(input([1.5, 1.5, 1.5, 1.5, 1.5, 1.5]));
  assert.deepEqual([...rows.ragged], [0, 1]);
  assert.deepEqual([...rows.height], [181, 184]);
});

test('squares are equal and stand in columns', () => {
  const grid = new GridGeometry(
    input(
      Array.from({ length: 13 }, () => 0.4),
      { square: true },
    ),
  );
  assert.equal(grid.rows.first[1], 6);
  for (let index = 0; index < 13; index += 1) {
    const box = grid.boxOf(index);
    assert.ok(Math.abs(box.width - box.height) <= 1);
    assert.equal(box.x, grid.boxOf(index % 6).x);
  }
});

test('no photos take no height', () => {
  const rows = justifiedRows(input([]));
  assert.equal(rows.count, 0);
  assert.equal(rows.heightPx, 0);
});

test('100,000 photos are laid out within a frame or two', () => {
  const shapes = [1.5, 0.6667, 1.3333, 1, 1.7778, 0.75];
  const aspect = Array.from({ length: 100_000 }, (_, index) => shapes[(index * 7919) % 6]!);
  const starts = Uint32Array.from({ length: 4000 }, (_, day) => day * 25);
  const given = input(aspect, { starts });
  justifiedRows(given);
  const took = Array.from({ length: 7 }, () => {
    const from = performance.now();
    justifiedRows(given);
    return performance.now() - from;
  }).sort((a, b) => a - b);
  console.log(`100,000 photos: ${took[0]!.toFixed(1)} ms at best, ${took[3]!.toFixed(1)} ms median`);
  // The median on an idle machine is a third of this; the best of seven holds on a loaded one.
  assert.ok(took[0]! < 20, `${took[0]} ms`);
});
