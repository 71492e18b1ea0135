/**
 * Spellings of the gradient of a convolution by its filters: x [N, C, H, W], g [N, O, H', W'] → [O, C / groups, kh, kw].
 * All are exact; onnx-conv.ts says which is fast where.
 */
import type { OnnxWriter } from './onnx-writer.ts';
import type { Node } from './tensor.ts';

/** Batch or outputs, channels, rows, columns. */
export type Image = readonly [number, number, number, number];

type FilterSpelling = (to: OnnxWriter, x: string, g: string, node: Node<'convFilter'>) => string;

/**
 * For every place of the filter, the part of the image it saw, times g; the photos are laid side by side first, so that
 * each place is one product: g [O, NH'W'] · part [C, NH'W']ᵀ.
 */
const sideBySide: FilterSpelling = (to, x, g, node) => {
  const [batch, outputs, rows, columns] = node.inputs[1].shape as Image;
  const [, channels] = node.inputs[0].shape as Image;
  const perm = [1, 0, 2, 3];
  const beside = (name: string, count: number) =>
    to.node('Reshape', [name, to.sizes([count, batch * rows * columns])]);
  const flat = beside(to.node('Transpose', [g], { perm }), outputs);
  const image = to.node('Transpose', [bordered(to, x, node)], { perm });
  const products = partsOf(to, image, node).map((part) =>
    to.node('Gemm', [flat, beside(part, channels)], { transB: 1 }),
  );
  return placed(to, products, node);
};

/**
 * The filter gradient is itself a convolution of the image with g for a filter, photos in the place of channels, stride
 * and dilation exchanged: [C, N, H, W] * [O, N, H', W'] → [C, O, kh, kw].
 */
const swappedAxes: FilterSpelling = (to, x, g, node) => {
  const perm = [1, 0, 2, 3];
  const images = [to.node('Transpose', [x], { perm }), to.node('Transpose', [g], { perm })];
  return to.node('Transpose', [dilated(to, images, node, {})], { perm });
};

/** Depthwise: every channel of every photo is a group of its own, g its filter; summed over photos. */
const groups: FilterSpelling = (to, x, g, node) => {
  const [batch, channels, height, width] = node.inputs[0].shape as Image;
  const [, , rows, columns] = node.inputs[1].shape as Image;
  const [, , kh, kw] = node.shape as Image;
  const images = [
    to.node('Reshape', [x, to.sizes([1, batch * channels, height, width])]),
    to.node('Reshape', [g, to.sizes([batch * channels, 1, rows, columns])]),
  ];
  const each = dilated(to, images, node, { group: batch * channels });
  const photos = to.node('Reshape', [each, to.sizes([batch, channels, kh, kw])]);
  const total = to.node('ReduceSum', [photos, to.sizes([0])], { keepdims: 0 });
  return to.node('Reshape', [total, to.sizes([channels, 1, kh, kw])]);
};

/**
 * Depthwise at stride 1: for each row of the filter, xᵀ · g over the image's height gives every pair of columns; the
 * pairs at distance j are the filter's column j, picked out by one product with a constant mask of zeros and ones.
 */
const rows: FilterSpelling = (to, x, g, node) => {
  const [, channels, , width] = node.inputs[0].shape as Image;
  const [, , high, columns] = node.inputs[1].shape as Image;
  const [, , kh, kw] = node.shape as Image;
  const wide = width + 2 * node.attributes.padding;
  const mask = new Float32Array(wide * columns * kw);
  for (let column = 0; column < columns; column++)
    for (let j = 0; j < kw; j++) mask[((column + j) * columns + column) * kw + j] = 1;
  const pick = to.constant(mask, node.type, [wide * columns, kw]);
  const room = bordered(to, x, node);
  const bands = Array.from({ length: kh }, (_, i) => {
    const part = to.node('Slice', [room, to.sizes([i]), to.sizes([i + high]), to.sizes([2]), to.sizes([1])]);
    const pairs = to.node('MatMul', [to.node('Transpose', [part], { perm: [0, 1, 3, 2] }), g]);
    const total = to.node('ReduceSum', [pairs, to.sizes([0])], { keepdims: 0 });
    const band = to.node('MatMul', [to.node('Reshape', [total, to.sizes([channels, wide * columns])]), pick]);
    return to.node('Reshape', [band, to.sizes([channels, 1, 1, kw])]);
  });
  return joined(to, bands, 2);
};

export const filterSpellings = { sideBySide, swappedAxes, groups, rows } as const;

/** x with its border of zeros. */
function bordered(to: OnnxWriter, x: string, { attributes: { padding }, type }: Node<'convFilter'>): string {
  if (padding === 0) return x;
  const border = to.sizes([0, 0, padding, padding, 0, 0, padding, padding]);
  return to.node('Pad', [x, border, to.constant([0], type, [])]);
}

/** For every place of the filter, row by row, the part of the image that it is laid over, [.., .., H', W']. */
function partsOf(to: OnnxWriter, image: string, node: Node<'convFilter'>): string[] {
  const { stride } = node.attributes;
  const [, , high, wide] = node.inputs[1].shape as Image;
  const [, , kh, kw] = node.shape as Image;
  const end = (start: number, count: number) => start + (count - 1) * stride + 1;
  return Array.from({ length: kh * kw }, (_, tap) => {
    const [i, j] = [Math.floor(tap / kw), tap % kw];
    const bounds = [to.sizes([i, j]), to.sizes([end(i, high), end(j, wide)])];
    return to.node('Slice', [image, ...bounds, to.sizes([2, 3]), to.sizes([stride, stride])]);
  });
}

/** Products [O, C] of all places, put where they belong: [O, C, kh, kw]. */
function placed(to: OnnxWriter, products: readonly string[], { shape }: Node<'convFilter'>): string {
  const [outputs, channels] = shape as Image;
  const columns = products.map((product) => to.node('Reshape', [product, to.sizes([outputs, channels, 1])]));
  return to.node('Reshape', [joined(to, columns, 2), to.sizes(shape)]);
}

const joined = (to: OnnxWriter, parts: readonly string[], axis: number) =>
  parts.length === 1 ? parts[0]! : to.node('Concat', parts, { axis });

/** The convolution of an image with g for a filter, stride as dilation. Rows that no step of the forward one reached are cut. */
function dilated(
  to: OnnxWriter,
  images: readonly string[],
  node: Node<'convFilter'>,
  attributes: { readonly group?: number },
): string {
  const { stride, padding } = node.attributes;
  const [, , height, width] = node.inputs[0].shape as Image;
  const [, , high, wide] = node.inputs[1].shape as Image;
  const [, , kh, kw] = node.shape as Image;
  const after = (size: number, given: number, kernel: number) =>
    Math.max(0, (given - 1) * stride + kernel - size - padding);
  const made = to.node('Conv', images, {
    kernel_shape: [high, wide],
    dilations: [stride, stride],
    pads: [padding, padding, after(height, high, kh), after(width, wide, kw)],
    ...attributes,
  });
  const bounds = [to.sizes([0, 0]), to.sizes([kh, kw])];
  return to.node('Slice', [made, ...bounds, to.sizes([2, 3]), to.sizes([1, 1])]);
}
