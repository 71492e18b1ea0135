import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relatedPairs } from '../../src-main/duplicates/related-pairs.ts';
import type { AlikePair } from '../../src-main/store/duplicate-reader.ts';

const pair = (a: number, b: number, name: AlikePair['class'] = 'edited') =>
  ({ a, b, class: name, distance: 0 }) as unknown as AlikePair;

test('whoever is the same picture as a third one is worth comparing, once', () => {
  assert.deepEqual([...relatedPairs([pair(1, 2), pair(2, 3, 're-encoded')], 60)], [1, 2, 1, 3, 2, 3]);
  assert.deepEqual([...relatedPairs([pair(5, 9), pair(1, 9)], 60)], [1, 5, 1, 9, 5, 9]);
});

test('a scene or a series makes no family, nor do two, nor a crowd', () => {
  assert.deepEqual([...relatedPairs([pair(1, 2, 'similar'), pair(2, 3, 'burst'), pair(7, 8)], 60)], []);
  const chain = Array.from({ length: 10 }, (_, i) => pair(i, i + 1));
  assert.equal(relatedPairs(chain, 10).length, 0);
  assert.equal(relatedPairs(chain, 11).length, 11 * 10);
});
