import { add, mul, sub } from '../graph/ops/elementwise.ts';
import type { AnyTensor, Tensor } from '../graph/tensor.ts';
import type { Weights } from './weights.ts';

/**
 * The slow copy of a network: MoCo's key encoder, BYOL's target, DINO's teacher. Each of its parameters moves a little
 * towards the trained one: slow = momentum · slow + (1 - momentum) · fast (He et al. 2020, equation 2).
 * @param slow  a twin of `fast`: the same names; its buffers (running statistics) are its own and are not touched.
 * @param momentum  0 to 1: a number, or fed from a schedule.
 * @param latest  values that parameters of `fast` have by now, when the copy is to follow the step just made.
 * @returns the new values of slow's parameters.
 */
export function follow(
  slow: Weights,
  fast: Weights,
  momentum: Tensor | number,
  latest: ReadonlyMap<AnyTensor, AnyTensor> = new Map(),
): Map<AnyTensor, Tensor> {
  const trained = fast.parameters;
  return new Map(
    [...slow.parameters].map(([name, held]) => {
      const own = trained.get(name);
      if (!own) throw new Error(`follow: the trained network has no parameter “${name}”`);
      const now = (latest.get(own) ?? own) as Tensor;
      return [held, blend(held, now, momentum)];
    }),
  );
}

/** momentum · old + (1 - momentum) · new. */
export function blend(old: Tensor, now: Tensor, momentum: Tensor | number): Tensor {
  const rest = typeof momentum === 'number' ? 1 - momentum : sub(1, momentum);
  return add(mul(old, momentum), mul(now, rest));
}
