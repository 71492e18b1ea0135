import {
  and,
  cast,
  div,
  greater,
  maximum,
  mul,
  neg,
  not,
  stopGradient,
  sub,
  where,
} from '../graph/ops/elementwise.ts';
import { max, sum } from '../graph/ops/reduce.ts';
import { argMax, at, pick } from '../graph/ops/select.ts';
import { squeeze, unsqueeze } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { diagonal, sameGroup } from './cross-entropy.ts';
import { oneEach } from './refuse.ts';
import { type TripletOptions, hinge } from './triplet.ts';
import { distance, squaredDistance, unit } from '../graph/ops/length.ts';

/** Smaller than any distance, and (negated) larger: what is not to be chosen. */
const never = -1e30;

/**
 * Batch-hard triplets: every photo against its farthest positive and its nearest negative in the batch.
 * @param x  [B, D]. @param labels  [B], who is on the photo. Choices carry no gradient; equal distances go to the lowest index.
 * @returns `loss`, mean over the anchors that have both, 0 when there are none; `anchors`, their number;
 *   `hardestPositive` and `hardestNegative` [B]; `active`. A loss that stays at the margin (or log 2) is collapse.
 * Cost: [B, B, D] float32 for exact distances, 32 MiB at B = 128, D = 512.
 * Source: Hermans, Beyer, Leibe 2017, equation 5, arXiv 1703.07737.
 */
export function batchHard(x: Tensor, labels: Tensor<'i32'>, options: TripletOptions) {
  const { between, positive, negative, any } = compareAll('batchHard', x, labels, options);
  const fixed = stopGradient(between);
  const hardestPositive = argMax(where(positive, fixed, never));
  const hardestNegative = argMax(where(negative, neg(fixed), never));
  const perAnchor = hinge(
    sub(pick(between, hardestPositive), pick(between, hardestNegative)),
    options.margin,
  );
  const valid = squeeze(and(any(positive), any(negative)), -1);
  return { ...meanOf(perAnchor, valid), hardestPositive, hardestNegative };
}

/**
 * Semi-hard triplets: for every ordered pair of one label, the nearest negative that is farther than the positive;
 * where there is none, the farthest negative.
 * @param x  [B, D]. @param labels  [B].
 * @param comparable  [B, B], 0 or 1: whether it is known that two of different labels are different; all are when left out.
 * @returns `loss`, mean over those pairs, 0 when there are none; `anchors`, the number of pairs; `chosen` [B, B], the
 *   negative of each (anchor, positive); `active`.
 * Cost: [B, B, B] float32, 8 MiB at B = 128, besides the distances.
 * Source: Schroff et al. 2015 (FaceNet) in the form of TensorFlow Addons' triplet_semihard_loss.
 */
export function batchSemiHard(
  x: Tensor,
  labels: Tensor<'i32'>,
  options: TripletOptions,
  comparable: Tensor | null = null,
) {
  const { between, positive, any, ...all } = compareAll('batchSemiHard', x, labels, options);
  const negative = comparable ? and(all.negative, greater(comparable, 0.5)) : all.negative;
  const fixed = stopGradient(between);
  const toNegative = unsqueeze(fixed, 1); // [B, 1, B]: distance of anchor to every n, for each p
  const beyond = and(unsqueeze(negative, 1), greater(toNegative, unsqueeze(fixed, 2))); // [B, B, B]
  const nearestBeyond = argMax(where(beyond, neg(toNegative), never));
  const farthest = unsqueeze(argMax(where(negative, fixed, never)), 1); // [B, 1]
  const found = squeeze(any(beyond), -1);
  const chosen = cast(where(found, cast(nearestBeyond, 'f32'), cast(farthest, 'f32')), 'i32');
  const apart = squeeze(sum(where(at(chosen, x.shape[0]!), unsqueeze(between, 1), 0), -1), -1);
  const perPair = hinge(sub(between, apart), options.margin);
  return { ...meanOf(perPair, and(positive, any(negative))), chosen };
}

function compareAll(loss: string, x: Tensor, labels: Tensor<'i32'>, { squared, normalize }: TripletOptions) {
  oneEach(loss, x, labels);
  const z = normalize ? unit(x) : x;
  const same = sameGroup(labels, labels);
  return {
    between: (squared ? squaredDistance : distance)(unsqueeze(z, 1), unsqueeze(z, 0)), // [B, B]
    positive: and(same, not(diagonal(labels.size))),
    negative: not(same),
    any: (mask: Tensor<'bool'>) => greater(max(cast(mask, 'f32'), -1), 0),
  };
}

/** Mean over the valid ones; 0 when none is. */
function meanOf(each: Tensor, valid: Tensor<'bool'>) {
  const counted = cast(valid, 'f32');
  const anchors = sum(counted);
  const over = maximum(anchors, 1);
  const kept = where(valid, each, 0);
  return {
    loss: div(sum(kept), over),
    anchors,
    active: div(sum(mul(counted, cast(greater(each, 0), 'f32'))), over),
  };
}
