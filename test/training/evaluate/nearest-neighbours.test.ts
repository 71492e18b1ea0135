import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { accuracy } from '../../../training/evaluate/classes.ts';
import { nearestNeighbours, usualK, weightedKnn } from '../../../training/evaluate/nearest-neighbours.ts';
import { rowAt, rowsOf, unitRows } from '../../../training/evaluate/rows.ts';
import { assertClose } from '../engines/operations.ts';
import { flat, goldenCases } from '../golden.ts';
import { drawnClasses, drawnRows, goldenRows, sameRows } from './drawn-rows.ts';

interface KnnParams {
  readonly k: number;
  readonly temperature: number;
  readonly classes: number;
}

for (const { name, inputs, params, outputs } of goldenCases('evaluate', 'knn'))
  test(`${name}: neighbours, votes and guesses are the golden ones`, () => {
    const [query, bank] = [goldenRows(inputs['query']!), goldenRows(inputs['bank']!)];
    const made = weightedKnn(query, bank, flat(inputs['bankLabels']!), params as KnnParams);
    assert.deepEqual([...made.neighbours.rows], flat(outputs['neighbours']!));
    assert.deepEqual([...made.predicted], flat(outputs['predicted']!));
    assertClose(made.neighbours.similarities, flat(outputs['similarity']!), 1e-9, 'similarity');
    assertClose(made.share, flat(outputs['share']!), 1e-9, 'share');
  });

test('neighbours are those of a full sort, equal ones in the order of the bank', () => {
  const small = fc.integer({ min: -2, max: 2 });
  const rowsArbitrary = (most: number) =>
    fc
      .array(fc.tuple(small, small, small), { minLength: 1, maxLength: most })
      .map((rows) => rowsOf(Float32Array.from(rows.flat()), 3));
  fc.assert(
    fc.property(rowsArbitrary(9), rowsArbitrary(30), fc.integer({ min: 1, max: 40 }), (queries, bank, k) => {
      const made = nearestNeighbours(queries, bank, k);
      const [q, b] = [unitRows(queries), unitRows(bank)];
      for (let query = 0; query < q.count; query++) {
        const products = Array.from({ length: b.count }, (_, at) => {
          let sum = 0;
          for (let d = 0; d < 3; d++) sum += rowAt(q, query)[d]! * rowAt(b, at)[d]!;
          return sum;
        });
        const sorted = products.map((_, at) => at).sort((x, y) => products[y]! - products[x]! || x - y);
        const found = made.rows.subarray(query * made.k, (query + 1) * made.k);
        assert.deepEqual([...found], sorted.slice(0, k));
      }
    }),
  );
});

test('k follows the smallest class that has photos, up to 20', () => {
  assert.equal(usualK([0, 0, 0, 1, 1], 2), 2);
  assert.equal(usualK([0, 0, 0, 2, 2], 3), 2, 'a class without photos does not count');
  assert.equal(usualK(Array(99).fill(0), 1), 20);
});

test('classes that lie apart are named, mixed ones are not', () => {
  const options = { dim: 16, classes: 4 };
  const bank = drawnClasses(1, { ...options, count: 200, apart: 3 });
  const far = drawnClasses(2, { ...options, count: 80, apart: 3 });
  assert.equal(
    accuracy(weightedKnn(far.rows, bank.rows, bank.labels, { classes: 4 }).predicted, far.labels),
    1,
  );
  const mixed = drawnClasses(3, { ...options, count: 400, apart: 0 });
  const guess = weightedKnn(mixed.rows, mixed.rows, mixed.labels.toReversed(), { classes: 4 }).predicted;
  assert.ok(accuracy(guess, mixed.labels) < 0.5);
});

test('a collapsed bank gives every query the same answer', () => {
  const { predicted } = weightedKnn(
    drawnRows(1, 5, 4),
    sameRows(9, [1, 2, 3, 4]),
    [0, 1, 2, 0, 1, 2, 0, 1, 2],
    {
      classes: 3,
    },
  );
  assert.deepEqual([...predicted], [0, 0, 0, 0, 0]);
});

test('a single class and a single photo have an answer', () => {
  const one = drawnRows(1, 1, 4);
  assert.deepEqual([...weightedKnn(one, one, [0], { classes: 1 }).predicted], [0]);
});

test('a bank without rows, a wrong label, different lengths and k of 0 are refused', () => {
  const rows = drawnRows(1, 2, 4);
  assert.throws(
    () => weightedKnn(rows, { ...rows, values: new Float32Array(), count: 0 }, [], { classes: 1 }),
    RangeError,
  );
  assert.throws(() => weightedKnn(rows, rows, [0, 3], { classes: 3 }), /label 3 of 3 classes/);
  assert.throws(() => nearestNeighbours(rows, drawnRows(1, 2, 5), 1), /rows of 4 against rows of 5/);
  assert.throws(() => nearestNeighbours(rows, rows, 0), RangeError);
});
