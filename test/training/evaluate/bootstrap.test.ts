import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairedBootstrap } from '../../../training/evaluate/bootstrap.ts';
import { normal } from '../graph/draw.ts';

const noise = (seed: number, count: number) => Array.from(normal(seed, count));

test('a small gain on every query is sure, however hard the queries differ', () => {
  const before = noise(1, 200).map((value) => 10 * value);
  const after = before.map((value, at) => value + 0.1 + 0.02 * noise(2, 200)[at]!);
  const { difference, low, high, ahead } = pairedBootstrap(before, after, { seed: 1 });
  assert.ok(low > 0.09 && low < difference && difference < high && high < 0.11 && ahead === 1);
});

test('no gain leaves zero within the interval', () => {
  const [before, after] = [noise(3, 300), noise(4, 300)];
  const { low, high } = pairedBootstrap(before, after, { seed: 1 });
  assert.ok(low < 0 && high > 0);
});

test('the interval is as wide as theory has it', () => {
  const before = Array<number>(400).fill(0);
  const { low, high } = pairedBootstrap(before, noise(5, 400), { seed: 2, draws: 4000 });
  const expected = (2 * 1.96) / Math.sqrt(400);
  assert.ok(Math.abs(high - low - expected) < 0.15 * expected, `${high - low} for ${expected}`);
});

test('a seed gives the same interval again; nothing changed is zero throughout', () => {
  const [before, after] = [noise(1, 50), noise(2, 50)];
  assert.deepEqual(pairedBootstrap(before, after, { seed: 1 }), pairedBootstrap(before, after, { seed: 1 }));
  assert.deepEqual(pairedBootstrap(before, before, { seed: 1 }), {
    difference: 0,
    low: 0,
    high: 0,
    ahead: 0,
  });
});

test('different queries, or none, are refused', () => {
  assert.throws(() => pairedBootstrap([1], [1, 2], { seed: 1 }), RangeError);
  assert.throws(() => pairedBootstrap([], [], { seed: 1 }), RangeError);
});
