import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsOf } from '../../../training/evaluate/rows.ts';
import { classDirections, promptsOf, zeroShot } from '../../../training/evaluate/zero-shot.ts';
import { assertClose } from '../engines/operations.ts';
import { flat, goldenCases, shapeOf } from '../golden.ts';
import { goldenRows } from './drawn-rows.ts';

for (const { name, inputs, params, outputs } of goldenCases('clip', 'zero-shot'))
  test(`${name}: probabilities and guesses are the golden ones`, () => {
    const [, perClass] = shapeOf(inputs['prompts']!);
    const classes = classDirections(goldenRows(inputs['prompts']!), perClass!);
    const made = zeroShot(goldenRows(inputs['image']!), classes, (params as { scale: number }).scale);
    assertClose(made.similarity, flat(outputs['similarity']!), 1e-9, 'similarity');
    assertClose(made.probability, flat(outputs['probability']!), 1e-9, 'probability');
    assert.deepEqual([...made.predicted], flat(outputs['predicted']!));
  });

test('names are put into every template, dollar signs and all', () => {
  assert.deepEqual(promptsOf(['cat', '$&'], ['a {} .', 'one {}']), [
    'a cat .',
    'one cat',
    'a $& .',
    'one $&',
  ]);
  assert.deepEqual(promptsOf(['cat'], []), ['cat']);
});

test('a photo equally like all classes gets the first', () => {
  const classes = classDirections(rowsOf(Float32Array.of(1, 0, 1, 0, 1, 0), 2), 1);
  const { probability, predicted } = zeroShot(rowsOf(Float32Array.of(0, 0), 2), classes);
  assert.deepEqual([...probability], [1 / 3, 1 / 3, 1 / 3]);
  assert.deepEqual([...predicted], [0]);
});

test('prompts that do not divide among classes are refused', () => {
  assert.throws(() => classDirections(rowsOf(Float32Array.of(1, 0, 1), 1), 2), RangeError);
});
