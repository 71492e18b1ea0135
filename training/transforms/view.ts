/** The graph of a view: bytes of photos to what a network sees. */
import { add, cast, clip, minimum, mul, sub } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { mean } from '../graph/ops/reduce.ts';
import { reshape } from '../graph/ops/shape.ts';
import { ShapeError, type Tensor, constant, input } from '../graph/tensor.ts';
import { changesColour, inputName } from './view-inputs.ts';
import type { ViewRecipe } from './view-recipe.ts';

/** Per channel, RGB, of values from 0 to 1; an encoder's card has them. */
export interface Statistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** What most papers use: mean and deviation of ImageNet's training photos. */
export const imagenetStatistics: Statistics = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
/** SimCLR's: values from 0 to 1 as they are. */
export const plainStatistics: Statistics = { mean: [0, 0, 0], std: [1, 1, 1] };

/**
 * One view of each photo. All that differs from photo to photo comes in as inputs (view-inputs.ts), drawn by
 * `drawView`. The order is that of the papers, with blur before the colours: both are linear, so that it does not
 * matter but for the mean colour, which a blur moves at the edge only.
 * @param photos  [B, 3, C, C] bytes, the whole photo squashed to a square; not read by a recipe that rotates.
 * @returns [B, 3, S, S], normalised.
 * Cost: 6 C S (C + S) operations a photo, 0.1 GFLOP at C = 256, S = 160.
 */
export function viewOf(recipe: ViewRecipe, photos: Tensor<'u8'>, statistics: Statistics): Tensor {
  const [, channels, source, width] = photos.shape;
  if (photos.rank !== 4 || channels !== 3 || source !== width)
    throw new ShapeError('viewOf', [photos], 'takes photos [B, 3, C, C]');
  const bytes = recipe.rotation ? input(inputName(recipe, 'photos'), photos.shape, 'u8') : photos;
  const cropped = crop(recipe, cast(bytes, 'f32'));
  // Here the cubic kernel's overshoot goes too.
  const coloured = clip(changesColour(recipe) ? recoloured(recipe, cropped) : cropped, 0, white);
  const view = recipe.solarize > 0 ? solarized(recipe, coloured) : coloured;
  const { mean: centre, std } = statistics;
  return sub(
    mul(view, perChannel(std.map((each) => 1 / (white * each)))),
    perChannel(centre.map((each, i) => each / std[i]!)),
  );
}

const white = 255;

const perChannel = (values: readonly number[]) => constant(values, [3, 1, 1]);

/** [B, 3, C, C] → [B, 3, S, S]. Columns first: one large product a photo in the place of three. */
function crop(recipe: ViewRecipe, photos: Tensor): Tensor {
  const [batch, , source] = photos.shape as [number, number, number];
  const { side } = recipe;
  const columns = input(inputName(recipe, 'columns'), [batch, source, side]);
  const rows = input(inputName(recipe, 'rows'), [batch, 1, side, source]);
  const narrow = matmul(reshape(photos, [batch, 3 * source, source]), columns);
  return matmul(rows, reshape(narrow, [batch, 3, source, side]));
}

/** y = P x + N μ of every pixel, μ the view's mean colour. */
function recoloured(recipe: ViewRecipe, view: Tensor): Tensor {
  const batch = view.shape[0]!;
  const pixels = reshape(view, [batch, 3, -1]);
  const own = matmul(input(inputName(recipe, 'pixel'), [batch, 3, 3]), pixels);
  const shared = matmul(input(inputName(recipe, 'mean'), [batch, 3, 3]), mean(pixels, -1));
  return reshape(add(own, shared), view.shape);
}

/**
 * Values above the middle inverted, which makes a tent: the smaller of y and 255 - y. Where it is not wanted, the tent's
 * other side is moved beyond all values.
 */
function solarized(recipe: ViewRecipe, view: Tensor): Tensor {
  const wanted = input(inputName(recipe, 'solarize'), [view.shape[0]!]);
  const top = sub(3 * white, mul(2 * white, wanted));
  return minimum(view, sub(reshape(top, [-1, 1, 1, 1]), view));
}
