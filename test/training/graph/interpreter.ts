/**
 * The judge of every engine: the instruction set in double precision, each operation as the plainest loop that says
 * what it means. Slow, and never used outside the tests.
 */
import { type Graph, type Translation, resultsOf, translate } from '../../../training/graph/graph.ts';
import { type AnyTensor, type Shape, type Tensor, sizeOf } from '../../../training/graph/tensor.ts';

type Numbers = Float64Array;
export type Given = Readonly<Record<string, ArrayLike<number>>>;

/** The numbers of one tensor, given those of its inputs and states by name (states default to their first values). */
export function evaluate(tensor: AnyTensor, given: Given = {}): Numbers {
  return translate([tensor], translation(given)).get(tensor)!;
}

/** One run of a graph: its outputs, and the states as they are afterwards. */
export function run(
  graph: Graph,
  given: Given,
): { outputs: Record<string, Numbers>; states: Record<string, Numbers> } {
  const values = translate([...resultsOf(graph), ...graph.updates.keys()], translation(given));
  const of = (tensor: AnyTensor) => values.get(tensor)!;
  return {
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, tensor]) => [name, of(tensor)])),
    states: Object.fromEntries(
      [...graph.updates].map(([state, next]) => [
        (state.attributes as { readonly name: string }).name,
        of(next),
      ]),
    ),
  };
}

