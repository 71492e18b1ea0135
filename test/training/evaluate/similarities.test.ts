import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { rowAt, rowsOf, takeRows, unitRows } from '../../../training/evaluate/rows.ts';
import { similarityRows } from '../../../training/evaluate/similarities.ts';
import { drawnRows, sameRows } from './drawn-rows.ts';

test('products are the same as one by one, to the last bit, for any number of queries and rows', () => {
  const size = fc.integer({ min: 0, max: 70 });
  fc.assert(
    fc.property(size, size, fc.integer({ min: 1, max: 9 }), (queryCount, bankCount, dim) => {
      const queries = drawnRows(1, queryCount, dim);
      const bank = drawnRows(2, bankCount, dim);
      let seen = 0;
      for (const [query, products] of similarityRows(queries, bank)) {
        assert.equal(query, seen++);
        assert.equal(products.length, bankCount);
        for (let row = 0; row < bankCount; row++) {
          let sum = 0;
          for (let d = 0; d < dim; d++) sum += rowAt(queries, query)[d]! * rowAt(bank, row)[d]!;
          assert.equal(products[row], sum);
        }
      }
      assert.equal(seen, queryCount);
    }),
    { numRuns: 60 },
  );
});

test('unit rows have length 1, and a row of zeros keeps its zeros', () => {
  const unit = unitRows(rowsOf(Float64Array.of(3, 4, 0, 0, 1e-13, 0), 2));
  assert.deepEqual([...unit.values], [0.6, 0.8, 0, 0, 0, 0]);
});

test('rows are taken in the order asked for, and not from outside', () => {
  const rows = rowsOf(Float32Array.of(1, 2, 3, 4, 5, 6), 2);
  assert.deepEqual([...takeRows(rows, [2, 0]).values], [5, 6, 1, 2]);
  assert.equal(takeRows(rows, []).count, 0);
  assert.throws(() => takeRows(rows, [3]), /row 3 of 3/);
  assert.throws(() => rowsOf(Float32Array.of(1, 2, 3), 2), RangeError);
});

test('equal rows give equal products wherever they stand', () => {
  const bank = sameRows(37, [0.1, 0.7, -0.3, 0.9, 0.2]);
  for (const [, products] of similarityRows(drawnRows(4, 9, 5), bank))
    assert.equal(new Set(products).size, 1);
});
