import assert from 'node:assert/strict';
import { test } from 'node:test';
import { input, integers } from '../../../training/graph/tensor.ts';
import { negativeQueue } from '../../../training/modules/negative-queue.ts';
import { Weights } from '../../../training/modules/weights.ts';
import { assertClose } from '../engines/operations.ts';
import { flat, goldenCases, shapeOf } from '../golden.ts';
import { evaluate, run } from '../graph/interpreter.ts';

for (const { name, inputs, outputs } of goldenCases('optim', 'queue')) {
  test(`${name}: rows and pointer are the golden ones after every batch`, () => {
    const [length, width] = shapeOf(inputs['queue']!) as [number, number];
    const [, batch] = shapeOf(inputs['keys']!) as [number, number];
    const queue = negativeQueue(new Weights(1), length, width);
    const graph = { outputs: {}, updates: queue.enqueue(input('keys', [batch, width])) };
    let states: Record<string, ArrayLike<number>> = { rows: flat(inputs['queue']!) };
    for (const [k, keys] of (inputs['keys'] as readonly (readonly number[])[]).entries()) {
      states = run(graph, { ...states, keys: flat(keys) }).states;
      assertClose(
        states['rows']!,
        flat((outputs['queue'] as readonly number[])[k]!),
        0,
        `rows after batch ${k}`,
      );
      assertClose(
        states['pointer']!,
        [(outputs['pointer'] as readonly number[])[k]!],
        0,
        `pointer after batch ${k}`,
      );
    }
  });
}

test('groups are kept beside their keys', () => {
  const queue = negativeQueue(new Weights(1), 3, 1);
  const graph = { outputs: {}, updates: queue.enqueue(input('keys', [2, 1]), integers([7, 8])) };
  const first = run(graph, { keys: [1, 2] }).states;
  const second = run(graph, { ...first, keys: [3, 4] }).states;
  assert.deepEqual([...first['ids']!], [7, 8, -1]);
  assert.deepEqual([...second['ids']!], [8, 8, 7]);
  assert.deepEqual([...second['rows']!], [4, 2, 3]);
});

test('the queue begins with random directions', () => {
  const rows = evaluate(negativeQueue(new Weights(1), 5, 4).rows);
  for (let i = 0; i < 5; i++) assert.ok(Math.abs(Math.hypot(...rows.subarray(i * 4, i * 4 + 4)) - 1) < 1e-6);
});
