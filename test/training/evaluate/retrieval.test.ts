import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  type Ranks,
  median,
  rankAll,
  ranksAmong,
  retrievalFigures,
} from '../../../training/evaluate/retrieval.ts';
import { flat, goldenCases } from '../golden.ts';
import { drawnRows, sameRows } from './drawn-rows.ts';

for (const { name, inputs, params, outputs } of goldenCases('evaluate', 'retrieval'))
  test(`${name}: all figures are the golden ones`, () => {
    const relevant = inputs['relevant'] as number[][];
    const ranks = (inputs['similarity'] as number[][]).map((row, query) =>
      ranksAmong(row, placesOf(relevant[query]!)),
    );
    const { at, leftOut, ...means } = retrievalFigures(ranks, (params as { ks: number[] }).ks);
    const made: Record<string, number> = { ...means };
    for (const { k, hit, recall, precision } of at)
      Object.assign(made, { [`hitAt${k}`]: hit, [`recallAt${k}`]: recall, [`precisionAt${k}`]: precision });
    assert.deepEqual(Object.keys(made).sort(), Object.keys(outputs).sort());
    for (const [figure, value] of Object.entries(outputs))
      assert.ok(Math.abs(made[figure]! - (value as number)) < 1e-9, `${figure}: ${made[figure]}`);
    assert.equal(leftOut + made['queries']!, relevant.length);
  });

const placesOf = (row: readonly number[]) => row.flatMap((value, at) => (value ? [at] : []));

test('ranks are those of a full sort without the query itself', () => {
  const item = fc.record({ similarity: fc.integer({ min: 0, max: 5 }), relevant: fc.boolean() });
  const items = fc.array(item, { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(items, fc.nat(), (list, draw) => {
      const self = draw % 3 === 0 ? null : draw % list.length;
      const sorted = list
        .map((entry, at) => ({ ...entry, at }))
        .filter(({ at }) => at !== self)
        .sort((a, b) => b.similarity - a.similarity || a.at - b.at);
      const expected = sorted.flatMap(({ relevant }, rank) => (relevant ? [rank + 1] : []));
      const similarities = list.map(({ similarity }) => similarity);
      const relevant = flat(list.map(({ relevant: is }, at) => (is ? [at] : [])));
      assert.deepEqual([...ranksAmong(similarities, relevant, self)], expected);
    }),
  );
});

test('a query is no answer to itself', () => {
  const rows = drawnRows(1, 6, 3);
  const all = Array.from({ length: 6 }, (_, at) => at);
  for (const ranks of rankAll(rows, rows, () => all, { selves: true }))
    assert.deepEqual([...ranks], [1, 2, 3, 4, 5]);
});

test('a collapsed encoder finds photos by their place alone', () => {
  const rows = sameRows(5, [1, 1]);
  const ranks = rankAll(rows, rows, (query) => [query]);
  assert.deepEqual(
    ranks.map(([first]) => first),
    [1, 2, 3, 4, 5],
  );
});

test('queries without anything relevant are left out and counted', () => {
  const ranks: Ranks[] = [Uint32Array.of(1), Uint32Array.of(), Uint32Array.of(3, 4)];
  const { queries, leftOut, medianRank, at } = retrievalFigures(ranks, [1]);
  assert.deepEqual([queries, leftOut, medianRank, at[0]!.hit], [2, 1, 2, 0.5]);
  assert.ok(Number.isNaN(retrievalFigures([]).meanAveragePrecision));
});

test('the median of an even number lies between the middle two', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([9, 1, 5, 6]), 5.5);
});