/** Calls back with every index of a shape, row by row. */
function everyIndex(shape: Shape, visit: (index: readonly number[], flat: number) => void): void {
  const index = shape.map(() => 0);
  for (let flat = 0; flat < sizeOf(shape); flat++) {
    visit(index, flat);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
}

/** The place of an index in a shape that may have been broadcast. */
function flatten(index: readonly number[], shape: Shape): number {
  const skip = index.length - shape.length;
  return shape.reduce((flat, size, axis) => flat * size + (size === 1 ? 0 : index[axis + skip]!), 0);
}

function elementwise(compute: (...values: number[]) => number) {
  return (inputs: readonly Numbers[], { shape, inputs: sources }: Tensor): Numbers => {
    const out = new Float64Array(sizeOf(shape));
    everyIndex(shape, (index, flat) => {
      out[flat] = compute(...inputs.map((values, i) => values[flatten(index, sources[i]!.shape)]!));
    });
    return out;
  };
}

function reduction(start: number, combine: (total: number, value: number) => number) {
  return (
    [x]: readonly [Numbers],
    { shape, inputs: [source] }: { shape: Shape; inputs: readonly [Tensor] },
  ): Numbers => {
    const out = new Float64Array(sizeOf(shape)).fill(start);
    everyIndex(source.shape, (index, flat) => {
      const place = flatten(index, shape);
      out[place] = combine(out[place]!, x[flat]!);
    });
    return out;
  };
}

/** Abramowitz and Stegun 7.1.6, a series that converges everywhere, and the continued fraction for large x. */
function erf(x: number): number {
  if (Math.abs(x) > 3) {
    let fraction = 0;
    for (let k = 60; k >= 1; k--) fraction = k / 2 / (Math.abs(x) + fraction);
    return Math.sign(x) * (1 - Math.exp(-x * x) / ((Math.abs(x) + fraction) * Math.sqrt(Math.PI)));
  }
  let term = x;
  let total = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

/** The place of a row and column in the matrix, or stack of matrices, that an index of the result belongs to. */
function matrixPlace(
  index: readonly number[],
  row: number,
  column: number,
  source: Tensor,
  turned: boolean,
): number {
  return flatten([...index.slice(0, -2), ...(turned ? [column, row] : [row, column])], source.shape);
}

/** Every (image place, filter place, result place) that a convolution joins. */
function everyJoin(
  { stride, padding, groups }: { stride: number; padding: number; groups: number },
  image: Shape,
  filters: Shape,
  result: Shape,
  join: (image: number, filter: number, result: number) => void,
): void {
  const perGroup = result[1]! / groups;
  everyIndex(result, ([n, o, row, column], at) => {
    everyIndex(filters.slice(1), ([c, i, j]) => {
      const [y, x] = [row! * stride + i! - padding, column! * stride + j! - padding];
      if (y < 0 || x < 0 || y >= image[2]! || x >= image[3]!) return;
      const channel = Math.floor(o! / perGroup) * filters[1]! + c!;
      join(flatten([n!, channel, y, x], image), flatten([o!, c!, i!, j!], filters), at);
    });
  });
}

const translation = (given: Given): Translation<Numbers> => ({
  input: (_, { attributes: { name }, size }) => {
    const values = given[name];
    if (values?.length !== size)
      throw new RangeError(`“${name}” was given ${values?.length} numbers, not ${size}`);
    return Float64Array.from(values);
  },
  state: (_, { attributes: { name, first } }) => Float64Array.from(given[name] ?? first()),
  constant: (_, { attributes: { values } }) => Float64Array.from(values),
  add: elementwise((a, b) => a! + b!),
  sub: elementwise((a, b) => a! - b!),
  mul: elementwise((a, b) => a! * b!),
  div: elementwise((a, b) => a! / b!),
  maximum: elementwise((a, b) => Math.max(a!, b!)),
  neg: elementwise((x) => -x!),
  exp: elementwise((x) => Math.exp(x!)),
  log: elementwise((x) => Math.log(x!)),
  sqrt: elementwise((x) => Math.sqrt(x!)),
  erf: elementwise((x) => erf(x!)),
  tanh: elementwise((x) => Math.tanh(x!)),
  sigmoid: elementwise((x) => 1 / (1 + Math.exp(-x!))),
  softplus: elementwise((x) => Math.max(x!, 0) + Math.log1p(Math.exp(-Math.abs(x!)))),
  relu: elementwise((x) => Math.max(x!, 0)),
  clip: ([x], { attributes: { low, high } }) => x.map((value) => Math.min(Math.max(value, low), high)),
  cast: ([x], { type }) =>
    type === 'f32' || type === 'f16'
      ? x
      : type === 'bool'
        ? x.map((v) => Number(v !== 0))
        : x.map(Math.trunc),
  stopGradient: ([x]) => x,
  equal: elementwise((a, b) => Number(a === b)),
  greater: elementwise((a, b) => Number(a! > b!)),
  and: elementwise((a, b) => Number(a !== 0 && b !== 0)),
  not: elementwise((a) => Number(a === 0)),
  where: elementwise((condition, a, b) => (condition === 0 ? b! : a!)),
  sum: reduction(0, (total, value) => total + value),
  sumOfSquares: reduction(0, (total, value) => total + value * value),
  max: reduction(-Infinity, Math.max),
  broadcast: elementwise((x) => x!),
  reshape: ([x]) => x,
  transpose: ([x], { shape, inputs: [source], attributes: { permutation } }) => {
    const out = new Float64Array(x.length);
    everyIndex(shape, (index, flat) => {
      const from = source.shape.map((_, axis) => index[permutation.indexOf(axis)]!);
      out[flat] = x[flatten(from, source.shape)]!;
    });
    return out;
  },
  slice: ([x], { shape, inputs: [source], attributes: { starts, steps } }) => {
    const out = new Float64Array(sizeOf(shape));
    everyIndex(shape, (index, flat) => {
      out[flat] =
        x[
          flatten(
            index.map((i, axis) => starts[axis]! + i * steps[axis]!),
            source.shape,
          )
        ]!;
    });
    return out;
  },
  pad: ([x], { shape, inputs: [source], attributes: { before, value } }) => {
    const out = new Float64Array(sizeOf(shape)).fill(value);
    everyIndex(source.shape, (index, flat) => {
      out[
        flatten(
          index.map((i, axis) => i + before[axis]!),
          shape,
        )
      ] = x[flat]!;
    });
    return out;
  },
  concat: (parts, { shape, inputs, attributes: { axis } }) => {
    const out = new Float64Array(sizeOf(shape));
    let start = 0;
    for (const [part, values] of parts.entries()) {
      const own = inputs[part]!.shape;
      everyIndex(own, (index, flat) => {
        out[
          flatten(
            index.map((i, at) => (at === axis ? i + start : i)),
            shape,
          )
        ] = values[flat]!;
      });
      start += own[axis]!;
    }
    return out;
  },
  matmul: ([a, b], { shape, inputs, attributes: { transposeA, transposeB } }) => {
    const out = new Float64Array(sizeOf(shape));
    const inner = inputs[0].shape.at(transposeA ? -2 : -1)!;
    everyIndex(shape, (index, flat) => {
      const [row, column] = [index.at(-2)!, index.at(-1)!];
      for (let k = 0; k < inner; k++)
        out[flat]! +=
          a[matrixPlace(index, row, k, inputs[0], transposeA)]! *
          b[matrixPlace(index, k, column, inputs[1], transposeB)]!;
    });
    return out;
  },
  softmax: ([x], { shape }) => {
    const width = shape.at(-1)!;
    const out = new Float64Array(x.length);
    for (let start = 0; start < x.length; start += width) {
      const row = x.subarray(start, start + width);
      const shifted = row.map((value) => Math.exp(value - Math.max(...row)));
      const total = shifted.reduce((sum, value) => sum + value);
      out.set(
        shifted.map((value) => value / total),
        start,
      );
    }
    return out;
  },
  conv: ([x, filters], { shape, inputs, attributes }) => {
    const out = new Float64Array(sizeOf(shape));
    everyJoin(attributes, inputs[0].shape, inputs[1].shape, shape, (image, filter, result) => {
      out[result]! += x[image]! * filters[filter]!;
    });
    return out;
  },
  convInput: ([g, filters], { shape, inputs, attributes }) => {
    const out = new Float64Array(sizeOf(shape));
    everyJoin(attributes, shape, inputs[1].shape, inputs[0].shape, (image, filter, result) => {
      out[image]! += g[result]! * filters[filter]!;
    });
    return out;
  },
  convFilter: ([x, g], { shape, inputs, attributes }) => {
    const out = new Float64Array(sizeOf(shape));
    everyJoin(attributes, inputs[0].shape, shape, inputs[1].shape, (image, filter, result) => {
      out[filter]! += x[image]! * g[result]!;
    });
    return out;
  },
  gather: ([x, indices], { shape, inputs: [source] }) => {
    const width = sizeOf(source.shape.slice(1));
    const out = new Float64Array(sizeOf(shape));
    indices.forEach((row, i) => out.set(x.subarray(row * width, (row + 1) * width), i * width));
    return out;
  },
  scatter: ([x, indices, rows], { inputs: [source], attributes: { duplicates } }) => {
    const width = sizeOf(source.shape.slice(1));
    const out = x.slice();
    for (const [i, row] of indices.entries())
      for (let j = 0; j < width; j++) {
        const at = row * width + j;
        out[at] = rows[i * width + j]! + (duplicates === 'add' ? out[at]! : 0);
      }
    return out;
  },
});
