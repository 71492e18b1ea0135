/**
 * Two-dimensional convolution and the two products that undo it, NCHW. The three are closed under differentiation:
 * each is linear in both operands, and its gradients are the other two. How an engine computes the two backward
 * products is its own choice (see onnx-conv.ts).
 */
import { type Shape, ShapeError, type Tensor, type Window, node } from '../tensor.ts';
import { floating } from './elementwise.ts';
import type { Gradients } from './table.ts';

export interface ConvOptions {
  /** 1 when left out. */
  readonly stride?: number;
  /** Rows and columns of zeros on every side; 0 when left out. */
  readonly padding?: number;
  /** 1 when left out, or the number of channels: a depthwise convolution, each channel by itself. */
  readonly groups?: number;
}

/**
 * x [N, C, H, W] with filters [O, C / groups, kh, kw] → [N, O, H', W'], H' = floor((H + 2 padding - kh) / stride) + 1.
 * @throws ShapeError when channels do not fit the filters and groups, or nothing is left of the image.
 */
export function conv(x: Tensor, filters: Tensor, options: ConvOptions = {}): Tensor {
  const { stride = 1, padding = 0, groups = 1 } = options;
  const [batch, channels, height, width] = x.shape;
  const [out, perGroup, kh, kw] = filters.shape;
  const fits = groups === 1 ? channels === perGroup : channels === groups && out === groups && perGroup === 1;
  if (x.rank !== 4 || filters.rank !== 4 || !fits)
    throw new ShapeError('conv', [x, filters], `channels do not fit ${groups} groups of filters`);
  const size = (side: number, kernel: number) => Math.floor((side + 2 * padding - kernel) / stride) + 1;
  const shape = [batch!, out!, size(height!, kh!), size(width!, kw!)];
  if (shape.some((each) => each < 1))
    throw new ShapeError('conv', [x, filters], 'the filter is larger than the image');
  return node(
    'conv',
    [floating('conv', x), floating('conv', filters)],
    { stride, padding, groups },
    shape,
    'f32',
  );
}

/** The gradient of conv by its image: g [N, O, H', W'] spread by the filters over [N, C, H, W]. */
export function convInput(g: Tensor, filters: Tensor, shape: Shape, window: Window): Tensor {
  return node('convInput', [g, filters], window, shape, 'f32');
}

/** The gradient of conv by its filters: every tap's correlation of x [N, C, H, W] with g [N, O, H', W']. */
export function convFilter(x: Tensor, g: Tensor, shape: Shape, window: Window): Tensor {
  return node('convFilter', [x, g], window, shape, 'f32');
}

export const convGradients = {
  conv: (g, { inputs: [x, filters], attributes }) => [
    convInput(g, filters, x.shape, attributes),
    convFilter(x, g, filters.shape, attributes),
  ],
  convInput: (g, { inputs: [back, filters], attributes }) => [
    conv(g, filters, attributes),
    convFilter(g, back, filters.shape, attributes),
  ],
  convFilter: (g, { inputs: [x, back], attributes }) => [
    convInput(back, g, x.shape, attributes),
    conv(x, g, attributes),
  ],
} satisfies Partial<Gradients>;
