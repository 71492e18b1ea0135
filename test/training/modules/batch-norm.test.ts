import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradient } from '../../../training/graph/gradient.ts';
import { mul } from '../../../training/graph/ops/elementwise.ts';
import { sum } from '../../../training/graph/ops/reduce.ts';
import { constant, input } from '../../../training/graph/tensor.ts';
import { batchNorm } from '../../../training/modules/batch-norm.ts';
import { convNorm } from '../../../training/modules/conv-norm.ts';
import { Pass, Weights } from '../../../training/modules/weights.ts';
import { assertClose } from '../engines/operations.ts';
import { flat, goldenCases, shapeOf } from '../golden.ts';
import { normal, uniform } from '../graph/draw.ts';
import { evaluate, run } from '../graph/interpreter.ts';

const training = () => new Pass({ training: true });

for (const { name, inputs, params, outputs, grads } of goldenCases('layers', 'batch-norm')) {
  test(`${name}: result, running statistics and gradients are the golden ones`, () => {
    const { outputWeight } = params as { readonly outputWeight: number[][] };
    const weights = new Weights(1);
    const pass = training();
    const x = input('x', shapeOf(inputs['x']!));
    const y = batchNorm(weights, 3)(x, pass);
    const [gain, shift] = ['gain', 'shift'].map((key) => weights.parameters.get(key)!);
    const gradients = gradient(sum(mul(y, constant(outputWeight.flat(), y.shape))), [x, gain!, shift!]);
    const given = {
      x: flat(inputs['x']!),
      gain: flat(inputs['gamma']!),
      shift: flat(inputs['beta']!),
      mean: flat(inputs['runningMean']!),
      variance: flat(inputs['runningVariance']!),
    };
    const { states } = run({ outputs: {}, updates: pass.updates }, given);
    assertClose(evaluate(y, given), flat(outputs['y']!), 1e-12, 'y');
    assertClose(states['mean']!, flat(outputs['runningMean']!), 1e-12, 'running mean');
    assertClose(states['variance']!, flat(outputs['runningVariance']!), 1e-12, 'running variance');
    for (const [i, key] of ['x', 'gamma', 'beta'].entries())
      assertClose(evaluate(gradients[i]!, given), flat(grads[key]!), 1e-12, `gradient of ${key}`);
  });
}

test('every channel of an image batch comes out with mean 0 and deviation 1', () => {
  const x = constant(
    normal(1, 4 * 3 * 25).map((v) => 3 + 2 * v),
    [4, 3, 5, 5],
  );
  const y = evaluate(batchNorm(new Weights(1), 3, { affine: 'none' })(x, training()));
  for (let channel = 0; channel < 3; channel++) {
    const own = y.filter((_, at) => Math.floor(at / 25) % 3 === channel);
    const mean = own.reduce((total, value) => total + value / own.length, 0);
    const variance = own.reduce((total, value) => total + (value - mean) ** 2 / own.length, 0);
    assert.ok(
      Math.abs(mean) < 1e-12 && Math.abs(variance - 1) < 1e-4,
      `channel ${channel}: ${mean}, ${variance}`,
    );
  }
});

test('applied twice in a pass, the running statistics take in both batches, one after the other', () => {
  const weights = new Weights(1);
  const layer = batchNorm(weights, 1, { momentum: 0.5 });
  const pass = training();
  layer(constant([1, 3], [2, 1]), pass);
  layer(constant([5, 7], [2, 1]), pass);
  const { states } = run({ outputs: {}, updates: pass.updates }, {});
  assertClose(states['mean']!, [0.5 * (0.5 * 0 + 0.5 * 2) + 0.5 * 6], 1e-12, 'mean');
});

test('outside training the norm is folded into the filters, and the result is the same', () => {
  const weights = new Weights(1);
  const layer = convNorm(weights, 2, 3, { kernel: 3 });
  const x = constant(uniform(1, 2 * 2 * 16), [2, 2, 4, 4]);
  const pass = training();
  const trained = evaluate(layer(x, pass));
  // Running statistics that equal this batch's: momentum 1 would give them; here they are computed by the pass.
  const blended = run({ outputs: {}, updates: pass.updates }, {}).states;
  const batch = {
    'norm.mean': blended['norm.mean']!.map((value) => value / 0.1),
    'norm.variance': blended['norm.variance']!.map((value) => ((value - 0.9) / 0.1) * (31 / 32)),
  };
  assertClose(evaluate(layer(x, new Pass({ training: false })), batch), trained, 1e-9, 'folded');
});
