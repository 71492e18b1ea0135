import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constant } from '../../../training/graph/tensor.ts';
import { sinkhorn } from '../../../training/losses/sinkhorn.ts';
import { testGolden } from '../golden.ts';
import { uniform } from '../graph/draw.ts';
import { evaluate } from '../graph/interpreter.ts';

interface Params {
  readonly temperature: number;
  readonly iterations: number;
}

testGolden<Params>('distill', 'sinkhorn', {
  graph: ({ scores }, params) => ({ assignment: sinkhorn(scores!, params) }),
});

test('every row is given away once, and every prototype gets its part', () => {
  const shares = evaluate(sinkhorn(constant(uniform(1, 48), [8, 6]), { temperature: 0.1, iterations: 200 }));
  const sum = (of: (i: number) => boolean) =>
    shares.reduce((total, share, i) => (of(i) ? total + share : total), 0);
  for (let row = 0; row < 8; row++) assert.ok(Math.abs(sum((i) => Math.floor(i / 6) === row) - 1) < 1e-12);
  for (let column = 0; column < 6; column++) assert.ok(Math.abs(sum((i) => i % 6 === column) - 8 / 6) < 1e-3);
});
