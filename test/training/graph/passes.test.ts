import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradient } from '../../../training/graph/gradient.ts';
import { resultsOf } from '../../../training/graph/graph.ts';
import { add, exp, mul, neg, stopGradient, sub } from '../../../training/graph/ops/elementwise.ts';
import { broadcast, mean, sum } from '../../../training/graph/ops/reduce.ts';
import { reshape, slice } from '../../../training/graph/ops/shape.ts';
import { inHalfPrecision } from '../../../training/graph/half-precision.ts';
import { matmul } from '../../../training/graph/ops/matmul.ts';
import { simplify } from '../../../training/graph/passes.ts';
import {
  type AnyTensor,
  type Tensor,
  constant,
  inOrder,
  input,
  state,
} from '../../../training/graph/tensor.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from './draw.ts';
import { evaluate, run } from './interpreter.ts';
import { operationCases } from './operation-cases.ts';

const x = input('x', [2, 3]);
const graphOf = (...outputs: readonly AnyTensor[]) => ({
  outputs: Object.fromEntries(outputs.map((tensor, i) => [`y${i}`, tensor])),
  updates: new Map<AnyTensor, AnyTensor>(),
});

/** The operations that are left, sources aside. */
function left(...outputs: readonly AnyTensor[]): string[] {
  const ops = inOrder(resultsOf(simplify(graphOf(...outputs)))).map(({ op }) => op);
  return ops.filter((op) => op !== 'input' && op !== 'constant');
}

test('what is written twice is computed once', () => {
  assert.deepEqual(left(add(exp(mul(x, 2)), exp(mul(x, 2)))), ['mul', 'exp', 'add']);
  assert.deepEqual(left(mul(x, 2), mul(x, 3)), ['mul', 'mul']);
});

test('steps that do nothing go', () => {
  assert.deepEqual(left(stopGradient(x)), []);
  assert.deepEqual(left(add(mul(x, 1), 0)), []);
  assert.deepEqual(left(reshape(reshape(x, [6]), [3, 2])), ['reshape']);
  assert.deepEqual(left(reshape(reshape(x, [6]), [2, 3])), []);
  assert.deepEqual(left(neg(neg(x))), []);
  assert.deepEqual(left(add(x, neg(exp(x)))), ['exp', 'sub']);
});

test('a broadcast is skipped where the operands are broadcast anyway, and only there', () => {
  assert.deepEqual(left(sub(x, broadcast(mean(x), [2, 3]))), ['sum', 'reshape', 'div', 'sub']);
  assert.deepEqual(left(mul(broadcast(sum(x, 1), [2, 3]), broadcast(sum(x, 1), [2, 3]))), [
    'sum',
    'broadcast',
    'mul',
  ]);
  assert.deepEqual(left(matmul(broadcast(sum(x, 1), [2, 3]), x, { transposeB: true })), [
    'sum',
    'broadcast',
    'matmul',
  ]);
});

test('what was cut in pieces comes back joined, not as a sum of pieces among zeros', () => {
  const given = { x: uniform(3, 24) };
  const whole = input('x', [4, 6]);
  const piece = (axis: number, from: number, until: number, factor: number) =>
    mul(slice(whole, axis, from, until), factor);
  const gradientOf = (...pieces: readonly Tensor[]) =>
    gradient(
      pieces.map((each) => sum(mul(each, each))).reduce((a, b) => add(a, b)),
      [whole],
    )[0]!;
  const cases: readonly (readonly [Tensor, { readonly concat: number; readonly pad: number }])[] = [
    [gradientOf(piece(1, 0, 2, 2), piece(1, 2, 3, 3), piece(1, 3, 6, 4)), { concat: 1, pad: 0 }],
    [gradientOf(piece(0, 2, 3, 2), piece(0, 1, 2, 3)), { concat: 1, pad: 1 }],
    [gradientOf(piece(1, 0, 3, 2), piece(1, 2, 6, 3)), { concat: 0, pad: 2 }],
    [gradientOf(piece(1, 0, 2, 2), piece(1, 3, 6, 3)), { concat: 0, pad: 2 }],
    [gradientOf(piece(0, 0, 2, 2), piece(1, 0, 3, 3)), { concat: 0, pad: 2 }],
  ];
  for (const [tensor, expected] of cases) {
    const ops = left(tensor);
    const counted = { concat: 0, pad: 0 };
    for (const op of ops) if (op === 'concat' || op === 'pad') counted[op]++;
    assert.deepEqual(counted, expected);
    const { outputs } = run(simplify(graphOf(tensor)), given);
    assertClose(outputs['y0']!, evaluate(tensor, given), 1e-12, 'joined');
  }
});

test('a sum is negated, and not each of its numbers', () => {
  const ops = inOrder(resultsOf(simplify(graphOf(sum(neg(exp(x)), 1))))).map(({ op, size }) => [op, size]);
  assert.deepEqual(ops.slice(-2), [
    ['sum', 2],
    ['neg', 2],
  ]);
});

test('states stay the tensors they are, and their updates follow', () => {
  const held = state('held', [2, 3], () => new Float32Array(6)) as Tensor;
  const small = simplify({
    outputs: {},
    updates: new Map<AnyTensor, AnyTensor>([[held, add(held, mul(x, 1))]]),
  });
  assert.deepEqual([...small.updates.keys()], [held]);
  assert.deepEqual([...run(small, { x: [1, 2, 3, 4, 5, 6] }).states['held']!], [1, 2, 3, 4, 5, 6]);
});

test('every operation and its gradient mean the same after simplifying', () => {
  for (const { name, shapes, build, range: [low, high] = [-1, 1] } of operationCases) {
    const inputs = shapes.map((shape, i) => input(`x${i}`, shape));
    const given = Object.fromEntries(
      inputs.map((each, i) => [`x${i}`, uniform(11 + i, each.size, low, high)]),
    );
    const result = build(...(inputs as unknown as [Tensor, Tensor, Tensor]));
    const tensors = [
      result,
      ...gradient(sum(mul(result, constant(uniform(7, result.size), result.shape))), inputs),
    ];
    const { outputs } = run(simplify(graphOf(...tensors)), given);
    for (const [i, tensor] of tensors.entries())
      assertClose(outputs[`y${i}`]!, evaluate(tensor, given), 1e-12, name);
  }
});

test('in half precision products are float16 and everything else stays as it is', () => {
  const [a, b] = [input('a', [4, 4]), input('b', [4, 4])];
  const graph = simplify(inHalfPrecision(graphOf(exp(matmul(matmul(a, b), b)))));
  assert.deepEqual(
    inOrder(resultsOf(graph)).map(({ op, type }) => `${op} ${type}`),
    ['input f32', 'cast f16', 'input f32', 'cast f16', 'matmul f16', 'matmul f16', 'cast f32', 'exp f32'],
  );
});
