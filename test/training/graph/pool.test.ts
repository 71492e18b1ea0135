import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradient } from '../../../training/graph/gradient.ts';
import { maxPool } from '../../../training/graph/ops/pool.ts';
import { sum } from '../../../training/graph/ops/reduce.ts';
import { constant, input } from '../../../training/graph/tensor.ts';
import { uniform } from './draw.ts';
import { evaluate } from './interpreter.ts';

const window = { size: 3, stride: 2, padding: 1 };

test('every window gives its largest value', () => {
  const x = uniform(1, 49);
  const pooled = evaluate(maxPool(constant(x, [1, 1, 7, 7]), window));
  for (let row = 0; row < 4; row++)
    for (let column = 0; column < 4; column++) {
      const seen = [...x].filter(
        (_, at) => Math.abs(Math.floor(at / 7) - 2 * row) <= 1 && Math.abs((at % 7) - 2 * column) <= 1,
      );
      assert.equal(pooled[row * 4 + column], Math.max(...seen));
    }
});

test('of equal values the first in reading order gets the gradient', () => {
  const x = input('x', [1, 1, 3, 3]);
  const [g] = gradient(sum(maxPool(x, { size: 3, stride: 1 })), [x]);
  assert.deepEqual([...evaluate(g!, { x: [0, 5, 1, 5, 5, 2, 5, 0, 0] })], [0, 1, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual([...evaluate(g!, { x: [0, 0, 0, 0, 5, 2, 5, 0, 0] })], [0, 0, 0, 0, 1, 0, 0, 0, 0]);
});
