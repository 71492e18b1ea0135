import { add, div, mul, relu, sqrt, square, sub } from '../graph/ops/elementwise.ts';
import { mean, sumOfSquares, variance } from '../graph/ops/reduce.ts';
import { reshape } from '../graph/ops/shape.ts';
import { ShapeError, type Tensor } from '../graph/tensor.ts';
import { blend } from './momentum-encoder.ts';
import { type Layer, type Pass, type Weights, ones, zeros } from './weights.ts';

export interface BatchNormOptions {
  /** Learned gain and shift after normalising: both when left out. */
  readonly affine?: 'both' | 'gain' | 'none';
  readonly epsilon?: number;
  /** Share of the new batch in the running statistics. */
  readonly momentum?: number;
}

/** y = x · scale + shift, a channel each. */
export interface Affine {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/**
 * Batch normalisation as the scale and shift that it comes to: by the batch's statistics in training, by the running
 * ones otherwise. Ioffe, Szegedy 2015, arXiv 1502.03167; normalises with the biased variance and records the unbiased.
 * @returns from x [N, C] or [N, C, H, W] to two tensors that broadcast against it.
 */
export function batchNormAffine(
  at: Weights,
  channels: number,
  options: BatchNormOptions = {},
): (x: Tensor, pass: Pass) => Affine {
  const { affine = 'both', epsilon = 1e-5, momentum = 0.1 } = options;
  const gain = affine === 'none' ? null : at.parameter('gain', [channels], ones);
  const offset = affine === 'both' ? at.parameter('shift', [channels], zeros) : null;
  const running = {
    mean: at.buffer('mean', [channels], zeros),
    variance: at.buffer('variance', [channels], ones),
  };

  function statistics(x: Tensor, pass: Pass) {
    if (!pass.training) return running;
    const batch = batchStatistics(x, channels);
    const count = x.size / channels;
    const unbiased = mul(batch.variance, count / Math.max(count - 1, 1));
    pass.update(running.mean, blend(pass.latest(running.mean), batch.mean, 1 - momentum));
    pass.update(running.variance, blend(pass.latest(running.variance), unbiased, 1 - momentum));
    return batch;
  }

  return (x, pass) => {
    if ((x.rank !== 2 && x.rank !== 4) || x.shape[1] !== channels)
      throw new ShapeError('batchNorm', [x], `takes [N, ${channels}] or [N, ${channels}, H, W]`);
    const now = statistics(x, pass);
    const inverse = div(1, sqrt(add(now.variance, epsilon)));
    const scale = gain ? mul(gain, inverse) : inverse;
    const centre = mul(now.mean, scale);
    const perChannel = (v: Tensor) => (x.rank === 2 ? v : reshape(v, [1, channels, 1, 1]));
    return { scale: perChannel(scale), shift: perChannel(offset ? sub(offset, centre) : sub(0, centre)) };
  };
}

/**
 * Mean and biased variance of each channel, [C]. For images in one pass over x, as E[x²] - E[x]²: the gradient then is
 * four passes as well, and what float32 loses is small as long as a mean is not many deviations from 0. Rows are few, so
 * there the differences are squared.
 */
function batchStatistics(x: Tensor, channels: number): { mean: Tensor; variance: Tensor } {
  if (x.rank === 2)
    return { mean: reshape(mean(x, 0), [channels]), variance: reshape(variance(x, 0), [channels]) };
  const axes = [0, 2, 3];
  const average = reshape(mean(x, axes), [channels]);
  const squares = div(reshape(sumOfSquares(x, axes), [channels]), x.size / channels);
  return { mean: average, variance: relu(sub(squares, square(average))) };
}

/** Batch normalisation of x [N, C] or [N, C, H, W]. A run must refuse batches of one: they have no variance. */
export function batchNorm(at: Weights, channels: number, options: BatchNormOptions = {}): Layer {
  const affine = batchNormAffine(at, channels, options);
  return (x, pass) => {
    const { scale, shift } = affine(x, pass);
    return add(mul(x, scale), shift);
  };
}
