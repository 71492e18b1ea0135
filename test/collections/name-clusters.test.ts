import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toUnit } from '../../models/embedding.ts';
import { clusterWords, namesOf } from '../../src-main/collections/name-clusters.ts';

const axis = (at: number) => Float32Array.from({ length: 12 }, (_, d) => (d === at ? 1 : 0));
const words = Array.from({ length: 12 }, (_, i) => axis(i));

test('a cluster is called what it is nearer to than the others are; where nothing stands out it has no name', () => {
  const library = toUnit(new Float32Array(12).fill(1));
  const flat = toUnit(Float32Array.from({ length: 12 }, (_, d) => 1 + 0.01 * (d % 2)));
  assert.deepEqual(namesOf([axis(3), flat, library], library, words), [3, null, null]);
});

test('a word that the whole library is near names nothing', () => {
  const library = toUnit(Float32Array.from({ length: 12 }, (_, d) => (d === 0 ? 5 : 1)));
  const like = toUnit(Float32Array.from({ length: 12 }, (_, d) => (d === 0 ? 5 : d === 7 ? 4 : 1)));
  assert.deepEqual(namesOf([like], library, words), [7]);
});

test('every word is there once', () => {
  assert.equal(new Set(clusterWords).size, clusterWords.length);
});
