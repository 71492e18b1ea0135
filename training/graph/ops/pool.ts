import { ShapeError, type Tensor } from '../tensor.ts';
import { maximum } from './elementwise.ts';
import { pad, slice } from './shape.ts';
import { masked } from './softmax.ts';

/**
 * The largest value of every window: x [N, C, H, W] → [N, C, H', W'], H' = floor((H + 2 padding - size) / stride) + 1.
 * Taken along columns first, then along rows, so that of equal values the first in reading order gets the gradient.
 * Spelled with slices: no engine's pooling hands back the places that a gradient needs on every device.
 */
export function maxPool(
  x: Tensor,
  { size, stride, padding = 0 }: { size: number; stride: number; padding?: number },
): Tensor {
  if (x.rank !== 4) throw new ShapeError('maxPool', [x], 'takes images [N, C, H, W]');
  const border = [0, 0, padding, padding];
  return [3, 2].reduce(
    (image, axis) => {
      const count = Math.floor((image.shape[axis]! - size) / stride) + 1;
      const shifted = Array.from({ length: size }, (_, i) =>
        slice(image, axis, i, i + (count - 1) * stride + 1, stride),
      );
      return shifted.reduce(maximum);
    },
    pad(x, border, border, masked),
  );
}
