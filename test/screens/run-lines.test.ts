/** What the Learn screen says of a run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chiefFigure,
  figuresOf,
  learnedLine,
  planLine,
  verdictOf,
  verdictTitle,
} from '../../src-renderer/screens/learn/run-lines.ts';
import { stopOf, stops, written } from '../../src-renderer/screens/learn/expert-values.ts';
import { compared, learned, result, run, unsure, worse } from '../e2e/learn-answers.ts';

test('better and worse are told with what it was to get better at', () => {
  assert.equal(verdictTitle(result()), 'Better at seeing what is alike');
  assert.equal(verdictTitle(worse), 'Worse at seeing what is alike');
  assert.equal(verdictTitle(result({ goal: 'words' })), 'Better at finding by words');
  assert.equal(verdictTitle(result({ goal: 'everything', verdict: 'worse' })), 'Worse than before');
});

test('no difference is only told where a difference would have shown', () => {
  const same = (low: number, high: number) =>
    result({ verdict: 'same', compared: [compared({ low, high, verdict: 'same' })] });
  assert.equal(verdictOf(same(-0.01, 0.02)), 'same');
  assert.equal(verdictOf(same(-0.2, 0.2)), 'unsure');
  assert.equal(verdictOf(unsure), 'unsure');
  assert.equal(verdictTitle(unsure), 'Too few photos to tell');
  assert.equal(verdictOf(result({ verdict: 'same', compared: [] })), 'unsure');
});

test('each figure stands with its difference and how sure it is, the worse ones too', () => {
  const [first, , third] = figuresOf(result());
  assert.deepEqual(first, {
    title: 'A photo found by half of itself',
    before: '58.1',
    after: '73.9',
    verdict: 'better',
    difference: '+15.8',
    sure: '+13.1 to +18.4, asked 2,000 times',
  });
  assert.equal(third?.difference, 'same');
  assert.equal(figuresOf(worse)[1]?.difference, '−4.7');
  assert.equal(figuresOf(unsure)[0]?.difference, 'cannot be told');
});

test('the list shows the figure of photos, or the first there is', () => {
  assert.equal(chiefFigure(result())?.what, 'half');
  assert.equal(chiefFigure(result({ compared: [compared({ what: 'words' })] }))?.what, 'words');
  assert.equal(chiefFigure(null), null);
});

test('a run in the list tells when it was learned, from how much', () => {
  const { endedAtMs } = learned();
  assert.match(learnedLine(learned(), endedAtMs!), /^Learned .* from 61,900 photos, 1 hr 32 min$/);
  assert.match(learnedLine(learned({ imported: true }), endedAtMs!), /^Brought in /);
  assert.match(learnedLine(run(), run().createdAtMs), /^Begun /);
});

test('the plan names what is done, and where folders, words or people teach', () => {
  const plan = (change: object) =>
    planLine({ goal: 'likeness', start: 'adapter', classes: false, ...change } as never);
  assert.match(plan({}), /small addition/);
  assert.match(plan({ classes: true }), /photos of one folder/);
  assert.match(plan({ start: 'tower' }), /trains its encoder on/);
  assert.match(plan({ start: 'scratch' }), /new encoder from your photos alone/);
  assert.match(plan({ goal: 'words' }), /captions and keywords/);
  assert.match(plan({ goal: 'everything' }), /small addition .*Another addition learns/);
  assert.equal(new Set([{}, { classes: true }, { start: 'tower' }, { goal: 'words' }].map(plan)).size, 4);
});

test('a slider of the expert finds the stop nearest by ratio, and writes it short', () => {
  assert.equal(stops.rate[stopOf(stops.rate, 1e-3)], 1e-3);
  assert.equal(stops.minutes[stopOf(stops.minutes, 450)], 480);
  assert.deepEqual(stops.rate.slice(0, 4).map(written.rate), ['0.00001', '0.00003', '0.0001', '0.0002']);
  assert.equal(written.rate(0.3), '0.3');
  assert.equal(written.temperature(0.1), '0.10');
  assert.equal(written.share(0.35), '35%');
});
