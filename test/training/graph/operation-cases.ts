/** Every operation at least once, on small inputs away from kinks: for gradients, and to compare engines. */
import { conv, convFilter, convInput } from '../../../training/graph/ops/conv.ts';
import * as el from '../../../training/graph/ops/elementwise.ts';
import { matmul } from '../../../training/graph/ops/matmul.ts';
import * as red from '../../../training/graph/ops/reduce.ts';
import * as sel from '../../../training/graph/ops/select.ts';
import * as sh from '../../../training/graph/ops/shape.ts';
import { logSoftmax, logSumExp, softmax } from '../../../training/graph/ops/softmax.ts';
import {
  type AnyTensor,
  type Shape,
  type Tensor,
  booleans,
  integers,
} from '../../../training/graph/tensor.ts';

export interface OperationCase {
  readonly name: string;
  readonly shapes: readonly Shape[];
  /** Range the inputs are drawn from; -1 to 1 when left out. */
  readonly range?: readonly [number, number];
  readonly build: (...inputs: readonly [Tensor, Tensor, Tensor]) => Tensor;
}

const vector: readonly Shape[] = [[2, 3]];
const pair: readonly Shape[] = [
  [2, 1, 3],
  [4, 1],
];
const image = (channels: number, side: number): Shape => [2, channels, side, side];

const convolutions = [
  { name: '3x3 with a border', x: image(5, 6), filters: [4, 5, 3, 3], stride: 1, padding: 1, groups: 1 },
  {
    name: '3x3 of three channels, stride 2',
    x: image(3, 8),
    filters: [4, 3, 3, 3],
    stride: 2,
    padding: 1,
    groups: 1,
  },
  {
    name: '3x3 of many channels, stride 2',
    x: image(6, 7),
    filters: [4, 6, 3, 3],
    stride: 2,
    padding: 1,
    groups: 1,
  },
  {
    name: '3x3 without a border, stride 2, a row over',
    x: image(3, 8),
    filters: [2, 3, 3, 3],
    stride: 2,
    padding: 0,
    groups: 1,
  },
  { name: '1x1', x: image(5, 4), filters: [6, 5, 1, 1], stride: 1, padding: 0, groups: 1 },
  { name: '1x1, stride 2', x: image(5, 5), filters: [6, 5, 1, 1], stride: 2, padding: 0, groups: 1 },
  { name: '7x7, stride 2', x: image(3, 12), filters: [2, 3, 7, 7], stride: 2, padding: 3, groups: 1 },
  { name: 'depthwise', x: image(4, 6), filters: [4, 1, 3, 3], stride: 1, padding: 1, groups: 4 },
  { name: 'depthwise, stride 2', x: image(4, 7), filters: [4, 1, 3, 3], stride: 2, padding: 1, groups: 4 },
  {
    name: 'depthwise, stride 2, a row over',
    x: image(4, 6),
    filters: [4, 1, 3, 3],
    stride: 2,
    padding: 1,
    groups: 4,
  },
] as const;

/** What is moved may be of any type. */
const moves: readonly {
  readonly name: string;
  readonly move: (x: Tensor<'bool'> | Tensor<'i32'>) => AnyTensor;
}[] = [
  { name: 'reshape', move: (x) => sh.reshape(x as AnyTensor, [3, 2]) },
  { name: 'transpose', move: (x) => sh.transpose(x as AnyTensor) },
  { name: 'slice', move: (x) => sh.slice(x as AnyTensor, 1, 1) },
  { name: 'concat', move: (x) => sh.concat([x as AnyTensor, x], 0) },
];

