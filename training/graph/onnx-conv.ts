/**
 * The backward convolutions spelled in ONNX inference operations. Each has several exact spellings whose speed differs
 * by engine and shape (measured on the CPU provider, one thread, in multiples of the forward Conv's time):
 *
 *   by the image      ConvTranspose 0.9-1.3; for stride 1 depthwise a Conv with turned filters is 1.0 instead of 1.6-1.9
 *   by the filters    taps 0.8-1.3 at stride 1, 1.9 at stride 2; swapped axes 1.6 for three input channels (taps 2.7)
 *   depthwise, by the filters   rows 1.2-2.5 at stride 1; groups 1.7 at stride 2 (slices 2.7-3.7, products 4-5)
 */
import type { OnnxWriter } from './onnx-writer.ts';
import type { Node, Window } from './tensor.ts';

/**
 * Which spelling of the filter gradient to write. `measured`: the fastest on the CPU, by the table above. `compact`:
 * the fewest nodes, for engines where each node costs a shader to compile and a dispatch.
 */
export type ConvPlan = 'measured' | 'compact';

export function convAttributes({ stride, padding, groups }: Window, filters: readonly number[]) {
  return {
    kernel_shape: filters.slice(2),
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    group: groups,
  };
}

/** d loss / d image of conv: g [N, O, H', W'], filters [O, C / groups, kh, kw] → [N, C, H, W]. */
export function inputGradient(to: OnnxWriter, g: string, filters: string, node: Node<'convInput'>): string {
  const { stride, padding, groups } = node.attributes;
  const [, , rows, columns] = node.inputs[0].shape as readonly [number, number, number, number];
  const [, , kh, kw] = node.inputs[1].shape as readonly [number, number, number, number];
  const [, , height, width] = node.shape as readonly [number, number, number, number];
  if (stride === 1 && groups > 1 && kh - 1 >= padding && kw - 1 >= padding) {
    const turned = to.node('Slice', [
      filters,
      to.sizes([-1, -1]),
      to.sizes([-kh - 1, -kw - 1]),
      to.sizes([2, 3]),
      to.sizes([-1, -1]),
    ]);
    const [top, left] = [kh - 1 - padding, kw - 1 - padding];
    return to.node('Conv', [g, turned], {
      kernel_shape: [kh, kw],
      pads: [top, left, top, left],
      group: groups,
    });
  }
  const left = (size: number, given: number, kernel: number) =>
    size - ((given - 1) * stride - 2 * padding + kernel);
  return to.node('ConvTranspose', [g, filters], {
    ...convAttributes(node.attributes, node.inputs[1].shape),
    output_padding: [left(height, rows, kh), left(width, columns, kw)],
  });
}

/** d loss / d filters of conv: x [N, C, H, W], g [N, O, H', W'] → [O, C / groups, kh, kw]. */
export function filterGradient(
  to: OnnxWriter,
  x: string,
  g: string,
  node: Node<'convFilter'>,
  plan: ConvPlan,
): string {
  const { stride, groups } = node.attributes;
  const [, channels, kh, kw] = node.shape as readonly [number, number, number, number];
  if (groups > 1)
    return plan === 'measured' && stride === 1
      ? depthwiseRows(to, x, g, node)
      : depthwiseGroups(to, x, g, node);
  if (kh * kw > 1 && (plan === 'compact' || channels <= 4)) return swappedAxes(to, x, g, node);
  return taps(to, x, g, node);
}

/**
 * Swapped axes: the filter gradient is itself a convolution of the image with g for a filter, photos in the place of
 * channels, stride and dilation exchanged: [C, N, H, W] * [O, N, H', W'] → [C, O, kh, kw].
 */
function swappedAxes(to: OnnxWriter, x: string, g: string, node: Node<'convFilter'>): string {
  const { stride, padding } = node.attributes;
  const [, , height, width] = node.inputs[0].shape as readonly number[];
  const [, , rows, columns] = node.inputs[1].shape as readonly number[];
  const [, , kh, kw] = node.shape as readonly number[];
  const perm = [1, 0, 2, 3];
  // Rows at the bottom that no step of the convolution reached would give further taps: they are cut by a smaller pad.
  const after = (size: number, given: number, kernel: number) =>
    (given - 1) * stride + kernel - size - padding;
  const made = to.node('Conv', [to.node('Transpose', [x], { perm }), to.node('Transpose', [g], { perm })], {
    kernel_shape: [rows!, columns!],
    dilations: [stride, stride],
    pads: [
      padding,
      padding,
      ...[after(height!, rows!, kh!), after(width!, columns!, kw!)].map((pad) => Math.max(0, pad)),
    ],
  });
  const whole = to.node('Slice', [
    made,
    to.sizes([0, 0]),
    to.sizes([kh!, kw!]),
    to.sizes([2, 3]),
    to.sizes([1, 1]),
  ]);
  return to.node('Transpose', [whole], { perm });
}

