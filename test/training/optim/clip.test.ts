import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constant, input } from '../../../training/graph/tensor.ts';
import { clipEach, clipGlobally, globalNorm } from '../../../training/optim/clip.ts';
import { assertClose } from '../engines/operations.ts';
import { flat, goldenCases } from '../golden.ts';
import { evaluate } from '../graph/interpreter.ts';

const ways = { 'global-norm': clipGlobally, 'per-tensor-norm': clipEach };

for (const { name, inputs, params, outputs } of goldenCases('optim', 'gradient-clip')) {
  test(`${name} gives the golden gradients`, () => {
    const clip = ways[name.split('/')[1] as keyof typeof ways];
    const given = Object.fromEntries(Object.entries(inputs).map(([key, values]) => [key, flat(values)]));
    const names = Object.keys(inputs);
    const { gradients } = clip(
      names.map((key) => input(key, [given[key]!.length])),
      (params as { readonly max: number }).max,
    );
    for (const [i, key] of names.entries())
      assertClose(evaluate(gradients[i]!, given), flat(outputs[key]!), 1e-9, key);
  });
}

test('short gradients stay as they are', () => {
  const { gradients } = clipGlobally([constant([0.3, 0.4])], 1);
  assert.deepEqual([...evaluate(gradients[0]!)], [0.3, 0.4]);
});

test('one number that is none spoils the norm, so that the step can be refused', () => {
  assert.ok(Number.isNaN(evaluate(globalNorm([constant([1]), constant([Number.NaN, 0])]))[0]));
});
