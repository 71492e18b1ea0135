export interface Slope {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface MinimiseOptions {
  /** Evaluations at most. */
  readonly most: number;
  /** It ends when the gradient's length is below this share of its first. */
  readonly tolerance: number;
}

/** Steps that tell the curvature; 10 in most uses. */
const remembered = 10;
/** Share of the fall that the slope promises, which a step must keep. */
const sufficient = 1e-4;

interface Step {
  readonly move: Float64Array;
  readonly turn: Float64Array;
  /** 1 / (move · turn). */
  readonly rho: number;
}

/**
 * Finds the lowest point of a smooth function, sure of it when the function is convex: L-BFGS with steps halved until
 * they go down far enough.
 * @param slopeAt  value and gradient at a point.
 * @returns the lowest point found; the start, if nothing lower was.
 * Source: Nocedal, Wright 2006 (Numerical Optimization), algorithms 7.4 and 7.5.
 */
export async function minimise(
  slopeAt: (point: Float64Array) => Promise<Slope>,
  start: Float64Array,
  { most, tolerance }: MinimiseOptions,
): Promise<Float64Array> {
  let point = start;
  let here = await slopeAt(point);
  const steps: Step[] = [];
  const enough = tolerance * lengthOf(here.gradient);
  let evaluations = 1;
  while (evaluations < most && lengthOf(here.gradient) > enough) {
    const direction = descent(here.gradient, steps);
    const slope = product(direction, here.gradient);
    // The first step knows no curvature: it goes as far as a unit.
    let size = steps.length > 0 ? 1 : Math.min(1, 1 / lengthOf(here.gradient));
    let next: Slope | null = null;
    let there = point;
    while (!next && evaluations < most && size > 1e-10) {
      there = point.map((value, i) => value + size * direction[i]!);
      const tried = await slopeAt(there);
      evaluations++;
      if (tried.value <= here.value + sufficient * size * slope) next = tried;
      else size /= 2;
    }
    if (!next) break; // rounding is all that is left
    remember(steps, difference(there, point), difference(next.gradient, here.gradient));
    [point, here] = [there, next];
  }
  return point;
}

/** Keeps a step if the function curves upward along it, as a convex one does but for rounding. */
function remember(steps: Step[], move: Float64Array, turn: Float64Array): void {
  const curvature = product(move, turn);
  if (!(curvature > 1e-12 * product(turn, turn))) return;
  steps.push({ move, turn, rho: 1 / curvature });
  if (steps.length > remembered) steps.shift();
}

/** Against the gradient, bent by what the last steps told about the curvature. */
function descent(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const along: number[] = [];
  for (const { move, turn, rho } of steps.toReversed()) {
    const share = rho * product(move, direction);
    along.unshift(share);
    addTimes(direction, -share, turn);
  }
  const last = steps.at(-1);
  if (last) {
    const scale = 1 / (last.rho * product(last.turn, last.turn));
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  for (const [at, { move, turn, rho }] of steps.entries())
    addTimes(direction, along[at]! - rho * product(turn, direction), move);
  return direction;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const lengthOf = (a: Float64Array) => Math.sqrt(product(a, a));
const difference = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - b[i]!);

function addTimes(a: Float64Array, factor: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i]! += factor * b[i]!;
}
