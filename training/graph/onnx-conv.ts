/**
 * The backward convolutions spelled in ONNX inference operations. Each has several exact spellings, whose speed differs
 * by engine and shape. Measured on the CPU provider, one thread of an EPYC with AVX-512, 32 photos, in multiples of the
 * forward Conv's time (`node bench/training-convolutions.ts`):
 *
 *                          64 channels, 32²   128, 16²   256, 8²   512, 4²   3 to 64, 32²   64 to 128, 32², stride 2
 *   image: transposed            1.4            1.1        1.3       1.6         0.9               1.3
 *          turned                0.7            1.0        1.2       1.4         2.4                -
 *          turnedByProduct       0.7            1.0        1.1       1.2         2.4                -
 *   filters: sideBySide          0.8            1.0        1.1       1.3         2.3               1.6
 *          swappedAxes           2.4            2.6        2.5       1.6         1.4               2.8
 *
 * Depthwise, 192 channels, 28²: image turned 1.3, transposed 2.6; filters rows 2.7, groups 4.9, at stride 2 groups 2.1.
 */
import { type Image, filterSpellings } from './onnx-conv-filters.ts';
import type { OnnxWriter, Plan } from './onnx-writer.ts';
import type { Node, Window } from './tensor.ts';

export function convAttributes({ stride, padding, groups }: Window, filters: readonly number[]) {
  return {
    kernel_shape: filters.slice(2),
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    group: groups,
  };
}

/** d loss / d image of conv: g [N, O, H', W'], filters [O, C / groups, kh, kw] → [N, C, H, W]. */
export function imageGradient(
  to: OnnxWriter,
  g: string,
  filters: string,
  node: Node<'convInput'>,
  plan: Plan,
): string {
  const { stride, padding } = node.attributes;
  const [, , kh, kw] = node.inputs[1].shape as Image;
  const turnable = stride === 1 && kh > padding && kw > padding;
  if (!turnable) return imageSpellings.transposed(to, g, filters, node);
  const dense = plan === 'measured' && node.attributes.groups === 1 && kh * kw > 1;
  return imageSpellings[dense ? 'turnedByProduct' : 'turned'](to, g, filters, node);
}

/** d loss / d filters of conv: x [N, C, H, W], g [N, O, H', W'] → [O, C / groups, kh, kw]. */
export function filterGradient(
  to: OnnxWriter,
  x: string,
  g: string,
  node: Node<'convFilter'>,
  plan: Plan,
): string {
  const { stride, groups } = node.attributes;
  const [, channels, kh, kw] = node.shape as Image;
  const swapped = kh * kw > 1 && (plan === 'compact' || channels <= 4);
  const dense = swapped ? 'swappedAxes' : 'sideBySide';
  const depthwise = plan === 'measured' && stride === 1 ? 'rows' : 'groups';
  return filterSpellings[groups > 1 ? depthwise : dense](to, x, g, node);
}

type ImageSpelling = (to: OnnxWriter, g: string, filters: string, node: Node<'convInput'>) => string;

/** ConvTranspose; what the strides left over at the bottom comes back by its output padding. */
const transposed: ImageSpelling = (to, g, filters, node) => {
  const { stride, padding } = node.attributes;
  const [, , rows, columns] = node.inputs[0].shape as Image;
  const [, , kh, kw] = node.inputs[1].shape as Image;
  const [, , height, width] = node.shape as Image;
  const left = (size: number, given: number, kernel: number) =>
    size - ((given - 1) * stride - 2 * padding + kernel);
  return to.node('ConvTranspose', [g, filters], {
    ...convAttributes(node.attributes, node.inputs[1].shape),
    output_padding: [left(height, rows, kh), left(width, columns, kw)],
  });
};

/** For stride 1: a convolution with the filters turned by half a turn, inputs and outputs changing places. */
const turned: ImageSpelling = (to, g, filters, node) => {
  const { groups } = node.attributes;
  const [, , kh, kw] = node.inputs[1].shape as Image;
  const swapped = groups > 1 ? filters : to.node('Transpose', [filters], { perm: [1, 0, 2, 3] });
  const [from, until] = [to.sizes([-1, -1]), to.sizes([-kh - 1, -kw - 1])];
  const half =
    kh * kw === 1 ? swapped : to.node('Slice', [swapped, from, until, to.sizes([2, 3]), to.sizes([-1, -1])]);
  return withTurned(to, g, half, node);
};

/** The same, turned by a product with ones on the other diagonal: twice as fast as a slice that counts backwards. */
const turnedByProduct: ImageSpelling = (to, g, filters, node) => {
  const [outputs, channels, kh, kw] = node.inputs[1].shape as Image;
  const taps = kh * kw;
  const ones = Float32Array.from({ length: taps * taps }, (_, i) =>
    Number(Math.floor(i / taps) + (i % taps) === taps - 1),
  );
  const rows = to.node('Reshape', [filters, to.sizes([outputs * channels, taps])]);
  const half = to.node('MatMul', [rows, to.constant(ones, node.type, [taps, taps])]);
  const places = to.node('Reshape', [half, to.sizes([outputs, channels, taps])]);
  const swapped = to.node('Transpose', [places], { perm: [1, 0, 2] });
  return withTurned(to, g, to.node('Reshape', [swapped, to.sizes([channels, outputs, kh, kw])]), node);
};

function withTurned(to: OnnxWriter, g: string, half: string, node: Node<'convInput'>): string {
  const { padding, groups } = node.attributes;
  const [, , kh, kw] = node.inputs[1].shape as Image;
  const [top, side] = [kh - 1 - padding, kw - 1 - padding];
  return to.node('Conv', [g, half], { kernel_shape: [kh, kw], pads: [top, side, top, side], group: groups });
}

export const imageSpellings = { transposed, turned, turnedByProduct } as const;
