import { add, div, mul, neg, stopGradient, sub } from '../graph/ops/elementwise.ts';
import { mean, sum } from '../graph/ops/reduce.ts';
import { reshape, slice } from '../graph/ops/shape.ts';
import { logSoftmax, softmax } from '../graph/ops/softmax.ts';
import { ShapeError, type Tensor } from '../graph/tensor.ts';
import { sinkhorn } from './sinkhorn.ts';

export interface DistillOptions {
  /** 0.1 in the papers. */
  readonly studentTemperature: number;
  /** Lower than the student's, which sharpens the target: 0.04, or fed from a schedule that rises to 0.07. */
  readonly teacherTemperature: number | Tensor;
}

/** What keeps the teacher from giving every photo the same answer. */
export type Centering =
  /** A running mean of its logits is taken off: DINO. */
  | { readonly center: Tensor; readonly momentum: number }
  /** Sinkhorn-Knopp over both views: DINOv2. */
  | { readonly iterations: number };

/**
 * DINO: what the student says of every crop is to be what the teacher says of another view of the same photo.
 * @param student  [S, B, K], logits of all crops, the global ones first. @param teacher  [T, B, K], of the global ones; no
 *   gradient reaches it.
 * @returns `loss`, in nats: mean over the pairs of different views and over B. Stuck at log K it is uniform collapse;
 *   `target` [T, B, K]; `newCenter` [K], to take the center's place after the step (the loss uses the old one).
 * @throws ShapeError when B or K differ or there are more teacher than student views.
 * Source: Caron et al. 2021 (DINO), equations 1-4, arXiv 2104.14294; averaged over pairs as in main_dino.py, where the
 * paper sums. With `iterations`: Oquab et al. 2023 (DINOv2), arXiv 2304.07193.
 */
export function dino(student: Tensor, teacher: Tensor, centering: Centering, options: DistillOptions) {
  const [crops, count, prototypes] = student.shape as readonly [number, number, number];
  const [views] = teacher.shape as readonly [number];
  if (
    student.rank !== 3 ||
    teacher.rank !== 3 ||
    views > crops ||
    teacher.size !== views * count * prototypes
  )
    throw new ShapeError('dino', [student, teacher], 'takes [crops, B, K] and [views, B, K]');
  const fixed = stopGradient(teacher);
  const target = targetOf(fixed, centering, options.teacherTemperature);
  const logStudent = logSoftmax(mul(student, 1 / options.studentTemperature));
  // Σ over pairs of different views = Σ over all pairs - Σ over equal ones, without a [T, S, B, K] tensor.
  const pairs = sub(
    sum(mul(sum(target, 0), sum(logStudent, 0))),
    sum(mul(target, slice(logStudent, 0, 0, views))),
  );
  const terms = views * crops - views;
  return {
    loss: mul(neg(pairs), 1 / (terms * count)),
    terms,
    target,
    newCenter: newCenter(fixed, centering),
  };
}

function targetOf(teacher: Tensor, centering: Centering, temperature: number | Tensor): Tensor {
  if ('iterations' in centering) {
    const rows = reshape(teacher, [-1, teacher.shape.at(-1)!]);
    return stopGradient(
      reshape(sinkhorn(rows, { temperature, iterations: centering.iterations }), teacher.shape),
    );
  }
  return stopGradient(softmax(div(sub(teacher, centering.center), temperature)));
}

/** momentum · center + (1 - momentum) · mean of the teacher's logits; the center itself where there is none. */
function newCenter(teacher: Tensor, centering: Centering): Tensor | null {
  if ('iterations' in centering) return null;
  const { center, momentum } = centering;
  const batch = mean(reshape(teacher, [-1, teacher.shape.at(-1)!]), 0); // [1, K]
  return add(mul(center, momentum), mul(reshape(batch, center.shape), 1 - momentum));
}
