/** What an optimizer is: a rule that moves one parameter along its gradient, written into the graph of the step. */
import { type AnyTensor, type Tensor, input, sizeOf, state } from '../graph/tensor.ts';

/** State → its value after the step. */
export type Updates = ReadonlyMap<AnyTensor, AnyTensor>;

/** Numbers that change from step to step and are fed: rates, corrections. */
export type Rates = Readonly<Record<string, number>>;

export interface Optimizer {
  /** The parameter's next value, and those of the states kept for it (moments, velocity). */
  update(name: string, parameter: Tensor, gradient: Tensor): Updates;
  /**
   * What to feed in step k.
   * @param step  counted from 0 over the whole run.
   * @param rate  learning rate, from a schedule.
   * @param decay  weight decay, when a schedule moves it; otherwise the optimizer's own.
   */
  rates(step: number, rate: number, decay?: number): Rates;
}

/** Moves every parameter by its gradient; both by the same names. */
export function moveAll(
  optimizer: Pick<Optimizer, 'update'>,
  parameters: ReadonlyMap<string, Tensor>,
  gradients: readonly Tensor[],
): Map<AnyTensor, AnyTensor> {
  const all = new Map<AnyTensor, AnyTensor>();
  for (const [i, [name, parameter]] of [...parameters].entries())
    for (const [held, next] of optimizer.update(name, parameter, gradients[i]!)) all.set(held, next);
  return all;
}

/** A state of a parameter's shape that begins at zero. */
export function moment(kind: string, name: string, like: Tensor): Tensor {
  return state(`${kind}:${name}`, like.shape, () => new Float32Array(sizeOf(like.shape)));
}

/** A number that is fed at each step. */
export const rate = (name: string) => input(name, []);

/** Matrices and filters decay; biases, gains, shifts and single numbers do not. */
export const decaysMatrices = (_: string, parameter: Tensor) => parameter.rank >= 2;
