import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constant } from '../../../training/graph/tensor.ts';
import { dinoHead } from '../../../training/modules/dino-head.ts';
import { Pass, Weights } from '../../../training/modules/weights.ts';
import { assertClose } from '../engines/operations.ts';
import { normal, uniform } from '../graph/draw.ts';
import { evaluate } from '../graph/interpreter.ts';

const sizes = { inputs: 5, hidden: 7, bottleneck: 4, prototypes: 6 };

/** What the head says of six rows in some arrangement, with one and the same weights. */
function answer(shape: readonly number[], norm: boolean, scale = 1): Float64Array {
  const weights = new Weights(1);
  const rows = normal(3, 30).map((value) => scale * value);
  const y = dinoHead(weights.in('head'), { ...sizes, norm })(
    constant(rows, [...shape, 5]),
    new Pass({ training: true }),
  );
  assert.deepEqual(y.shape, [...shape, 6]);
  const given = Object.fromEntries(
    [...weights.parameters].map(([name, { size }], i) => [
      name,
      name.endsWith('gain') ? new Float64Array(size).fill(1) : uniform(i + 1, size).map((v) => v - 0.5),
    ]),
  );
  return Float64Array.from(evaluate(y, given));
}

test('it answers with cosines, whatever the arrangement of the rows', () => {
  for (const norm of [false, true]) {
    const flat = answer([6], norm);
    assert.ok(flat.every((value) => Math.abs(value) <= 1 + 1e-12));
    assertClose(answer([2, 3], norm), flat, 1e-12, `norm ${norm}`);
  }
});

test('with batch norm it says the same of features that are larger as a whole', () => {
  assertClose(answer([6], true, 100), answer([6], true), 1e-3, 'normed');
  assert.throws(() => assertClose(answer([6], false, 100), answer([6], false), 1e-3, 'bare'));
});
