/** The embedding's head learned anew on what was pooled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../../training/random.ts';
import { refitHead, usualRefit } from '../../../../training/recipes/built-in/refit-head.ts';
import { engine, unitRows } from './tiny-run.ts';

const [count, inputs, dim] = [120, 9, 4];
const random = new Random('refit');
/** Columns of very different sizes, as pooled numbers are. */
const pooled = Float32Array.from(
  { length: count * inputs },
  (_, i) => random.normal() * 10 ** ((i % inputs) - 4) + 2,
);
const captions = {
  values: unitRows('said', count, dim),
  dim,
  starts: Int32Array.from({ length: count + 1 }, (_, i) => i),
};
const looks = { pooled, wanted: captions.values, photos: Int32Array.from({ length: count }, (_, i) => i) };
const head = {
  weight: {
    shape: [inputs, dim],
    numbers: Float32Array.from({ length: inputs * dim }, () => random.normal()),
  },
  bias: Float32Array.from({ length: dim }, () => random.normal()),
};
const options = { ...usualRefit, looks, captions, head, seed: 1, batch: 40, engine };

test('without a rate the head stays what it was', async () => {
  const same = await refitHead({ ...options, epochs: 1, rate: 0, report: () => {} });
  for (const [i, value] of same.weight.numbers.entries())
    assert.ok(Math.abs(value - head.weight.numbers[i]!) < 1e-4 * (1 + Math.abs(value)));
  for (const [i, value] of same.bias.entries()) assert.ok(Math.abs(value - head.bias[i]!) < 1e-3);
});

test('with one it tells captions better', async () => {
  const losses: number[] = [];
  await refitHead({ ...options, epochs: 25, rate: 0.02, report: (_, loss) => losses.push(loss) });
  assert.ok(losses.at(-1)! < losses[0]! - 0.5, losses.join(' '));
});