/** Taps: for every place of the filter, the part of the image it saw, times g: Σₙ g [O, H'W'] · part [C, H'W']ᵀ. */
function taps(to: OnnxWriter, x: string, g: string, node: Node<'convFilter'>): string {
  const [batch, outputs, rows, columns] = node.inputs[1].shape as readonly [number, number, number, number];
  const [, channels] = node.inputs[0].shape as readonly [number, number];
  const [, , kh, kw] = node.shape as readonly [number, number, number, number];
  const flat = to.node('Reshape', [g, to.sizes([batch, outputs, rows * columns])]);
  const parts = partsOf(to, x, node).map((part) => {
    const turned = to.node(
      'Transpose',
      [to.node('Reshape', [part, to.sizes([batch, channels, rows * columns])])],
      { perm: [0, 2, 1] },
    );
    const product = to.node('ReduceSum', [to.node('MatMul', [flat, turned]), to.sizes([0])], { keepdims: 0 });
    return kh * kw === 1 ? product : to.node('Reshape', [product, to.sizes([outputs, channels, 1])]);
  });
  const joined = parts.length === 1 ? parts[0]! : to.node('Concat', parts, { axis: 2 });
  return to.node('Reshape', [joined, to.sizes([outputs, channels, kh, kw])]);
}

/** For every place of the filter, row by row, the [N, C, H', W'] of the image that it is laid over. */
function partsOf(to: OnnxWriter, x: string, node: Node<'convFilter'>): string[] {
  const { stride } = node.attributes;
  const [, , rows, columns] = node.inputs[1].shape as readonly [number, number, number, number];
  const [, , kh, kw] = node.shape as readonly [number, number, number, number];
  const room = bordered(to, x, node);
  const span = (start: number, count: number) => start + (count - 1) * stride + 1;
  return Array.from({ length: kh * kw }, (_, tap) => {
    const [i, j] = [Math.floor(tap / kw), tap % kw];
    const bounds = [to.sizes([i, j]), to.sizes([span(i, rows), span(j, columns)])];
    return to.node('Slice', [room, ...bounds, to.sizes([2, 3]), to.sizes([stride, stride])]);
  });
}

function bordered(to: OnnxWriter, x: string, { attributes: { padding }, type }: Node<'convFilter'>): string {
  if (padding === 0) return x;
  const border = to.sizes([0, 0, padding, padding, 0, 0, padding, padding]);
  return to.node('Pad', [x, border, to.constant([0], type, [])]);
}

/** Groups: every channel of every photo is a group of its own, g its filter with the stride as dilation; summed over photos. */
function depthwiseGroups(to: OnnxWriter, x: string, g: string, node: Node<'convFilter'>): string {
  const { stride, padding } = node.attributes;
  const [batch, channels, height, width] = node.inputs[0].shape as readonly [number, number, number, number];
  const [, , rows, columns] = node.inputs[1].shape as readonly [number, number, number, number];
  const [, , kh, kw] = node.shape as readonly [number, number, number, number];
  const after = (size: number, given: number, kernel: number) =>
    Math.max(0, (given - 1) * stride + kernel - size - padding);
  const made = to.node(
    'Conv',
    [
      to.node('Reshape', [x, to.sizes([1, batch * channels, height, width])]),
      to.node('Reshape', [g, to.sizes([batch * channels, 1, rows, columns])]),
    ],
    {
      kernel_shape: [rows, columns],
      dilations: [stride, stride],
      pads: [padding, padding, after(height, rows, kh), after(width, columns, kw)],
      group: batch * channels,
    },
  );
  const whole = to.node('Slice', [
    made,
    to.sizes([0, 0]),
    to.sizes([kh, kw]),
    to.sizes([2, 3]),
    to.sizes([1, 1]),
  ]);
  const photos = to.node('Reshape', [whole, to.sizes([batch, channels, kh, kw])]);
  const total = to.node('ReduceSum', [photos, to.sizes([0])], { keepdims: 0 });
  return to.node('Reshape', [total, to.sizes([channels, 1, kh, kw])]);
}

/**
 * Rows, for stride 1: for each row of the filter, xᵀ · g over the image's height gives every pair of columns; the pairs
 * at distance j are the filter's column j, picked out by one product with a constant mask of zeros and ones.
 */
function depthwiseRows(to: OnnxWriter, x: string, g: string, node: Node<'convFilter'>): string {
  const { padding } = node.attributes;
  const [, channels, , width] = node.inputs[0].shape as readonly [number, number, number, number];
  const [, , rows, columns] = node.inputs[1].shape as readonly [number, number, number, number];
  const [, , kh, kw] = node.shape as readonly [number, number, number, number];
  const room = bordered(to, x, node);
  const wide = width + 2 * padding;
  const mask = new Float32Array(wide * columns * kw);
  for (let column = 0; column < columns; column++)
    for (let j = 0; j < kw; j++) mask[((column + j) * columns + column) * kw + j] = 1;
  const pick = to.constant(mask, node.type, [wide * columns, kw]);
  const bands = Array.from({ length: kh }, (_, i) => {
    const part = to.node('Slice', [room, to.sizes([i]), to.sizes([i + rows]), to.sizes([2]), to.sizes([1])]);
    const pairs = to.node('MatMul', [to.node('Transpose', [part], { perm: [0, 1, 3, 2] }), g]);
    const total = to.node('ReduceSum', [pairs, to.sizes([0])], { keepdims: 0 });
    const taps = to.node('MatMul', [to.node('Reshape', [total, to.sizes([channels, wide * columns])]), pick]);
    return to.node('Reshape', [taps, to.sizes([channels, 1, 1, kw])]);
  });
  return bands.length === 1 ? bands[0]! : to.node('Concat', bands, { axis: 2 });
}
