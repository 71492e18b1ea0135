/**
 * A trained network as a model that takes photos as another encoder takes them: at that one's side and with its normalisation,
 * which is undone in front. So one prepared photo serves both.
 */
import type { ImageCard } from '../../models/card.ts';
import type { Numbers } from '../engines/engine.ts';
import type { Compute } from '../graph/fix-weights.ts';
import { finishedModel } from '../graph/finished-model.ts';
import { add, clip, mul, sub } from '../graph/ops/elementwise.ts';
import { unit } from '../graph/ops/length.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { type Tensor, constant, input } from '../graph/tensor.ts';
import type { Description } from '../methods/method.ts';
import { Pass } from '../modules/weights.ts';
import { Resampler } from '../transforms/matrices.ts';
import type { Statistics } from '../transforms/view.ts';

export interface NetworkModelOptions {
  /** How the base takes photos. */
  readonly image: ImageCard;
  /** Images [B, 3, S', S'] → [B, D], over the weights that `values` are of. */
  readonly encode: (images: Tensor, pass: Pass) => Description;
  /** S', px, and how the network was shown pixels. */
  readonly side: number;
  readonly statistics: Statistics;
  readonly values: ReadonlyMap<string, Numbers>;
  readonly compute: Compute;
}

export const networkModelNames = { input: 'image', output: 'features' } as const;

/** @returns an ONNX model, images [N, 3, S, S] of the base → features [N, D] of unit length, N any number; and D. */
export async function networkModel({
  image,
  encode,
  side,
  statistics,
  values,
  compute,
}: NetworkModelOptions) {
  const { size } = image;
  const features = (batch: number) => {
    const images = input(networkModelNames.input, [batch, 3, size, size]);
    const shown = normalised(resized(bytesOf(images, image), size, side), statistics);
    return unit(encode(shown, new Pass({ training: false })).features);
  };
  const model = await finishedModel(
    (batch) => ({ [networkModelNames.output]: features(batch) }),
    values,
    compute,
  );
  return { model, dim: features(1).shape[1]! };
}

const white = 255;
const perChannel = (values: readonly number[]) => constant(values, [3, 1, 1]);

/** The scale 0..255 again. */
const bytesOf = (images: Tensor, { mean, std }: ImageCard) =>
  add(mul(images, perChannel(std)), perChannel(mean));

/** As the views of a training are resampled; a view's matrices are products from both sides. */
function resized(images: Tensor, size: number, side: number): Tensor {
  if (size === side) return images;
  const rows = new Float32Array(side * size);
  new Resampler(size, side).write({ start: 0, length: size, flip: false, sigma: 0 }, rows, {
    first: 0,
    viewStride: size,
    sourceStride: 1,
  });
  const matrix = constant(rows, [side, size]);
  return clip(matmul(matrix, matmul(images, matrix, { transposeB: true })), 0, white);
}

const normalised = (images: Tensor, { mean, std }: Statistics) =>
  sub(
    mul(images, perChannel(std.map((each) => 1 / (white * each)))),
    perChannel(mean.map((each, i) => each / std[i]!)),
  );
