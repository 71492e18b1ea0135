import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitCalibration } from '../../models/fit-calibration.ts';
import { relevance } from '../../models/relevance.ts';

/** Pairs whose chance to match is known: similarity spread evenly over 0..1, matches by `chance`. */
function pairsOf(count: number, chance: (similarity: number) => number) {
  const similarity = Float32Array.from({ length: count }, (_, i) => (i + 0.5) / count);
  // Golden-ratio steps fill 0..1 evenly, so the share of matches follows the chance closely without a random number.
  const match = Uint8Array.from(similarity, (x, i) => ((i * 0.618033988749895) % 1 < chance(x) ? 1 : 0));
  return { similarity, match };
}
const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const shareOf = (match: Uint8Array) => match.reduce((sum, one) => sum + one, 0) / match.length;

test('relevance is one half on the line, rises with similarity, and stays within 0 and 1', () => {
  const calibration = { bias: -5, weight: 10 };
  assert.equal(relevance(calibration, 0.5), 0.5);
  let last = 0;
  for (let similarity = -1; similarity <= 1; similarity += 0.05) {
    const value = relevance(calibration, similarity);
    assert.ok(value > last && value < 1);
    last = value;
  }
});

test('a fit finds the curve that the pairs were made with, when the prior is their own share', () => {
  const pairs = pairsOf(200_000, (x) => logistic(-6 + 9 * x));
  const fitted = fitCalibration(pairs, { prior: shareOf(pairs.match), from: 0 });
  assert.ok(Math.abs(fitted.bias + 6) < 0.1, `bias ${fitted.bias}`);
  assert.ok(Math.abs(fitted.weight - 9) < 0.15, `weight ${fitted.weight}`);
});

test('leaving out pairs of low similarity changes nothing about the rest', () => {
  const pairs = pairsOf(200_000, (x) => logistic(-6 + 9 * x));
  const [all, near] = [0, 0.4].map((from) => fitCalibration(pairs, { prior: 0.05, from }));
  for (const similarity of [0.5, 0.7, 0.9])
    assert.ok(Math.abs(relevance(all!, similarity) - relevance(near!, similarity)) < 0.02);
});

test('the prior shifts the odds by its own odds, as Bayes says', () => {
  const pairs = pairsOf(50_000, (x) => logistic(-6 + 9 * x));
  const [rare, even] = [0.1, 0.5].map((prior) => fitCalibration(pairs, { prior, from: 0 }));
  assert.ok(Math.abs(even!.bias - rare!.bias - Math.log(9)) < 0.002);
  assert.equal(even!.weight, rare!.weight);
});

test('pairs without a match, without a mismatch, or none near enough are refused', () => {
  for (const chance of [0, 1])
    assert.throws(
      () =>
        fitCalibration(
          pairsOf(100, () => chance),
          { prior: 0.05, from: 0 },
        ),
      RangeError,
    );
  assert.throws(
    () =>
      fitCalibration(
        pairsOf(100, (x) => x),
        { prior: 0.05, from: 2 },
      ),
    RangeError,
  );
});

test('pairs that are told apart without a mistake have no fit', () => {
  assert.throws(
    () =>
      fitCalibration(
        pairsOf(1000, (x) => (x > 0.5 ? 1 : 0)),
        { prior: 0.05, from: 0 },
      ),
    RangeError,
  );
});
