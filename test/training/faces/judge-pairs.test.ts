import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsOf } from '../../../training/evaluate/rows.ts';
import {
  type FacePair,
  bestThreshold,
  foundShares,
  pairsOf,
  rareCosine,
  rightShares,
  seldomReached,
} from '../../../training/faces/judge-pairs.ts';
import { Random } from '../../../training/random.ts';

const pair = (person: number, same: boolean, before: number): FacePair => ({
  person,
  same,
  before,
  after: 0,
});

test('pairs are those of a person, and those with others who are held out beside them', () => {
  const before = rowsOf(Float32Array.of(1, 0, 0.6, 0.8, 0, 1, 0.8, 0.6), 2);
  const people = [
    { person: 7, rows: [0, 1] },
    { person: 8, rows: [2] },
    { person: 9, rows: [3] },
  ];
  const pairs = pairsOf(people, before, before, 'x');
  assert.deepEqual(
    pairs.map(({ person, same }) => [person, same]),
    [
      [7, true],
      [7, false],
      [7, false],
      [7, false],
      [7, false],
    ],
  );
  assert.ok(Math.abs(pairs[0]!.before - 0.6) < 1e-6);
});

test('the best threshold is that of a slow search over all of them', () => {
  const random = new Random(5);
  for (let round = 0; round < 30; round++) {
    const pairs = Array.from({ length: 60 }, (_, i) => {
      const same = i % 3 === 0;
      return pair(i % 5, same, Math.round((random.uniform() + (same ? 0.3 : 0)) * 20) / 20);
    });
    const share = (threshold: number) =>
      [...rightShares(pairs, 'before', threshold).values()].reduce((sum, value) => sum + value, 0);
    const slow = Math.max(...Array.from({ length: 60 }, (_, i) => share(i / 40 - 0.0125)));
    assert.ok(Math.abs(share(bestThreshold(pairs, 'before')) - slow) < 1e-9);
  }
});

test('a person with many pairs counts as much as one with few, and both kinds alike', () => {
  const many = Array.from({ length: 99 }, () => pair(1, false, 0.1));
  const pairs = [...many, pair(1, true, 0.2), pair(2, true, 0.9), pair(2, false, 0.1)];
  const shares = rightShares(pairs, 'before', 0.5);
  assert.deepEqual(
    [shares.get(1), shares.get(2)].map((share) => share!.toFixed(3)),
    ['0.500', '1.000'],
  );
});

test('what is found where one pair of two people in a thousand is taken for one', () => {
  const two = Array.from({ length: 2000 }, (_, i) => pair(1 + (i % 2), false, i / 2000));
  const pairs = [...two, pair(1, true, 0.9995), pair(1, true, 0.9), pair(2, true, 0.9995)];
  const rare = rareCosine(pairs, 'before', 0.001);
  assert.equal(rare, 1997 / 2000);
  assert.deepEqual(
    [...foundShares(pairs, 'before', rare)],
    [
      [1, 0.5],
      [2, 1],
    ],
  );
  assert.ok(Math.abs(seldomReached(pairs, 'before') - 0.99585) < 1e-3);
  assert.equal(rareCosine([pair(1, true, 0.5)], 'before', 0.001), 1);
});

test('pairs that all are of two people are best told so', () => {
  assert.equal(bestThreshold([pair(1, false, 0.3), pair(1, false, 0.9)], 'before'), 1);
});
