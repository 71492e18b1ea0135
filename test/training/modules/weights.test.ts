import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Weights, heNormal, normal, truncatedNormal, zeros } from '../../../training/modules/weights.ts';
import { evaluate } from '../graph/interpreter.ts';

const first = (weights: Weights, name: string) => [...evaluate(weights.all.get(name)!)];

test('first values depend on the seed and the name, not on the order in which weights are made', () => {
  const [one, two, other] = [new Weights(1), new Weights(1), new Weights(2)];
  one.in('a').parameter('w', [3], normal(1));
  one.in('b').parameter('w', [3], normal(1));
  two.in('b').parameter('w', [3], normal(1));
  other.in('b').parameter('w', [3], normal(1));
  assert.deepEqual(first(one, 'b.w'), first(two, 'b.w'));
  assert.notDeepEqual(first(one, 'a.w'), first(one, 'b.w'));
  assert.notDeepEqual(first(one, 'b.w'), first(other, 'b.w'));
});

test('one name is given once', () => {
  const weights = new Weights(1);
  weights.in('a').parameter('w', [1], zeros);
  assert.throws(() => weights.in('a').buffer('w', [1], zeros), /two weights are called “a.w”/);
});

test('a place lists what lies below it, by names from there; “a” does not list “ab”', () => {
  const weights = new Weights(1);
  weights.in('a').in('b').parameter('w', [1], zeros);
  weights.in('ab').parameter('w', [1], zeros);
  assert.deepEqual([...weights.in('a').parameters.keys()], ['b.w']);
});

test('frozen parameters are kept but not trained', () => {
  const weights = new Weights(1);
  weights.frozen().in('a').parameter('w', [1], zeros);
  weights.in('a').frozen().frozen(false).parameter('v', [1], zeros);
  assert.deepEqual([...weights.parameters.keys()], ['a.v']);
  assert.deepEqual([...weights.all.keys()], ['a.w', 'a.v']);
});

test('first values have the deviation asked for', () => {
  const weights = new Weights(1);
  weights.parameter('normal', [4000], normal(0.5));
  weights.parameter('truncated', [4000], truncatedNormal(0.02));
  weights.parameter('filters', [64, 8, 3, 3], heNormal);
  const deviation = (name: string) =>
    Math.sqrt(first(weights, name).reduce((sum, v, _, all) => sum + v ** 2 / all.length, 0));
  assert.ok(Math.abs(deviation('normal') - 0.5) < 0.02);
  assert.ok(Math.max(...first(weights, 'truncated').map(Math.abs)) <= 0.04);
  assert.ok(Math.abs(deviation('filters') - Math.sqrt(2 / (64 * 9))) < 0.003);
});