export const operationCases: readonly OperationCase[] = [
  { name: 'add', shapes: pair, build: (a, b) => el.add(a, b) },
  { name: 'sub', shapes: pair, build: (a, b) => el.sub(a, b) },
  { name: 'sub of a number', shapes: vector, build: (a) => el.sub(1, a) },
  { name: 'mul', shapes: pair, build: (a, b) => el.mul(a, b) },
  { name: 'div', shapes: pair, range: [0.5, 2], build: (a, b) => el.div(a, b) },
  { name: 'maximum', shapes: pair, build: (a, b) => el.maximum(a, b) },
  { name: 'minimum', shapes: pair, build: (a, b) => el.minimum(a, b) },
  { name: 'neg', shapes: vector, build: (a) => el.neg(a) },
  { name: 'exp', shapes: vector, build: (a) => el.exp(a) },
  { name: 'log', shapes: vector, range: [0.5, 3], build: (a) => el.log(a) },
  { name: 'sqrt', shapes: vector, range: [0.5, 3], build: (a) => el.sqrt(a) },
  { name: 'erf', shapes: vector, range: [-3, 3], build: (a) => el.erf(a) },
  { name: 'tanh', shapes: vector, range: [-3, 3], build: (a) => el.tanh(a) },
  { name: 'sigmoid', shapes: vector, range: [-6, 6], build: (a) => el.sigmoid(a) },
  { name: 'softplus', shapes: vector, range: [-6, 6], build: (a) => el.softplus(a) },
  { name: 'relu', shapes: vector, build: (a) => el.relu(a) },
  { name: 'clip', shapes: vector, build: (a) => el.clip(a, -0.4, 0.6) },
  { name: 'cast', shapes: vector, build: (a) => el.cast(el.cast(el.mul(a, 9), 'i32'), 'f32') },
  { name: 'stopGradient', shapes: vector, build: (a) => el.mul(el.stopGradient(a), 2) },
  { name: 'equal', shapes: pair, build: (a, b) => el.where(el.equal(a, b), a, b) },
  {
    name: 'equal indices',
    shapes: vector,
    build: (a) => el.where(el.equal(integers([0, 1, 2]), integers([2, 1, 0])), a, 0),
  },
  { name: 'greater', shapes: pair, build: (a, b) => el.where(el.greater(a, b), el.mul(a, 3), b) },
  {
    name: 'and',
    shapes: vector,
    build: (a) => el.where(el.and(el.greater(a, -0.5), el.greater(0.5, a)), a, 0),
  },
  {
    name: 'not',
    shapes: vector,
    build: (a) => el.where(el.not(booleans([true, false, true])), a, el.mul(a, 2)),
  },
  { name: 'where', shapes: pair, build: (a, b) => el.where(booleans([true, false, true]), a, b) },
  { name: 'sum', shapes: [[2, 3, 4]], build: (a) => red.sum(a, [0, -1]) },
  { name: 'sum of everything', shapes: [[2, 3]], build: (a) => red.sum(a) },
  { name: 'sumOfSquares', shapes: [[2, 3, 4]], build: (a) => red.sumOfSquares(a, 1) },
  { name: 'max', shapes: [[2, 3, 4]], build: (a) => red.max(a, [1, 2]) },
  {
    name: 'mean and variance',
    shapes: [[2, 5]],
    build: (a) => el.div(red.mean(a, -1), el.add(red.variance(a, -1), 1)),
  },
  { name: 'broadcast', shapes: [[3, 1]], build: (a) => red.broadcast(a, [2, 3, 4]) },
  { name: 'reshape', shapes: [[2, 6]], build: (a) => sh.reshape(a, [3, -1]) },
  { name: 'transpose', shapes: [[2, 3, 4]], build: (a) => sh.transpose(a, [2, 0, 1]) },
  { name: 'slice', shapes: [[4, 7]], build: (a) => sh.slice(a, 1, 1, -1) },
  { name: 'slice with steps', shapes: [[7, 3]], build: (a) => sh.slice(a, 0, 1, 7, 3) },
  {
    name: 'slice with steps up to the end',
    shapes: [[2, 8]],
    build: (a) => sh.slice(a, -1, 0, undefined, 3),
  },
  { name: 'pad', shapes: [[2, 3]], build: (a) => sh.pad(a, [0, 2], [1, 0], 0.5) },
  {
    name: 'concat',
    shapes: [
      [2, 3],
      [2, 1],
      [2, 2],
    ],
    build: (a, b, c) => sh.concat([a, b, c], -1),
  },
  {
    name: 'stack',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    build: (a, b) => sh.stack([a, b]),
  },
  {
    name: 'matmul',
    shapes: [
      [3, 4],
      [4, 2],
    ],
    build: (a, b) => matmul(a, b),
  },
  {
    name: 'matmul, first turned',
    shapes: [
      [4, 3],
      [4, 2],
    ],
    build: (a, b) => matmul(a, b, { transposeA: true }),
  },
  {
    name: 'matmul, second turned',
    shapes: [
      [3, 4],
      [2, 4],
    ],
    build: (a, b) => matmul(a, b, { transposeB: true }),
  },
  {
    name: 'matmul, both turned',
    shapes: [
      [4, 3],
      [2, 4],
    ],
    build: (a, b) => matmul(a, b, { transposeA: true, transposeB: true }),
  },
  {
    name: 'matmul of stacks',
    shapes: [
      [2, 3, 4],
      [2, 4, 2],
    ],
    build: (a, b) => matmul(a, b),
  },
  {
    name: 'matmul of stacks, turned',
    shapes: [
      [2, 3, 4],
      [2, 2, 4],
    ],
    build: (a, b) => matmul(a, b, { transposeB: true }),
  },
  {
    name: 'matmul of stacks, one broadcast along its second axis',
    shapes: [
      [2, 1, 3, 4],
      [2, 3, 4, 2],
    ],
    build: (a, b) => matmul(a, b),
  },
  {
    name: 'matmul of a stack by one',
    shapes: [
      [2, 3, 4],
      [4, 2],
    ],
    build: (a, b) => matmul(a, b),
  },
  {
    name: 'matmul of one by a stack',
    shapes: [
      [3, 4],
      [2, 4, 2],
    ],
    build: (a, b) => matmul(a, b),
  },
  { name: 'softmax', shapes: [[2, 3, 4]], build: (a) => softmax(a) },
  { name: 'logSoftmax', shapes: [[3, 4]], build: (a) => logSoftmax(a) },
  { name: 'logSumExp of columns', shapes: [[3, 4]], build: (a) => logSumExp(a, 0) },
  { name: 'gather', shapes: [[4, 3]], build: (a) => sel.gather(a, integers([3, 0, 3, 1], [2, 2])) },
  {
    name: 'scatter, replacing',
    shapes: [
      [4, 3],
      [2, 3],
    ],
    build: (a, b) => sel.scatter(a, integers([2, 0]), b, 'replace'),
  },
  {
    name: 'scatter, adding',
    shapes: [
      [4, 3],
      [3, 3],
    ],
    build: (a, b) => sel.scatter(a, integers([2, 0, 2]), b, 'add'),
  },
  { name: 'argMax', shapes: [[3, 5]], build: (a) => el.cast(sel.argMax(a), 'f32') },
  { name: 'topK', shapes: [[3, 5]], build: (a) => el.cast(sel.topK(a, 3), 'f32') },
  { name: 'pick', shapes: [[3, 5]], build: (a) => sel.pick(a, sel.argMax(el.neg(a))) },
  ...moves.map(({ name, move }) => ({
    name: `${name} of truth values and indices`,
    shapes: [[2, 3]],
    build: (a: Tensor) => {
      const truth = move(el.greater(a, 0)) as Tensor<'bool'>;
      const indices = move(el.cast(el.mul(a, 9), 'i32')) as Tensor<'i32'>;
      return el.where(truth, el.cast(indices, 'f32'), -1);
    },
  })),
  ...convolutions.map(({ name, x, filters, ...window }) => ({
    name: `conv ${name}`,
    shapes: [x, filters],
    build: (a: Tensor, b: Tensor) => conv(a, b, window),
  })),
  {
    name: 'convInput',
    shapes: [image(2, 3), [2, 3, 3, 3]],
    build: (g, w) => convInput(g, w, image(3, 6), { stride: 2, padding: 1, groups: 1 }),
  },
  {
    name: 'convFilter',
    shapes: [image(3, 6), image(2, 3)],
    build: (x, g) => convFilter(x, g, [2, 3, 3, 3], { stride: 2, padding: 1, groups: 1 }),
  },
];
