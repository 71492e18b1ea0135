import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterScores } from '../../../training/evaluate/cluster-scores.ts';
import { kMeans } from '../../../training/evaluate/clusters.ts';
import { flat, goldenCases } from '../golden.ts';
import { drawnClasses, drawnRows, sameRows } from './drawn-rows.ts';

for (const { name, inputs, outputs } of goldenCases('evaluate', 'clustering'))
  test(`${name}: all scores are the golden ones`, () => {
    const made: Record<string, number> = { ...clusterScores(flat(inputs['truth']!), flat(inputs['found']!)) };
    assert.deepEqual(Object.keys(made).sort(), Object.keys(outputs).sort());
    for (const [score, value] of Object.entries(outputs))
      assert.ok(Math.abs(made[score]! - (value as number)) < 1e-9, `${score}: ${made[score]}`);
  });

test('scores do not depend on what clusters are called', () => {
  const truth = [0, 0, 1, 1, 2, 2];
  assert.deepEqual(clusterScores(truth, [5, 5, 9, 9, 9, 2]), clusterScores(truth, [1, 1, 0, 0, 0, 7]));
});

test('clusters that lie apart are found', () => {
  const { rows, labels } = drawnClasses(1, { count: 300, dim: 8, classes: 5, apart: 8 });
  const scores = clusterScores(labels, kMeans(rows, 5, { seed: 3 }));
  assert.deepEqual([scores.nmi > 1 - 1e-9, scores.purity, scores.clusters], [true, 1, 5]);
});

test('a seed gives the same clusters again', () => {
  const rows = drawnRows(1, 200, 6);
  assert.deepEqual(kMeans(rows, 7, { seed: 1 }), kMeans(rows, 7, { seed: 1 }));
  assert.notDeepEqual(kMeans(rows, 7, { seed: 1 }), kMeans(rows, 7, { seed: 2 }));
});

test('equal rows are one cluster, more clusters than rows leave each alone, no rows are none', () => {
  assert.deepEqual([...kMeans(sameRows(4, [1, 2]), 3, { seed: 1 })], [0, 0, 0, 0]);
  assert.equal(new Set(kMeans(drawnRows(1, 4, 3), 9, { seed: 1 })).size, 4);
  assert.equal(kMeans(drawnRows(1, 0, 3), 3, { seed: 1 }).length, 0);
});
