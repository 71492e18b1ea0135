import { add, cast, div, maximum, mul, neg, stopGradient, sub } from '../graph/ops/elementwise.ts';
import { mean, sum } from '../graph/ops/reduce.ts';
import { reshape, squeeze } from '../graph/ops/shape.ts';
import { logSoftmax, softmax } from '../graph/ops/softmax.ts';
import { ShapeError, type Tensor, sameShape } from '../graph/tensor.ts';
import type { DistillOptions } from './dino.ts';

export interface IbotOptions extends DistillOptions {
  /** Of the running mean of the teacher's logits over all patches; 0.9 in the paper. */
  readonly centerMomentum: number;
}

/**
 * iBOT: what the student says of a patch it could not see is to be what the teacher says of that patch.
 * @param student  [B, P, K], logits of the masked image. @param teacher  [B, P, K], of the whole one; no gradient reaches it.
 * @param mask  [B, P], true where the student saw nothing. @param center  [K].
 * @returns `loss`, in nats: mean over the masked patches of an image, then over all images, an unmasked one counting 0;
 *   `perImage` [B]; `newCenter` [K], from all patches, as in bytedance/ibot (DINOv2 takes the masked ones).
 * @throws ShapeError when the shapes differ. Source: Zhou et al. 2022 (iBOT), §3, arXiv 2111.07832.
 */
export function ibot(
  student: Tensor,
  teacher: Tensor,
  mask: Tensor<'bool'>,
  center: Tensor,
  options: IbotOptions,
) {
  if (
    student.rank !== 3 ||
    !sameShape(student.shape, teacher.shape) ||
    !sameShape(mask.shape, student.shape.slice(0, 2))
  )
    throw new ShapeError('ibot', [student, teacher, mask], 'takes [B, P, K] twice and [B, P]');
  const fixed = stopGradient(teacher);
  const target = stopGradient(softmax(div(sub(fixed, center), options.teacherTemperature)));
  const perPatch = squeeze(
    neg(sum(mul(target, logSoftmax(mul(student, 1 / options.studentTemperature))), -1)),
    -1,
  );
  const masked = cast(mask, 'f32');
  const perImage = squeeze(div(sum(mul(perPatch, masked), 1), maximum(sum(masked, 1), 1)), 1);
  const seen = reshape(mean(reshape(fixed, [-1, center.size]), 0), center.shape);
  const newCenter = add(mul(center, options.centerMomentum), mul(seen, 1 - options.centerMomentum));
  return { loss: mean(perImage), perImage, newCenter };
}
