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

test('a network that is below its base at anything is worse, whatever else it is better at', () => {
  const { verdict, words } = judgeFigures([figure('half', 'better'), figure('class', 'worse')], true, 50);
  assert.equal(verdict, 'worse');
  assert.match(words, /worse: figure of class.*Better is only: figure of half.*Do not use it/);
});

test('halves of everyday photos alone prove nothing; of scans they count, and what is not known is said', () => {
  const photos = judgeFigures([figure('half', 'better')], false, 50);
  assert.equal(photos.verdict, 'same');
  assert.match(photos.words, /cannot be told without photos that were sorted into folders/);
  const scans = judgeFigures([figure('half', 'better')], true, 50);
  assert.equal(scans.verdict, 'better');
  assert.match(scans.words, /Use it\. Whether pictures of one kind lie together could not be measured/);
});

test('with folders or moments to ask about, a gain counts', () => {
  for (const what of ['class', 'mates'] as const) {
    const figures = [figure('half', 'better'), figure(what, 'same')];
    assert.equal(judgeFigures(figures, false, 50).verdict, 'better');
  }
  assert.equal(judgeFigures([], true, 0).verdict, 'same');
});
