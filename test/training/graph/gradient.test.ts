import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradient } from '../../../training/graph/gradient.ts';
import { add, exp, mul, stopGradient } from '../../../training/graph/ops/elementwise.ts';
import { sum } from '../../../training/graph/ops/reduce.ts';
import { gradients } from '../../../training/graph/ops/table.ts';
import { type Tensor, constant, inOrder, input } from '../../../training/graph/tensor.ts';
import { uniform } from './draw.ts';
import { evaluate } from './interpreter.ts';
import { type OperationCase, operationCases } from './operation-cases.ts';

/** A case as a number to differentiate: every element of the result times a weight of its own. */
function weighted({ shapes, build, range: [low, high] = [-1, 1] }: OperationCase) {
  const inputs = shapes.map((shape, i) => input(`x${i}`, shape));
  const result = build(...(inputs as unknown as [Tensor, Tensor, Tensor]));
  const weights = constant(uniform(7, result.size), result.shape);
  const given = Object.fromEntries(inputs.map((x, i) => [`x${i}`, uniform(11 + i, x.size, low, high)]));
  return { inputs, loss: sum(mul(result, weights)), given };
}

for (const operation of operationCases) {
  test(`${operation.name}: the gradient agrees with central differences`, () => {
    const { inputs, loss, given } = weighted(operation);
    // Whatever stops gradients on purpose is constant here, and differences would see it move.
    const stopped =
      inOrder([loss]).some(({ op }) => op === 'stopGradient') && operation.name === 'stopGradient';
    for (const [i, g] of gradient(loss, inputs).entries()) {
      const exact = evaluate(g, given);
      // Every number of a small input, every few of a large one.
      const stride = Math.ceil(exact.length / 24);
      for (const [at, value] of exact.entries()) {
        if (at % stride !== 0) continue;
        const moved = (step: number) => {
          const x = given[`x${i}`]!.with(at, given[`x${i}`]![at]! + step);
          return evaluate(loss, { ...given, [`x${i}`]: x })[0]!;
        };
        const difference = stopped ? 0 : (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assert.ok(
          Math.abs(value - difference) < 1e-8 * (1 + Math.abs(value)),
          `x${i}[${at}]: ${value} is not ${difference}`,
        );
      }
    }
  });
}

test('every operation has a case', () => {
  const used = new Set(
    operationCases.flatMap((operation) => inOrder([weighted(operation).loss]).map(({ op }) => op)),
  );
  const sources = ['state'];
  assert.deepEqual(
    Object.keys(gradients).filter((op) => !used.has(op as never) && !sources.includes(op)),
    [],
  );
});

test('a tensor used twice gets both gradients', () => {
  const x = input('x', []);
  const [g] = gradient(mul(x, exp(x)), [x]);
  assert.ok(Math.abs(evaluate(g!, { x: [0.5] })[0]! - 1.5 * Math.exp(0.5)) < 1e-15);
});

test('what the loss does not depend on has a gradient of zeros', () => {
  const [x, y] = [input('x', [2]), input('y', [3])];
  const [, unused] = gradient(sum(x), [x, y]);
  assert.deepEqual([...evaluate(unused!)], [0, 0, 0]);
});

test('nothing flows through stopGradient', () => {
  const x = input('x', []);
  const [g] = gradient(mul(x, stopGradient(x)), [x]);
  assert.equal(evaluate(g!, { x: [3] })[0], 3);
});

test('gradients can be differentiated again', () => {
  const x = input('x', []);
  const cube = mul(x, mul(x, x));
  const [first] = gradient(cube, [x]);
  const [second] = gradient(first!, [x]);
  assert.equal(evaluate(second!, { x: [2] })[0], 12);
});

test('a seed says how a later loss depends on this one', () => {
  const x = input('x', [2]);
  const [g] = gradient(add(x, x), [x], constant([3, 5]));
  assert.deepEqual([...evaluate(g!, { x: [0, 0] })], [6, 10]);
});

test('only a single number has a gradient', () => {
  assert.throws(() => gradient(input('x', [2]), []), /gradient\(input “x” f32 \[2\]\): only a single number/);
});
