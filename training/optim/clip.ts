import { add, div, minimum, mul, sqrt } from '../graph/ops/elementwise.ts';
import { sumOfSquares } from '../graph/ops/reduce.ts';
import { type Tensor, constant } from '../graph/tensor.ts';

/** Keeps 0/0 away; as in torch.nn.utils.clip_grad_norm_. */
const epsilon = 1e-6;

/** The length of all gradients taken as one vector; not finite when any of them is not. */
export function globalNorm(gradients: readonly Tensor[]): Tensor {
  return sqrt(gradients.map((g) => sumOfSquares(g)).reduce((total, each) => add(total, each), constant(0)));
}

/** Shortens all gradients by one factor when together they are longer than `most`; `norm` is their length before. */
export function clipGlobally(
  gradients: readonly Tensor[],
  most: number,
): { gradients: Tensor[]; norm: Tensor } {
  const norm = globalNorm(gradients);
  const factor = minimum(div(most, add(norm, epsilon)), 1);
  return { gradients: gradients.map((g) => mul(g, factor)), norm };
}

/** Shortens each gradient by itself, as DINO's main_dino.py does. */
export function clipEach(gradients: readonly Tensor[], most: number): { gradients: Tensor[]; norm: Tensor } {
  const clipped = gradients.map((g) => mul(g, minimum(div(most, add(sqrt(sumOfSquares(g)), epsilon)), 1)));
  return { gradients: clipped, norm: globalNorm(gradients) };
}
