import assert from 'node:assert/strict';
import { test } from 'node:test';
import { input } from '../../../training/graph/tensor.ts';
import { linear } from '../../../training/modules/linear.ts';
import { blend, follow } from '../../../training/modules/momentum-encoder.ts';
import { Weights } from '../../../training/modules/weights.ts';
import { assertClose } from '../engines/operations.ts';
import { flat, goldenCases } from '../golden.ts';
import { evaluate, run } from '../graph/interpreter.ts';

for (const { name, inputs, params, outputs } of goldenCases('optim', 'ema')) {
  test(`${name} gives the golden teacher`, () => {
    let teacher: ArrayLike<number> = flat(inputs['teacher']!);
    const next = blend(
      input('old', [4]),
      input('now', [4]),
      (params as { readonly momentum: number }).momentum,
    );
    for (const [k, student] of (inputs['student'] as readonly (readonly number[])[]).entries()) {
      teacher = evaluate(next, { old: teacher, now: student });
      assertClose(teacher, flat((outputs['teacher'] as readonly number[])[k]!), 1e-12, `step ${k}`);
    }
  });
}

test('a twin begins as the same network and follows by name', () => {
  const weights = new Weights(1);
  const fast = weights.in('online');
  linear(fast.in('head'), 2, 1);
  const slow = fast.twin('target');
  linear(slow.in('head'), 2, 1);
  const [a, b] = [fast.parameters.get('head.weight')!, slow.parameters.get('head.weight')!];
  assert.deepEqual(evaluate(a), evaluate(b));
  assert.match(String(b), /“target.head.weight”/);
  const { states } = run(
    { outputs: {}, updates: follow(slow, fast, 0.9) },
    { 'target.head.weight': [10, 20], 'online.head.weight': [0, 0] },
  );
  assertClose(states['target.head.weight']!, [9, 18], 1e-15, 'target');
  assert.deepEqual(
    Object.keys(states),
    ['target.head.weight', 'target.head.bias'],
    'the trained network is not touched',
  );
});
