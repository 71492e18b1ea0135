import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcomes } from '../../../training/adapt/measure-features.ts';
import { compare, overall, verdictWords } from '../../../training/adapt/verdict.ts';

const none: Outcomes = { half: [], mates: [], class: [], knn: [], words: [] };
const hits = (share: number) => Array.from({ length: 100 }, (_, at) => Number(at < 100 * share));

function said(before: Partial<Outcomes>, after: Partial<Outcomes>, moved = 0.1) {
  const compared = compare({ ...none, ...before }, { ...none, ...after }, 1);
  const judged = { compared, moved, wordsMoved: null };
  return { verdict: overall(judged), words: verdictWords(judged, 100) };
}

test('a gain is told with its figures and interval, and recommended', () => {
  const { verdict, words } = said({ half: hits(0.5) }, { half: hits(0.7) });
  assert.equal(verdict, 'better');
  assert.match(
    words,
    /is better: a photo found by half of itself, 50\.0 % before and 70\.0 % after \(\+1\d\.\d to \+2\d\.\d points\)/,
  );
  assert.match(words, /Use it\.$/);
});

test('one figure that is worse spoils all, and the sentence says what was better', () => {
  const { verdict, words } = said({ half: hits(0.5), knn: hits(0.9) }, { half: hits(0.8), knn: hits(0.6) });
  assert.equal(verdict, 'worse');
  assert.match(words, /is worse: class named .* Better is only: a photo found .* Do not use it\.$/);
});

test('a difference within its uncertainty is none', () => {
  const before = hits(0.5);
  const after = before.map((hit, at) => (at === 3 ? 1 - hit : at === 80 ? 1 - hit : hit));
  const { verdict, words } = said({ half: before }, { half: after });
  assert.equal(verdict, 'same');
  assert.match(words, /no difference can be told.*There is no reason to use it\.$/);
});

test('a handful of questions is too few to praise, and enough to warn', () => {
  const few = (value: number) => Array.from({ length: 5 }, () => value);
  assert.equal(said({ mates: few(0.5) }, { mates: few(0.9) }).verdict, 'same');
  assert.equal(said({ mates: few(0.9) }, { mates: few(0.5) }).verdict, 'worse');
});

test('words that few texts ask for may not go far either', () => {
  const ask = (queries: number, wordsMoved: number) => {
    const before = Array.from({ length: queries }, () => 1);
    const compared = compare({ ...none, words: before }, { ...none, words: before }, 1);
    return overall({ compared, moved: 0, wordsMoved });
  };
  assert.deepEqual(
    [ask(10, 0.05), ask(10, 0.5), ask(10, Number.NaN), ask(60, 0.5)],
    ['same', 'worse', 'worse', 'same'],
  );
});

test('where nothing was held out, nothing is claimed', () => {
  assert.match(said({}, {}).words, /cannot be told/);
});

test('where no classes can tell the harm, an adapter that has gone far is refused, whatever halves say', () => {
  const gain = [{ half: hits(0.5) }, { half: hits(0.9) }] as const;
  const far = said(...gain, 0.8);
  assert.equal(far.verdict, 'worse');
  assert.match(far.words, /gone far .* Do not use it\.$/);
  assert.equal(said(...gain, Number.NaN).verdict, 'worse');
  const told = said({ ...gain[0], class: hits(0.5) }, { ...gain[1], class: hits(0.5) }, 0.8);
  assert.equal(told.verdict, 'better');
});
