import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../training/random.ts';

const many = (count: number, draw: () => number) => Array.from({ length: count }, draw);

function draws(...seed: (string | number)[]): number[] {
  const random = new Random(...seed);
  return many(4, () => random.uniform());
}

const mean = (values: readonly number[]) => values.reduce((total, value) => total + value / values.length, 0);

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

test('a seed names its sequence, and its parts are told apart', () => {
  assert.deepEqual(draws(1, 'a'), draws(1, 'a'));
  assert.notDeepEqual(draws(1, 'a'), draws(1, 'b'));
  assert.notDeepEqual(draws('1a'), draws(1, 'a'));
});

test('a sequence goes on from a kept state', () => {
  const random = new Random(1);
  random.uniform();
  const kept = random.state;
  const next = random.uniform();
  random.state = kept;
  assert.equal(random.uniform(), next);
});

test('uniform and normal numbers have their mean and deviation', () => {
  const random = new Random(1);
  const uniform = many(20_000, () => random.uniform());
  const normal = many(20_000, () => random.normal());
  assert.ok(uniform.every((value) => value >= 0 && value < 1));
  assert.ok(Math.abs(mean(uniform) - 0.5) < 0.01 && Math.abs(deviation(uniform) - Math.sqrt(1 / 12)) < 0.01);
  assert.ok(Math.abs(mean(normal)) < 0.02 && Math.abs(deviation(normal) - 1) < 0.02);
});

test('shuffling keeps every item and gives every order', () => {
  const random = new Random(1);
  const orders = new Map<string, number>();
  for (let i = 0; i < 6_000; i++) {
    const order = random.shuffle([1, 2, 3]).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  assert.deepEqual([...orders.keys()].sort(), ['123', '132', '213', '231', '312', '321']);
  for (const count of orders.values()) assert.ok(Math.abs(count - 1_000) < 150);
});
