import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Compared } from '../../../src-main/contract/learn.ts';
import { judgeFigures } from '../../../training/scratch/network-verdict.ts';

const figure = (what: Compared['what'], verdict: Compared['verdict']): Compared => ({
  what,
  title: `Figure of ${what}`,
  queries: 50,
  before: 0.5,
  after: verdict === 'better' ? 0.7 : verdict === 'worse' ? 0.3 : 0.5,
  low: verdict === 'better' ? 0.1 : verdict === 'worse' ? -0.3 : -0.1,
  high: verdict === 'better' ? 0.3 : verdict === 'worse' ? -0.1 : 0.1,
  verdict,
});

const judge = (compared: readonly Compared[], scans: boolean, moved: number | null = null) =>
  judgeFigures({ compared, moved }, scans, 50);

test('a network that is below its base at anything is worse, whatever else it is better at', () => {
  const { verdict, words } = judge([figure('half', 'better'), figure('class', 'worse')], true);
  assert.equal(verdict, 'worse');
  assert.match(words, /worse: figure of class.*Better is only: figure of half.*Do not use it/);
});

test('halves of everyday photos alone prove nothing; of scans they count, and what is not known is said', () => {
  const photos = judge([figure('half', 'better')], false);
  assert.equal(photos.verdict, 'same');
  assert.match(photos.words, /cannot be told without photos that were sorted into folders/);
  const scans = judge([figure('half', 'better')], true);
  assert.equal(scans.verdict, 'better');
  assert.match(scans.words, /Use it\. Whether pictures of one kind lie together could not be measured/);
});

test('with folders or moments to ask about, a gain counts', () => {
  for (const what of ['class', 'mates'] as const) {
    const figures = [figure('half', 'better'), figure(what, 'same')];
    assert.equal(judge(figures, false).verdict, 'better');
  }
  assert.equal(judge([], true).verdict, 'same');
});

test('a tower that has gone far is refused where no folders show what that costs, and not before', () => {
  assert.equal(judge([figure('half', 'better')], false, 0.1).verdict, 'better');
  assert.equal(judge([figure('half', 'better')], false, 0.6).verdict, 'worse');
  assert.equal(judge([figure('half', 'better'), figure('class', 'better')], false, 0.6).verdict, 'better');
});
