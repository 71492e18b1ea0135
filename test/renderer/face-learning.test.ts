import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaceHead, FaceLearning } from '../../src-main/contract/learn-faces.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { fakeClient } from './fake-client.ts';
import './runes.ts';

const { FaceLearningState } = await import('../../src-renderer/state/face-learning.svelte.ts');

const head: FaceHead = {
  id: 3,
  atMs: 0,
  model: 'faces',
  persons: 12,
  faces: 60,
  before: 0.93,
  after: 0.95,
  low: 0.01,
  high: 0.03,
  found: { before: 0.8, after: 0.9 },
  thresholds: { before: 0.3, after: 0.3 },
  verdict: 'better',
  seconds: 9,
  inUse: false,
  words: 'Better.',
};
const state = (heads: readonly FaceHead[], running = false): FaceLearning => ({
  running,
  persons: 12,
  missing: null,
  heads,
});

test('while it is learned it says so, then tells what came of it; using and rolling back follow', async () => {
  let heads: readonly FaceHead[] = [];
  const asked: (number | null)[] = [];
  let learned: () => void = () => {};
  const learning = new FaceLearningState(
    fakeClient({
      'people.learned': () => state(heads),
      'people.learn': () =>
        new Promise((resolve) => {
          learned = () => {
            heads = [head];
            resolve({ head });
          };
        }),
      'people.useHead': ({ head: id }) => {
        asked.push(id);
        heads = [{ ...head, inUse: id !== null }];
        return state(heads);
      },
    }),
  );
  await learning.load();
  assert.deepEqual([learning.learning, learning.now?.heads], [false, []]);
  const done = learning.learn();
  assert.equal(learning.learning, true);
  learned();
  await done;
  assert.deepEqual([learning.learning, learning.now?.heads[0]?.id], [false, 3]);
  await learning.use(3);
  assert.equal(learning.now?.heads[0]?.inUse, true);
  await learning.use(null);
  assert.deepEqual([asked, learning.now?.heads[0]?.inUse], [[3, null], false]);
});

test('events are followed only by who has looked; a failed learning ends', async () => {
  let reads = 0;
  const learning = new FaceLearningState(
    fakeClient({
      'people.learned': () => ((reads += 1), state([])),
      'people.learn': () => Promise.reject(new LikenessError('bad-input', 'Too few.', 'Name more.')),
    }),
  );
  learning.changed();
  assert.equal(reads, 0);
  await learning.load();
  learning.changed();
  assert.equal(reads, 2);
  await assert.rejects(learning.learn(), /Too few/);
  assert.equal(learning.learning, false);
});
