import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradient } from '../../../training/graph/gradient.ts';
import { input } from '../../../training/graph/tensor.ts';
import { distillation } from '../../../training/losses/distillation.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from '../graph/draw.ts';
import { evaluate } from '../graph/interpreter.ts';
import { Scalar, dot, mean, stop, unit } from '../judge/scalar.ts';

const rows = (values: Float64Array) =>
  Array.from({ length: values.length / 4 }, (_, i) =>
    [...values.subarray(i * 4, i * 4 + 4)].map((value) => new Scalar(value)),
  );

test('loops agree in value and gradient, and what is kept gets none', () => {
  const given = { features: uniform(1, 12), kept: uniform(2, 12) };
  const [features, kept] = [rows(given.features), rows(given.kept)];
  const judge = mean(features.map((row, i) => new Scalar(1).sub(dot(unit(row), stop(unit(kept[i]!))))));
  judge.backward();
  const [f, k] = [input('features', [3, 4]), input('kept', [3, 4])];
  const { loss } = distillation(f, k);
  const [byFeatures, byKept] = gradient(loss, [f, k]);
  assertClose(evaluate(loss, given), [judge.value], 1e-12, 'loss');
  assertClose(
    evaluate(byFeatures!, given),
    features.flat().map(({ grad }) => grad),
    1e-12,
    'gradient',
  );
  assert.deepEqual([...evaluate(byKept!, given)], Array(12).fill(0));
});
