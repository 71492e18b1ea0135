import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LikenessError } from '../../../src-main/contract/errors.ts';
import { faceHead, likeness } from './stand-ins.ts';

const names = (asked: readonly (readonly [string, unknown])[]) => asked.map(([name]) => name);
const line = (text: string) => text.split(' ');

test('people are learned without a run, and used only when that was asked for', async () => {
  const { code, stdout, asked } = await likeness(line('--json learn --goal people'));
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), {
    run: 4,
    name: 'People',
    method: 'triplet',
    base: 'faces-1',
    before: { pairs: 0.925 },
    after: { pairs: 0.95 },
    verdict: 'better',
    applied: false,
  });
  assert.deepEqual(names(asked), ['open', 'people.learn']);
  const used = await likeness(line('learn --goal people --apply'));
  assert.deepEqual(used.asked.at(-1), ['people.useHead', { head: 4 }]);
  assert.match(used.stdout, /92\.5 % +→ +95\.0 %/);
  assert.match(used.stdout, /grouped with it from now on/);
});

test('what is no better is not used, whatever was asked for', async () => {
  const same = { 'people.learn': { head: { ...faceHead, verdict: 'same' } } };
  const { stdout, stderr, asked } = await likeness(line('learn --goal people --apply'), { answers: same });
  assert.deepEqual(names(asked), ['open', 'people.learn']);
  assert.match(stderr, /It is not used/);
  assert.match(stdout, /grouped as before/);
});

test('options of other goals are refused before anything is opened, and too few people in their own words', async () => {
  for (const other of ['--minutes 5', '--engine cpu', '--classes', '--from-folder /x', '--seed 3']) {
    const { code, stderr, asked } = await likeness(line(`learn --goal people ${other}`));
    assert.equal(code, 2);
    assert.match(stderr, /--goal people takes no --/);
    assert.deepEqual(asked, []);
  }
  const few = new LikenessError('bad-input', 'Learning takes 10 people.', 'Name more people.');
  const { stderr } = await likeness(line('learn --goal people'), { answers: { 'people.learn': few } });
  assert.match(stderr, /Learning takes 10 people/);
});
