import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { freeBatch } from '../../../training/graph/free-batch.ts';
import type { Graph } from '../../../training/graph/graph.ts';
import { onnxModel } from '../../../training/graph/onnx-model.ts';
import { add, cast, mul } from '../../../training/graph/ops/elementwise.ts';
import { conv } from '../../../training/graph/ops/conv.ts';
import { gradient } from '../../../training/graph/gradient.ts';
import { broadcast, mean, sum } from '../../../training/graph/ops/reduce.ts';
import { gather } from '../../../training/graph/ops/select.ts';
import { concat, pad, reshape, slice, transpose } from '../../../training/graph/ops/shape.ts';
import { type AnyTensor, type Tensor, constant, input } from '../../../training/graph/tensor.ts';
import { assertClose } from '../engines/operations.ts';
import { uniform } from './draw.ts';
import { evaluate } from './interpreter.ts';

type Build = (batch: number) => AnyTensor;
const graphOf = (y: AnyTensor): Graph => ({ outputs: { y }, updates: new Map() });
const free = (build: Build, batches: readonly [number, number] = [101, 103]) => {
  const [first, second] = batches.map((batch) => ({ batch, graph: graphOf(build(batch)) }));
  return { graph: first!.graph, sizes: freeBatch(first!, second!) };
};
const x = (batch: number, ...rest: readonly number[]) => input('x', [batch, ...rest]);

/** The model of `build`, run at some numbers of photos, against the judge on a graph of that very number. */
async function assertAnyBatch(build: Build): Promise<void> {
  const { graph, sizes } = free(build);
  const session = await InferenceSession.create(onnxModel(graph, 'measured', sizes), { logSeverityLevel: 3 });
  for (const batch of [1, 2, 7]) {
    const y = build(batch);
    const given = uniform(batch, batch * 12);
    const { y: made } = await session.run({
      x: new OrtTensor('float32', Float32Array.from(given), [batch, 3, 4]),
    });
    assert.deepEqual(made!.dims, y.shape);
    assertClose(made!.data as Float32Array, evaluate(y, { x: given }), 1e-6, `${batch} photos`);
  }
  await session.release();
}

const three = constant([1, 2, 3], [1, 3, 1]);
const fitting: Readonly<Record<string, Build>> = {
  'rows of all photos in one product': (n) => reshape(mul(reshape(x(n, 3, 4), [3 * n, 4]), 2), [n, 12]),
  'photos that are not in front on the way': (n) =>
    transpose(broadcast(mean(transpose(x(n, 3, 4), [1, 0, 2]), 2), [3, n, 4]), [1, 0, 2]),
  'a token for every photo': (n) => concat([broadcast(three, [n, 3, 4]), x(n, 3, 4)], 1),
  'a row for every photo, whose number is nowhere yet': (n) =>
    add(mean(x(n, 3, 4), [1, 2]), broadcast(constant([1, 2], [1, 1, 2]), [n, 1, 2])),
  'a repeated size beside the photos': (n) => broadcast(sum(x(n, 3, 4), 1), [n, 5, 4]),
  'parts and borders within a photo': (n) => pad(slice(x(n, 3, 4), 2, 1, 3), [0, 1, 0], [0, 0, 2]),
  'twice as many rows as photos': (n) => reshape(reshape(x(n, 3, 4), [2 * n, 6]), [n, 12]),
};
for (const [name, build] of Object.entries(fitting))
  test(`${name}: the model takes any number of photos`, () => assertAnyBatch(build));

test('whole numbers come in with 64 bits', async () => {
  const table = constant([5, 6, 7]);
  const { graph, sizes } = free((n) => gather(table, input('x', [n, 2], 'i32')));
  const session = await InferenceSession.create(onnxModel(graph, 'measured', sizes));
  const { y } = await session.run({ x: new OrtTensor('int64', BigInt64Array.of(2n, 0n, 1n, 1n), [2, 2]) });
  assert.deepEqual([...(y!.data as Float32Array)], [7, 5, 6, 6]);
  await session.release();
});

const unfit: readonly (readonly [string, Build, RegExp])[] = [
  ['the mean over all photos', (n) => mean(x(n, 3, 4), 0), /constant f32 .*another number of photos/],
  ['the first photo alone', (n) => slice(x(n, 3, 4), 0, 0, 1), /takes a part of the photos/],
  ['all photos but one', (n) => slice(x(n, 3, 4), 0, 1), /axis 0 is no multiple/],
  ['a photo more', (n) => concat([x(n, 3, 4), constant(uniform(1, 12), [1, 3, 4])], 0), /no multiple/],
  ['a batch filled up', (n) => pad(x(n, 3, 4), [0, 0, 0], [110 - n, 0, 0]), /fills up the photos/],
  ['a step less for a larger batch', (n) => (n < 102 ? mul(x(n, 3, 4), 2) : x(n, 3, 4)), /something else/],
  [
    'a step more for a larger batch',
    (n) => (n > 102 ? mul(x(n, 3, 4), 2) : x(n, 3, 4)),
    /number of photos only/,
  ],
  ['other weights for a larger batch', (n) => mul(x(n, 3, 4), constant(n)), /something else/],
  ['photos against photos', (n) => reshape(mul(x(n, 1, 4), input('z', [1, n, 4])), [n, n, 4, 1]), /two/],
  [
    'the gradient of a convolution',
    (n) => {
      const filters = input('filters', [2, 3, 1, 1]);
      return gradient(sum(conv(x(n, 3, 4, 4), filters)), [filters])[0]!;
    },
    /written down with its number of photos/,
  ],
];
for (const [name, build, message] of unfit)
  test(`${name} is refused by name`, () => assert.throws(() => free(build), message));

test('photos must come in and leave along the first axis', () => {
  const { graph, sizes } = free((n) => transpose(x(n, 3, 4), [1, 0, 2]));
  assert.throws(() => onnxModel(graph, 'measured', sizes), /along its first axis/);
  assert.throws(() => free((n) => cast(input('x', [3, n]), 'i32')), /no input has the number of photos/);
});

test('a size that happens to be the batch of a trace is no number of photos', () => {
  const { sizes, graph } = free((n) => add(x(n, 5, 7), 1) as Tensor, [5, 7]);
  assert.deepEqual(sizes.sizes.get(graph.outputs['y']!), [{ each: 1 }, 5, 7]);
});
